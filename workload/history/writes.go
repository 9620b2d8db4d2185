package history

import "contend/counter"

// Writes is what the writes of an attempt or of an operation may have done to their
// counter: an acknowledged one counts once, and each unknown one not at all or once.
// The zero value is that of a read.
type Writes struct {
	// Acknowledged is 1 if the caller was told of a write, else 0.
	Acknowledged int64
	// Unknown counts the writes that may have changed the counter without being
	// acknowledged.
	Unknown int64
	// Open counts those of Unknown that may still reach the store.
	Open int64
	// Traced counts the writes that must have been applied, as far as the harness
	// knows from the faults that it injected itself, one by one: it saw the store's
	// answers that it kept from the worker. The acknowledged write is among them; of
	// those of an operation with one token, one is. It means nothing unless Open is
	// 0, because a write that is open is none of those.
	//
	// It is no evidence of what the store did, but what the store must have done: a
	// final value that differs is the store's fault, or shows that writes with one
	// token were applied more than once.
	Traced int64
}

// Effect is the band of changes that the writes may have made, each of the delta.
func (w Writes) Effect(delta int64) (low, high int64) {
	sure, possible := w.Acknowledged*delta, w.Unknown*delta
	return sure + min(possible, 0), sure + max(possible, 0)
}

// AppliedUnacknowledged counts the writes in Traced that the caller was not told of.
func (w Writes) AppliedUnacknowledged() int64 { return w.Traced - w.Acknowledged }

// Writes is what the attempt, which must be at an update, may have done.
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

// accepted counts the writes of the attempt that the store accepted without the worker
// being told.
func (a *Attempt) accepted() int64 {
	var n int64
	for i := range a.Faults {
		if f := &a.Faults[i]; f.Write {
			n += int64(f.AppliedUnacknowledged)
		}
	}
	return n
}

// Writes is what the operation may have done.
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
