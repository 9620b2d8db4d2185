// Package trial carries out runs of scenarios: it opens the store, creates the table,
// puts the load on it, checks the history and deletes the table. [Run] carries
// out one run, and [Campaign] many, one after another; a [Keeper] saves their results.
// [DeleteLeft] deletes the table of a run that was killed.
//
// The package knows nothing of command lines and reports; report/folder has a [Keeper]
// that writes each run into files.
package trial
