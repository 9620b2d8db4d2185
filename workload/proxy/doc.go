// Package proxy stands between an unchanged program and its store. It passes every request
// on, injects faults into some, and sees what each does to the attributes that are watched.
//
// A [Proxy] is an HTTP handler for each process whose requests shall be told apart. For
// each request it makes one [Exchange]: who sent it and when, how often it reached the
// store and what the store answered, which faults it met, what the client was told, and
// its effects. Package observe, below, understands requests and answers.
//
// The store is asked for the values before each watched write, if the client did not ask
// for them, and for the item that refuses one. They are taken out of the answer again.
// Everything else passes as it came, byte for byte.
//
// A request that has reached the proxy is carried out to its end, even if its client does
// not wait for it, as a store would.
package proxy
