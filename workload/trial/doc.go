// Package trial carries out one run of a scenario: it opens the store, makes the
// table, puts the load on it, judges the history and deletes the table. [Run] is
// the whole of "contend run" but for the command line, the report and its files.
package trial
