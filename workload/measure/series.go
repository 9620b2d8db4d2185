package measure

import (
	"sync"
	"time"
)

// series holds the responses of applied operations by the second in which they
// ended, of all workers: about 2 kB a second.
type series struct {
	mu      sync.Mutex
	seconds []*[buckets]uint32 // nil: none ended in it
}

// currentSecond is one worker's part of a series: of one second, until the worker
// ends an operation in another. The zero value with a series is ready.
type currentSecond struct {
	all    *series
	second int
	counts [buckets]uint32
	any    bool
}

// record counts a response that ended at that time.
func (c *currentSecond) record(ended int64, response time.Duration) {
	if second := secondOf(ended); second != c.second {
		c.flush()
		c.second = second
	}
	c.counts[bucketOf(response)]++
	c.any = true
}

// flush hands over what was recorded.
func (c *currentSecond) flush() {
	if !c.any {
		return
	}
	c.all.add(c.second, &c.counts)
	c.counts, c.any = [buckets]uint32{}, false
}

func (s *series) add(second int, counts *[buckets]uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.seconds) <= second {
		s.seconds = append(s.seconds, nil)
	}
	if s.seconds[second] == nil {
		s.seconds[second] = new([buckets]uint32)
	}
	for b, n := range counts {
		s.seconds[second][b] += n
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
		for _, n := range counts {
			second.Operations += int64(n)
		}
		second.P50 = bucketMiddle(percentileBucket(counts[:], second.Operations, 50))
		second.P99 = bucketMiddle(percentileBucket(counts[:], second.Operations, 99))
	}
}
