package history

import (
	"fmt"

	"contend/counter"
)

// contradiction says what about an operation is impossible, whatever the store did; nil
// if nothing is.
func (o *Op) contradiction() error {
	applied := 0
	for i := range o.Attempts {
		a := &o.Attempts[i]
		if err := a.contradiction(o); err != nil {
			return fmt.Errorf("attempt %d of %d: %w", i+1, len(o.Attempts), err)
		}
		if a.Outcome == counter.Applied {
			applied++
		}
	}
	switch {
	case applied > 1:
		return fmt.Errorf("%d attempts were applied, but an operation ends with the first applied one", applied)
	case o.Ending == Applied && applied == 0:
		return fmt.Errorf("the operation ended %q, but no attempt was applied", o.Ending)
	case o.Ending != Applied && applied > 0:
		return fmt.Errorf("the operation ended %q, although an attempt was applied", o.Ending)
	}
	return nil
}

// contradiction says what about an attempt at the operation is impossible; nil if
// nothing is.
func (a *Attempt) contradiction(o *Op) error {
	looked := a.LookReturned > 0
	switch {
	case a.Invoked < o.Invoked || a.Returned > o.Returned && a.Returned != NoEnd:
		return fmt.Errorf("it went from %d to %d, outside its operation, from %d to %d", a.Invoked, a.Returned, o.Invoked, o.Returned)
	case a.Returned == NoEnd && a.Outcome != counter.Unknown:
		return fmt.Errorf("returned_ns is missing, and only an attempt whose outcome is unknown may lack it")
	case a.Returned == NoEnd && a.Saw.Known:
		return fmt.Errorf("returned_ns is missing, although the attempt saw a state")
	case looked && (a.LookInvoked < o.Invoked || a.LookReturned > o.Returned):
		return fmt.Errorf("its preparing read went from %d to %d, outside its operation, from %d to %d", a.LookInvoked, a.LookReturned, o.Invoked, o.Returned)
	case looked && a.Written && a.LookReturned > a.Invoked:
		return fmt.Errorf("its preparing read ended at %d, after the write that it prepared was sent at %d", a.LookReturned, a.Invoked)
	case a.Repeated && a.Outcome != counter.Applied:
		return fmt.Errorf("repeated is for applied writes, but the outcome is %q", a.Outcome)
	case o.Kind != Read && a.Outcome == counter.Applied && !a.Written && !a.Repeated:
		return fmt.Errorf("it was applied, although no write was sent")
	case a.After.Known && (o.Kind == Read || a.Outcome != counter.Applied):
		return fmt.Errorf("after is for the state that an applied write left, but no write was applied; a state that was read is saw")
	case int64(a.Settled) > a.Writes().Unknown:
		return fmt.Errorf("over: must be at most %[2]d, the number of writes without an answer, not %[1]d", a.Settled, a.Writes().Unknown)
	}
	return nil
}
