// Package proxy is an HTTP proxy between an unmodified program and DynamoDB. It forwards every
// request, injects faults into some, and observes what each does to watched attributes.
//
// [New] makes a [Proxy], which serves each process of the program by [Proxy.Listen] or
// [Proxy.Handler]. It reports each request as an [Exchange]: who sent it and when, how often it
// reached the store, what the store answered, which faults were injected, what the client was
// answered, and the effects. Package observe parses requests and answers.
//
// If the client did not ask for them, the proxy asks the store to return the values before each
// watched write, the item that made it fail, and the units that each request about a watched
// item consumed; it removes them from the answer again. Everything else is forwarded byte for
// byte.
//
// Like a store, the proxy completes each request that has arrived, even if the client no longer
// waits for it.
package proxy
