package history

import "slices"

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

// AppliedUnacknowledged counts the writes of an operation that, by the same knowledge, must
// have been applied without its caller being told.
func (o *Op) AppliedUnacknowledged() int64 {
	if o.Kind == Read {
		return 0
	}
	applied, _ := o.traced()
	return applied - o.acknowledged()
}

// traced counts the writes of an update that must have been applied: of those
// with one token, one at most.
func (o *Op) traced() (applied int64, ok bool) {
	open := int64(0)
	var counted []string // the tokens
	for i := range o.Attempts {
		a := &o.Attempts[i]
		open += a.UnknownWrites() - int64(a.Settled)
		switch {
		case a.Token == "":
			applied += o.accepted(i)
		case !slices.Contains(counted, a.Token):
			counted = append(counted, a.Token)
			applied += min(o.acceptedWith(a.Token), 1)
		}
	}
	if len(o.Attempts) == 0 {
		applied = o.acknowledged()
	}
	return applied, open <= 0
}

// acceptedWith counts the writes with one token that the store accepted.
func (o *Op) acceptedWith(token string) int64 {
	var n int64
	for i := range o.Attempts {
		if o.Attempts[i].Token == token {
			n += o.accepted(i)
		}
	}
	return n
}

// accepted counts the writes of one attempt that the store accepted: without the
// worker being told, and the last attempt's if the caller was told of it.
func (o *Op) accepted(attempt int) int64 {
	var n int64
	for _, f := range o.Attempts[attempt].Faults {
		if f.Write {
			n += int64(f.AppliedUnacknowledged)
		}
	}
	if attempt == len(o.Attempts)-1 {
		n += o.acknowledged()
	}
	return n
}

// acknowledged is 1 if the caller was told of a write, else 0.
func (o *Op) acknowledged() int64 {
	if o.Ending == Applied {
		return 1
	}
	return 0
}
