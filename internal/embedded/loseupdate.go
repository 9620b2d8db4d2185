package embedded

// lose acknowledges an update with its new values and does not store it. An
// update that changes nothing cannot be lost.
func (w *weighed) lose() bool { return w.err == nil && !same(w.old, w.new) }
