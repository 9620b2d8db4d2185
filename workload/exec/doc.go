// Package exec talks to a user's program, in any language, that keeps counters. Requests and
// answers are JSON objects, one per line, on the program's standard input and output. README.md
// describes the protocol.
//
// [Start] starts a [Process], and [Process.Ask] has it carry out one operation at a time. A
// violation of the protocol is a [*Breach], after which the process must be closed.
// [Process.Close] ends the process and all processes in its process group.
//
// This package does not see the program's requests to the store: package crew puts a proxy
// between them.
package exec
