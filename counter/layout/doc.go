// Package layout says where in a table a counter is: the key of its item, and the path of
// the attribute that holds its number. Its values are plain data: nothing here sends a
// request, and all of it is safe for use by several goroutines.
package layout
