package check

import (
	"math"

	"contend/workload/history"
)

const (
	// anyTime is the time of something that may have happened at any time before afterAll.
	anyTime = math.MinInt64 / 2
	// someTime is when it had happened.
	someTime = afterAll - 1
)

// wide returns an operation in common time: each interval with what the clock may be
// wrong by. If free is true, nothing is known of that time; if exact is true, all who use
// the counter have the same clock. The operation uses memory of the source until the next
// call.
func (s *source) widened(own *history.Op, exact, free bool) history.Op {
	span := s.line.Span
	switch {
	case exact:
		span = func(at int64) (int64, int64) { at = s.common(at); return at, at }
	case free:
		span = func(int64) (int64, int64) { return anyTime, someTime }
	}
	from := func(at int64) int64 { at, _ = span(at); return at }
	to := func(at int64) int64 {
		if at == history.NoEnd {
			return at
		}
		_, at = span(at)
		return at
	}
	op := *own
	op.Invoked, op.Returned = from(own.Invoked), to(own.Returned)
	s.wide = append(s.wide[:0], own.Attempts...)
	op.Attempts = s.wide
	for i := range op.Attempts {
		a := &op.Attempts[i]
		a.Invoked, a.Returned = from(a.Invoked), to(a.Returned)
		if a.LookReturned > 0 { // a look that returned at 0 is none
			a.LookInvoked, a.LookReturned = from(a.LookInvoked), max(to(a.LookReturned), 1)
		}
	}
	return op
}
