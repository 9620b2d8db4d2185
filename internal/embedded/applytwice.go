package embedded

// applyTwice applies an update a second time to its own result, without checking its
// condition again, and answers as for the first time.
func (w *weighed) applyTwice() bool {
	if w.err != nil {
		return false
	}
	second, ok := w.on(w.new)
	if !ok {
		return false
	}
	w.store(w.new)
	w.store(second)
	return true
}
