// Package store opens the store under load: the embedded server, any server that
// speaks DynamoDB's protocol, or AWS. A [Target] has two clients. The client for the
// load meters its requests, injects the scenario's faults and retries as the scenario
// says. The client for set-up retries by itself and is not measured.
//
// Without the user's [Consent] no request goes to another machine, not even to a name
// server.
package store
