package embedded

// applyRefused applies an update and says that it did not: one whose condition
// does not hold is refused as it should be, one whose condition holds is
// throttled, with the error that every client knows whatever the table's mode.
func (w *weighed) applyRefused() bool {
	switch {
	case w.isRefused():
		made, ok := w.on(w.cell.item)
		if ok {
			w.store(made)
		}
		return ok
	case w.err != nil, same(w.old, w.new):
		return false
	}
	w.store(w.new)
	w.effect, w.err = effect{}, w.table.exceeded("Write", ofKeyRange)
	return true
}
