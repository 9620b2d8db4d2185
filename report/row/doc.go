// Package row says what a report holds, as rows of a name, a value and what there is to
// say about it. The terminal and the page show the same rows.
package row
