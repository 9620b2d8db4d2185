// Package trial carries out one run of a scenario: it opens the store, creates the
// table, puts the load on it, checks the history and deletes the table. [Run] does
// everything that "contend run" does, except for the command line, the report and its
// files.
package trial
