package history

import "contend/counter"

// Writes says what the writes of an attempt or of an operation may have done to the counter: an
// acknowledged write was applied once, each unknown one once or not at all. The zero value
// belongs to a read.
type Writes struct {
	// Acknowledged is 1 if the caller was told that a write succeeded, otherwise 0.
	Acknowledged int64
	// Unknown counts the writes that may have changed the counter without being
	// acknowledged.
	Unknown int64
	// Open counts those of Unknown that may still reach the store.
	Open int64
	// Traced counts the writes that must have been applied according to the injected faults,
	// which record the store's answer even if the worker did not get it. It includes the
	// acknowledged write, and counts writes with the same token once. It means nothing unless
	// Open is 0.
	//
	// Traced is what the store must have done. If the final value differs, either the store is
	// wrong, or writes with the same token were applied more than once.
	Traced int64
}

// Effect returns the smallest and the largest change that the writes may have made if each adds
// delta.
func (w Writes) Effect(delta int64) (low, high int64) {
	sure, possible := w.Acknowledged*delta, w.Unknown*delta
	return sure + min(possible, 0), sure + max(possible, 0)
}

// AppliedUnacknowledged returns how many of the writes in Traced were not acknowledged to the
// caller.
func (w Writes) AppliedUnacknowledged() int64 { return w.Traced - w.Acknowledged }

// Writes returns what the attempt, of an update, may have done.
func (a *Attempt) Writes() Writes {
	w := Writes{Unknown: int64(a.AmbiguousWrites)}
	if a.Outcome == counter.Applied && (a.Written || a.Repeated) {
		w.Acknowledged = 1
	}
	if a.Outcome == counter.Unknown && a.Written {
		w.Unknown++
	}
	w.Open = max(w.Unknown-int64(a.Settled), 0)
	w.Traced = w.Acknowledged + a.accepted()
	return w
}

// accepted counts the writes of the attempt that the store accepted without an
// acknowledgement to the worker.
func (a *Attempt) accepted() int64 {
	var n int64
	for i := range a.Faults {
		if f := &a.Faults[i]; f.Write {
			n += int64(f.AppliedUnacknowledged)
		}
	}
	return n
}

// Writes returns what the operation may have done to its counter.
func (o *Op) Writes() Writes {
	var w Writes
	if o.Kind == Read {
		return w
	}
	if o.Ending == Applied {
		w.Acknowledged = 1
	}
	for i := range o.Attempts {
		of := o.Attempts[i].Writes()
		w.Unknown += of.Unknown
		w.Open += of.Open
		if token := o.Attempts[i].Token; token == "" {
			w.Traced += of.Traced
		} else if o.firstWith(token) == i && o.tracedWith(token) {
			w.Traced++
		}
	}
	return w
}

// firstWith is the index of the first attempt with a token.
func (o *Op) firstWith(token string) int {
	first := 0
	for o.Attempts[first].Token != token {
		first++
	}
	return first
}

// tracedWith reports whether a write with the token must have been applied.
func (o *Op) tracedWith(token string) bool {
	for i := range o.Attempts {
		if a := &o.Attempts[i]; a.Token == token && a.Writes().Traced > 0 {
			return true
		}
	}
	return false
}
