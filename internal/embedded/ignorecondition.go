package embedded

// ignoreCondition applies an update whose condition is false, and answers as if
// it had been true.
func (w *weighed) ignoreCondition() bool {
	if !w.isRefused() {
		return false
	}
	made, ok := w.on(w.cell.item)
	if !ok {
		return false
	}
	w.store(made)
	w.effect, w.err = effect{old: w.old, new: made, units: w.units}, nil
	return true
}
