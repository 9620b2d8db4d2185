package check

import "fmt"

// reached bounds the value of a counter by earlier readings: after a reading of v the
// counter holds at least v, less the decrements since. If all changes go one way, this
// means that readings never go back, whoever makes them.
//
// Let a reading of v lie in [i, r]. Of the increments, those that had been
// acknowledged before i were made before it, and of those that were ever
// acknowledged no more than had been sent by r; the same for decrements. So a
// state in [i', r'], i' after r, is at least
//
//	v + max(0, increments acknowledged before i' − acknowledged ones sent by r)
//	  − (decrements sent by r' − decrements acknowledged before i)
//
// and at most the same with the two exchanged. The best of all readings need not
// be remembered one by one: each bound is the greatest, or the least, of sums of
// which one part belongs to the reading alone.
type reached struct {
	atLeast, atLeastGrown mark // v + decrements before i; and the same less the increments sent by r
	atMost, atMostShrunk  mark // v − increments before i; and the same with the decrements sent by r
}

// mark is a bound and the reading that it comes from.
type mark struct {
	value int64
	by    *bandRead // nil: the value before the first operation
}

func newReached(start int64) reached {
	m := mark{value: start}
	return reached{m, m, m, m}
}

// parts returns an entry and the reading that it is compared with, if there is one.
func (m *mark) parts(e entry) []entry {
	if m.by == nil {
		return []entry{e}
	}
	return []entry{e, m.by.entry}
}

// raise keeps the greater, lower the lesser of two bounds.
func (m *mark) raise(value int64, by *bandRead) {
	if value > m.value {
		*m = mark{value, by}
	}
}

func (m *mark) lower(value int64, by *bandRead) {
	if value < m.value {
		*m = mark{value, by}
	}
}

// see enters a reading: sure is what had been acknowledged before it began,
// answered what had been sent by its end and was acknowledged at any time.
func (s *reached) see(r *bandRead, sure, answered sums) {
	s.atLeast.raise(r.value-sure.down, r)
	s.atLeastGrown.raise(r.value-sure.down-answered.up, r)
	s.atMost.lower(r.value-sure.up, r)
	s.atMostShrunk.lower(r.value-sure.up-answered.down, r)
}

// least and most are the bounds of a state from the time at which sure had been
// acknowledged, to that by which possible had been sent.
func (s *reached) least(sure, possible sums) mark {
	low := s.atLeast
	low.raise(s.atLeastGrown.value+sure.up, s.atLeastGrown.by)
	low.value += possible.down
	return low
}

func (s *reached) most(sure, possible sums) mark {
	high := s.atMost
	high.lower(s.atMostShrunk.value+sure.down, s.atMostShrunk.by)
	high.value += possible.up
	return high
}

// above and below say why a reading cannot be.
func (m *mark) above(e *entry) string {
	if m.by == nil {
		return tooHigh(e, m.value)
	}
	return fmt.Sprintf("%s: %s before it, and the changes sent since make at most %d, which is %d less", e.told(), m.by.told(), m.value, e.value-m.value)
}

func (m *mark) below(e *entry) string {
	if m.by == nil {
		return tooLow(e, m.value)
	}
	return fmt.Sprintf("%s: %s before it, and the changes sent and acknowledged since make at least %d, which is %d more",
		e.told(), m.by.told(), m.value, m.value-e.value)
}
