// Package store opens the DynamoDB that a load is put on: the embedded server, any
// server that speaks the protocol, or AWS. A [Target] has two clients. The client
// for the load meters its requests, injects the scenario's faults and retries as
// the scenario says; the client for set-up retries by itself and is not measured.
//
// Nothing that is not on this machine is ever asked without the user's [Consent],
// name servers included.
package store
