package check

import (
	"fmt"
	"slices"
	"time"

	"contend/workload/history"
)

// lastRead is a final reading of one source.
type lastRead struct {
	source *source
	end    history.CounterEnd // with times in common time
}

// footer joins the footers of the sources. A final value counts if it was surely read after
// all operations on its counter had ended, on all machines; the latest of these stands
// last.
func (j *joined) footer() history.Footer {
	var f history.Footer
	reads, highest := map[int][]lastRead{}, -1
	claims := map[int]history.Claim{}
	for _, s := range j.sources {
		end := s.footer
		if end == nil {
			continue
		}
		f.Operations += end.Operations
		f.Elapsed = max(f.Elapsed, time.Duration(s.common(int64(end.Elapsed))))
		if end.Error != "" && f.Error == "" {
			f.Error = s.name + ": " + end.Error
		}
		for _, c := range end.Claims {
			sum := claims[c.Counter]
			claims[c.Counter] = history.Claim{Counter: c.Counter, Change: sum.Change + c.Change, Low: sum.Low + c.Low, High: sum.High + c.High}
		}
		for _, r := range end.Finals {
			highest = max(highest, r.Counter)
			reads[r.Counter] = append(reads[r.Counter], lastRead{s, r})
		}
	}
	for _, c := range claims {
		f.Claims = append(f.Claims, c)
	}
	slices.SortFunc(f.Claims, func(a, b history.Claim) int { return a.Counter - b.Counter })
	for counter := range highest + 1 {
		f.Finals = append(f.Finals, j.lastReads(counter, reads[counter])...)
	}
	return f
}

// lastReads are the readings of a counter that count, by their time. Without one, there is
// one that says nothing.
func (j *joined) lastReads(counter int, reads []lastRead) []history.CounterEnd {
	nothing := history.CounterEnd{Counter: counter}
	var ends []history.CounterEnd
	early := ""
	for _, r := range reads {
		if r.end.Unseen != "" {
			nothing.Unseen = r.end.Unseen
		}
		if !r.end.Final.Known {
			continue
		}
		end, other := j.afterAll(r)
		if other == nil {
			ends = append(ends, end)
		} else if early == "" {
			early = fmt.Sprintf("%s read the final value of counter %d, but not surely after %s had ended its operations on it", r.source.name, counter, other.name)
		}
	}
	slices.SortStableFunc(ends, func(a, b history.CounterEnd) int {
		return int(min(max(a.Returned-b.Returned, -1), 1)) // both are far from the limits of int64
	})
	untimed := slices.DeleteFunc(slices.Clone(ends), func(e history.CounterEnd) bool { return e.Returned != afterAll })
	for i := range untimed {
		if untimed[i].Final != untimed[0].Final {
			early = fmt.Sprintf("the histories have different final values of counter %d, %d and %d, without the times at which they were read", counter, untimed[0].Final.Value, untimed[i].Final.Value)
			ends = nil
		}
	}
	if len(ends) == 0 {
		if early != "" && j.noFinals == "" {
			j.noFinals = early
		}
		return []history.CounterEnd{nothing}
	}
	for i := range ends {
		ends[i].Unseen = nothing.Unseen
	}
	return ends
}

// afterAll puts a final reading into common time. other is a source that may still have
// been using the counter; nil if the reading came surely after all.
func (j *joined) afterAll(r lastRead) (end history.CounterEnd, other *source) {
	end = r.end
	if end.Returned == 0 { // at no known time, but after everything else
		end.Invoked, end.Returned = afterAll, afterAll
		return end, nil
	}
	for _, s := range j.sources {
		if _, uses := s.steps[end.Counter]; uses && s != r.source && !j.came(s, r) {
			return end, s
		}
	}
	switch _, latest := r.source.line.Span(end.Returned); {
	case j.free:
		end.Invoked, end.Returned = afterAll, afterAll
	case j.single[end.Counter]:
		end.Invoked, end.Returned = r.source.common(end.Invoked), r.source.common(end.Returned)
	default:
		end.Invoked, end.Returned = r.source.earliest(end.Invoked), latest
	}
	return end, nil
}

// came reports whether all operations of a source on the counter had surely ended when it
// was read: by the clocks as they are stated or, whatever they say, by the order of
// versions.
func (j *joined) came(s *source, r lastRead) bool {
	ended, read := s.ended[r.end.Counter], r.end.Invoked
	if !j.free {
		if _, latest := s.line.Span(ended); latest <= r.source.earliest(read) {
			return true
		}
	}
	m, n := slices.Index(j.sources, s), slices.Index(j.sources, r.source)
	if j.ways == nil {
		j.ways, _ = j.clocks.last.ways()
	}
	atEnd := drifted(s.end()-ended) + drifted(r.source.end()-read)
	return j.ways[m*len(j.sources)+n] <= read+r.source.align-ended-s.align-atEnd
}
