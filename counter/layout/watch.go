package layout

// Place is where a table has a number: in items with a key, at a path. It is what a
// program needs that looks at the items of others.
type Place struct {
	Table string
	Key   Key
	Path  Path
	// Version leads to the number of writes, if the items have one; the zero value is
	// none.
	Version Path
}
