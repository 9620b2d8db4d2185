package history

// Traced is the change that an operation made to its counter as far as the
// harness knows from the faults that it injected itself, one by one: it saw the
// store's answers that it kept from the worker. Ok is false if a write without
// an answer is none of those.
//
// It is no evidence of what the store did, but what the store must have done: a
// final value that differs is the store's fault, or shows that writes with one
// token were applied more than once.
func (o *Op) Traced() (effect int64, ok bool) {
	if o.Kind == Read {
		return 0, true
	}
	applied, ok := o.traced()
	return applied * o.Delta, ok
}

// Unheard counts the writes of an operation that, by the same knowledge, must
// have been applied without its caller being told.
func (o *Op) Unheard() int64 {
	if o.Kind == Read {
		return 0
	}
	applied, _ := o.traced()
	return applied - o.acknowledged()
}

// traced counts the writes of an update that must have been applied.
func (o *Op) traced() (applied int64, ok bool) {
	applied = o.acknowledged()
	idempotent, open := false, int64(0)
	for i := range o.Attempts {
		a := &o.Attempts[i]
		idempotent = idempotent || a.Token != ""
		open += a.UnknownWrites() - int64(a.Over)
		for _, f := range a.Faults {
			if f.Write {
				applied += int64(f.Unheard)
			}
		}
	}
	if idempotent {
		applied = min(applied, 1)
	}
	return applied, open <= 0
}

// acknowledged is 1 if the caller was told of a write, else 0.
func (o *Op) acknowledged() int64 {
	if o.Ending == Applied {
		return 1
	}
	return 0
}
