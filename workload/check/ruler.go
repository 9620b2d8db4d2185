package check

// ruler finds the position of a state in a counter's history: its version, or its value
// if all changes have the same sign.
type ruler struct {
	byValue bool
	decided bool  // by value: a state without a version was told
	sign    int64 // of all changes, by value; 0: not known yet
	turn    int64 // when the first change the other way was sent; MaxInt64: none was
	still   bool  // a change was by 0
}

// take learns of a change and when it was sent.
func (r *ruler) take(delta, invoked int64) {
	sign := int64(1)
	switch {
	case delta == 0:
		r.still = true
		return
	case delta < 0:
		sign = -1
	}
	if r.sign == -sign {
		r.turn = min(r.turn, invoked)
		return
	}
	r.sign = sign
}

// place gives an entry its position.
func (r ruler) place(e entry, version int64) entry {
	if r.byValue {
		e.at = r.sign * e.value
		e.from = e.at
		if e.kind == acknowledged {
			e.from = r.sign * (e.value - e.delta)
		}
		return e
	}
	e.versioned, e.at, e.from = true, version, version
	if e.kind == acknowledged {
		e.from--
	}
	return e
}
