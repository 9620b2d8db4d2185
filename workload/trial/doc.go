// Package trial carries out runs of scenarios: it opens the store, creates the table,
// puts the load on it, checks the history and deletes the table. [Run] is one run,
// and [Campaign] many, one after another, of which a [Keeper] keeps what they found.
// [DeleteLeft] deletes the table of a run that was killed.
//
// The package knows nothing of command lines and reports; report/folder has a keeper
// that writes them into files.
package trial
