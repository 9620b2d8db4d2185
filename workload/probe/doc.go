// Package probe asks a DynamoDB-compatible server a fixed battery of questions and
// says, row by row, what it got right and what it broke, with evidence.
//
// One or many workers send the requests of a row. Small pure functions then judge the
// answers, so that a finding can be checked by hand. The server is never trusted: the
// judges compare its answers with each other and with the clients' own clock.
//
// A probe is not a proof. A server that is right here may be wrong under another load;
// a server that is broken here is broken.
package probe
