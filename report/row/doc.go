// Package row turns a report into rows of a name, a value and a note. The terminal and
// the page show the same rows.
package row
