// Package exec talks to a program of the user's own, in any language, that keeps counters:
// one JSON object a line on its standard input and output. README.md is the protocol.
//
// A [Process] carries out one operation at a time. Whatever breaks the protocol is a
// [Breach], after which the process is of no use: it must be closed. [Process.Close] ends
// the process and all that it started, if they did not leave its process group.
//
// What the program's requests did is not known here: package crew puts a proxy between the
// program and its store.
package exec
