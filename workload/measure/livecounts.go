package measure

import (
	"contend/counter"
	"contend/workload/history"
)

// LiveCounts is all that a run has counted by a moment, in about 25 kB.
type LiveCounts struct {
	// Warmup counts the attempts that began in the warm-up, with the operations that they
	// were the last of, and Measured all others.
	Warmup, Measured LiveTally
	// Response is of applied operations by [history.Kind], Unsuccessful the response of all
	// others. Neither has operations of the warm-up.
	Response     [kindCount]LiveTimes
	Unsuccessful LiveTimes
	// Applied is of attempts that were applied, Refused of all others; both without the
	// warm-up.
	Applied, Refused LiveTimes
}

// LiveTally counts operations by [history.Kind] and [history.Ending], and attempts by
// [history.Kind] and [counter.Outcome].
type LiveTally struct {
	Operations [kindCount][endingCount]int64
	Attempts   [kindCount][outcomeCount]int64
	LiveCalls
}

// Ended is how many operations ended in a way.
func (t *LiveTally) Ended(ending history.Ending) int64 {
	var n int64
	for kind := range t.Operations {
		n += t.Operations[kind][ending]
	}
	return n
}

// Updates counts the operations other than reads that were applied, with the attempts of all
// of them and the conflicts among these.
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

// ReadsApplied counts the reads that succeeded.
func (t *LiveTally) ReadsApplied() int64 { return t.Operations[history.Read][history.Applied] }

// EndedInAll is how many operations ended.
func (t *LiveTally) EndedInAll() int64 {
	var n int64
	for ending := range endingCount {
		n += t.Ended(history.Ending(ending))
	}
	return n
}

// Count sums what the workers have counted so far; nothing before the start.
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

// Since is what was counted after an earlier count of the same run. It leaves out the
// warm-up.
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
