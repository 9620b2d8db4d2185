// Package trial carries out runs of scenarios: it connects to the store, creates the table,
// puts load on it, checks the history and deletes the table. [Run] carries out one run,
// [Campaign] many. A [Keeper] saves the results. [DeleteLeft] deletes the table of a killed
// run.
//
// The package does not depend on the command line or on reports. report/folder has a [Keeper]
// that writes each run to files. The folder workload/trialtest runs scenarios in Go tests.
package trial
