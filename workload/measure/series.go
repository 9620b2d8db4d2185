package measure

import (
	"sync"
	"time"
)

// series counts the operations of all workers by the second in which they ended: about
// 2 kB a second.
type series struct {
	mu      sync.Mutex
	seconds []*endings // nil: none ended in it
}

// endings are the operations that ended in a second.
type endings struct {
	responses [buckets]uint32 // of those that were applied
	all       int64
}

// currentSecond is one worker's part of a series: of one second, until the worker
// ends an operation in another. The zero value with a series is ready.
type currentSecond struct {
	all    *series
	second int
	counts endings
}

// ended counts an operation that ended at that time.
func (c *currentSecond) ended(at int64) {
	if second := secondOf(at); second != c.second {
		c.flush()
		c.second = second
	}
	c.counts.all++
}

// applied counts the response of an operation for which ended was called.
func (c *currentSecond) applied(response time.Duration) { c.counts.responses[bucketOf(response)]++ }

// flush hands over what was recorded.
func (c *currentSecond) flush() {
	if c.counts.all == 0 {
		return
	}
	c.all.add(c.second, &c.counts)
	c.counts = endings{}
}

func (s *series) add(second int, counts *endings) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.seconds) <= second {
		s.seconds = append(s.seconds, nil)
	}
	if s.seconds[second] == nil {
		s.seconds[second] = new(endings)
	}
	sum := s.seconds[second]
	sum.all += counts.all
	for b, n := range counts.responses {
		sum.responses[b] += n
	}
}

// addTo completes the seconds of a result when all workers have flushed.
func (s *series) addTo(r *Result) {
	for i, counts := range s.seconds {
		if counts == nil {
			continue
		}
		for len(r.Seconds) <= i {
			r.Seconds = append(r.Seconds, Second{})
		}
		second := &r.Seconds[i]
		second.Ended = counts.all
		for b, n := range counts.responses {
			if second.Operations += int64(n); n > 0 {
				second.Responses = counts.responses[:b+1]
			}
		}
		second.percentiles()
	}
}

// percentiles sets P50 and P99 by the responses.
func (s *Second) percentiles() {
	s.P50, s.P99 = 0, 0
	if s.Operations > 0 && len(s.Responses) > 0 {
		s.P50 = bucketMiddle(percentileBucket(s.Responses, s.Operations, 50))
		s.P99 = bucketMiddle(percentileBucket(s.Responses, s.Operations, 99))
	}
}
