package check

import (
	"fmt"
	"math"
	"strings"

	"contend/workload/history"
)

// joined is what an audit of several histories knows beside one of a single history.
type joined struct {
	sources  []*source
	free     bool           // nothing is known of common time
	single   map[int]bool   // the counters that only one source uses
	owner    map[int]int    // the index of a worker's source
	byMarks  bool           // the histories are ordered, so that memory stays bounded
	cut      int64          // from here on, in common time, operations may be missing; MaxInt64: none
	clocks   *clocks        // of all counters with versions
	ways     []int64        // what clocks allow at the end; nil: not yet known
	own      map[int32]*tie // the last answer to each worker, in its own time
	absent   []string       // the histories that are not there, or were cut off, for people
	noFinals string         // why there is no final value; empty: there is
}

// newJoined prepares to judge the sources together. If free is true, no order across
// them is taken from their clocks.
func newJoined(sources []*source, free bool) *joined {
	j := &joined{sources: sources, free: free, single: map[int]bool{}, owner: map[int]int{}, byMarks: !free, cut: math.MaxInt64, own: map[int32]*tie{}}
	j.clocks = newClocks(sources)
	used := map[int]int{}
	for i, s := range sources {
		for counter := range s.steps {
			used[counter]++
		}
		for worker := range s.last {
			j.owner[worker+s.base] = i
		}
		j.byMarks = j.byMarks && s.header.Ordered
		if s.footer == nil {
			j.absent = append(j.absent, "the history of "+s.name+" has no end (no footer)")
			j.cut = min(j.cut, j.from(s, s.cutAt()))
		}
	}
	for counter, n := range used {
		j.single[counter] = n == 1
	}
	for _, missing := range missingSources(sources) {
		j.absent = append(j.absent, "the history of "+missing+" is missing")
		j.cut = anyTime
	}
	if j.cut < math.MaxInt64 {
		j.single = map[int]bool{} // another may have used them
	}
	return j
}

// from is the earliest common time that one of a source's own times may have been.
func (j *joined) from(s *source, own int64) int64 {
	switch {
	case own == math.MaxInt64:
		return own
	case j.free:
		return anyTime
	}
	return s.earliest(own)
}

// mark is the common time before which all operations that began have been read.
func (j *joined) mark() int64 {
	mark := int64(math.MaxInt64)
	for _, s := range j.sources {
		mark = min(mark, j.from(s, s.mark()))
	}
	return mark
}

// readSources adds the operations of all sources, in the order in which they ended as far
// as that is known. After so many attempts it judges what it can.
func (a *Audit) readSources(every int) error {
	j := a.joined
	if every > 1 { // an advance goes through all workers and counters
		every = max(every, len(j.owner), len(a.counters))
	}
	for _, s := range j.sources {
		if err := s.open(); err != nil {
			return err
		}
		defer s.close()
		if err := s.next(); err != nil {
			return err
		}
	}
	for {
		s := j.first()
		if s == nil {
			return nil
		}
		s.follow(&s.op)
		s.op.Worker += s.base
		if err := a.addFrom(s, &s.op); err != nil {
			return err
		}
		if err := s.next(); err != nil {
			return err
		}
		if a.since >= every {
			a.since = 0
			a.advanceJoined()
		}
	}
}

// advanceJoined judges what is known by now.
func (a *Audit) advanceJoined() {
	for _, c := range a.counters {
		c.advanceOwn(a.joined)
	}
	if a.joined.byMarks {
		a.advance(a.joined.mark(), false)
	}
}

// first is the source whose next operation ended first; nil at the end of all.
func (j *joined) first() *source {
	var first *source
	for _, s := range j.sources {
		if !s.over && (first == nil || s.due() < first.due()) {
			first = s
		}
	}
	return first
}

// addFrom adds an operation of a source.
func (a *Audit) addFrom(s *source, own *history.Op) error {
	if _, err := a.subject(max(own.Counter, own.To)); err != nil {
		return err
	}
	a.ended++
	a.transfers.add(own)
	a.addOwn(s, own)
	if other := own.Other(); other != nil {
		a.addOwn(s, other)
	}
	a.since += len(own.Attempts)
	return nil
}

// addOwn adds an operation to the counter that it changes or reads: in common time, and
// in its machine's own time.
func (a *Audit) addOwn(s *source, own *history.Op) {
	c := a.counters[own.Counter]
	c.ledger.Record(own)
	if a.calls {
		c.repeats.add(own)
	}
	op := s.widened(own, a.joined.single[own.Counter], a.joined.free)
	a.addStates(c, &op)
	c.addOwn(a.joined, s, own)
}

// absence says whose operations are not known; "" if all are.
func (j *joined) absence() string {
	if len(j.absent) == 0 {
		return ""
	}
	return strings.Join(j.absent, " and ")
}

// alone says why one history of several cannot be judged by its sums.
func alone(h history.Header) string {
	return fmt.Sprintf("this is the history of machine %d of %d alone (contend merge judges them together)", h.Source, h.Sources)
}

// firstReturns is the time before which all of each worker's operations are known at the
// beginning. Worker w of a run belongs to its history w modulo the number of histories.
func firstReturns(h history.Header) []int64 {
	returned := make([]int64, h.Workers)
	for worker := range returned {
		if h.Sources > 0 && worker%h.Sources != h.Source {
			returned[worker] = math.MaxInt64
		}
	}
	return returned
}

// contradicted returns the two sources of the first pair of entries whose order by time, as
// the clocks are stated, is not that of their positions.
func (a *Audit) contradicted() []*source {
	j := a.joined
	for _, c := range a.counters {
		for _, p := range []*pairs{&c.realTime.writes, &c.realTime.stale} {
			early, known := j.owner[int(p.early.worker)]
			late, both := j.owner[int(p.late.worker)]
			if p.count > 0 && known && both && early != late && p.early.sequence > 0 && p.late.sequence > 0 {
				return []*source{j.sources[early], j.sources[late]}
			}
		}
	}
	return nil
}
