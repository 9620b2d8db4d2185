package measure

import (
	"contend/counter"
	"contend/workload/history"
)

// LiveCounts is everything that a run has counted up to a moment. It takes about 25 kB.
type LiveCounts struct {
	// Warmup counts the attempts that began during the warm-up, and the operations whose last
	// attempt did. Measured counts all others.
	Warmup, Measured LiveTally
	// Response is the response latency of applied operations by [history.Kind], and
	// Unsuccessful that of all others; both without the warm-up.
	Response     [kindCount]LiveTimes
	Unsuccessful LiveTimes
	// Applied is the latency of applied attempts, and Refused that of all others; both without
	// the warm-up.
	Applied, Refused LiveTimes
}

// LiveTally counts operations by [history.Kind] and [history.Ending], and attempts by
// [history.Kind] and [counter.Outcome].
type LiveTally struct {
	Operations [kindCount][endingCount]int64
	Attempts   [kindCount][outcomeCount]int64
	LiveCalls
}

// Ended returns how many operations ended in that way.
func (t *LiveTally) Ended(ending history.Ending) int64 {
	var n int64
	for kind := range t.Operations {
		n += t.Operations[kind][ending]
	}
	return n
}

// Updates returns how many operations other than reads were applied, how many attempts all of
// them took, applied or not, and how many of those were conflicts.
func (t *LiveTally) Updates() (applied, attempts, conflicts int64) {
	for _, kind := range history.Kinds() {
		if kind == history.Read {
			continue
		}
		applied += t.Operations[kind][history.Applied]
		conflicts += t.Attempts[kind][counter.Conflict]
		for _, n := range t.Attempts[kind] {
			attempts += n
		}
	}
	return applied, attempts, conflicts
}

// ReadsApplied returns how many reads succeeded.
func (t *LiveTally) ReadsApplied() int64 { return t.Operations[history.Read][history.Applied] }

// EndedInAll returns how many operations ended.
func (t *LiveTally) EndedInAll() int64 {
	var n int64
	for ending := range endingCount {
		n += t.Ended(history.Ending(ending))
	}
	return n
}

// Count returns the sum of what all workers have counted so far; it is zero before
// [Live.Start].
func (l *Live) Count() *LiveCounts {
	c := new(LiveCounts)
	parts := l.parts.Load()
	if parts == nil {
		return c
	}
	for i := range *parts {
		part := &(*parts)[i]
		c.Warmup.load(part, warming)
		c.Measured.load(part, counted)
		for kind := range part.response {
			c.Response[kind].load(&part.response[kind])
		}
		c.Unsuccessful.load(&part.unsuccessful)
		c.Applied.load(&part.attempt[succeeded])
		c.Refused.load(&part.attempt[others])
	}
	return c
}

func (t *LiveTally) load(part *livePart, phase int) {
	t.LiveCalls.load(&part.calls[phase])
	for kind := range kindCount {
		for ending := range endingCount {
			t.Operations[kind][ending] += part.operations[phase][kind][ending].Load()
		}
		for outcome := range outcomeCount {
			t.Attempts[kind][outcome] += part.attempts[phase][kind][outcome].Load()
		}
	}
}

// Since returns what was counted after earlier, a count of the same run, without the warm-up.
func (c *LiveCounts) Since(earlier *LiveCounts) *LiveCounts {
	d := *c
	d.Warmup = LiveTally{}
	subtract(&d.Measured, &earlier.Measured)
	for kind := range kindCount {
		d.Response[kind].subtract(&earlier.Response[kind])
	}
	d.Unsuccessful.subtract(&earlier.Unsuccessful)
	d.Applied.subtract(&earlier.Applied)
	d.Refused.subtract(&earlier.Refused)
	return &d
}
