package measure

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"contend/workload/hist"
)

// A worker waits from when its operation was due until an operation of it succeeds,
// or until it has nothing to do: it thinks, nothing is due, or its stage has it rest.
// A stall is a time without a success in which a worker waited. An operation that
// the design's rules refused has had its answer and counts as a success here.

// Stall is a time without any success, after the warm-up and while the load was on.
type Stall struct {
	From, To time.Duration
	// Workers is how many workers were waiting when it ended.
	Workers int
	// Ended is false if no success followed.
	Ended bool

	// Began and Over are From and To if the warm-up and the end of the load did not cut them.
	Began, Over time.Duration
	// Waits counts the workers by when they began to wait, in equal parts of the time from
	// Began to Over.
	Waits [stallSteps]int32
}

// Stalls has all stalls of a run.
type Stalls struct {
	All []Stall // in order
	// Total is the sum of their lengths.
	Total time.Duration
	// Least is the length from which a time without success counts as a stall.
	Least time.Duration
	// LastSuccess is when the last operation during the load succeeded. Succeeded is false if
	// none did.
	LastSuccess time.Duration
	Succeeded   bool
	// Hidden has estimated response latencies of operations that workers of a closed loop would
	// have begun during stalls: one per usual time of an operation and its pause, each of which
	// waits until the stall is over. It corrects for coordinated omission. In an open loop it
	// is empty, because operations become due during a stall too.
	Hidden hist.Histogram
}

const (
	// leastStall is the shortest stall. A pause of a client or of a store that
	// collects its garbage is shorter, and so is the wait of a policy for a lost race.
	leastStall = 100 * time.Millisecond
	// unusual is how many times as long as the median wait for a success a stall is:
	// where an operation takes a second, a second without a success is none.
	unusual = 10
	// stallSteps are into how many parts a stall is divided.
	stallSteps = 64
	// stallMoment is how exactly its ends are known.
	stallMoment = time.Millisecond
	// maxStalls bounds the memory: an hour of them.
	maxStalls = int(time.Hour / leastStall)
)

// Waiter is what a [StallWatch] knows about one worker. The zero value waits for nothing.
type Waiter struct {
	since atomic.Int64 // since when it waits for a success, 0 if it does not
	// lastSuccess and successBefore are when its last two came.
	lastSuccess, successBefore int64
}

// Waits notes that the worker waits for an answer since due, unless it is waiting already.
func (w *Waiter) Waits(due int64) {
	if w.since.Load() == 0 {
		w.since.Store(max(due, 1))
	}
}

// WaitsSince returns when the worker began to wait, or 0 if it is not waiting.
func (w *Waiter) WaitsSince() int64 { return w.since.Load() }

// Rests notes that the worker is idle.
func (w *Waiter) Rests() { w.since.Store(0) }

// StallWatch finds the stalls of a run. It is safe for use by several goroutines, and usually
// takes one atomic read.
type StallWatch struct {
	workers []*Waiter
	moment  atomic.Int64 // of the last success that was noted, in units of stallMoment
	mu      sync.Mutex
	last    int64           // when that was, in nanoseconds since the start
	gaps    [buckets]uint32 // the waits for a success
	found   []Stall
}

// Watch adds a worker, before the load starts.
func (s *StallWatch) Watch(w *Waiter) { s.workers = append(s.workers, w) }

// HasAnswer notes that an operation of the worker succeeded at at.
func (s *StallWatch) HasAnswer(w *Waiter, at int64) {
	w.lastSuccess, w.successBefore = at, w.lastSuccess
	s.succeeded(at)
	w.Rests()
}

// succeeded notes a success.
func (s *StallWatch) succeeded(at int64) {
	moment := at / int64(stallMoment)
	if moment == s.moment.Load() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if moment == s.moment.Load() { // another of that moment was noted meanwhile
		return
	}
	if at <= s.last { // it was noted late
		s.split(time.Duration(at))
		return
	}
	gap := time.Duration(at - s.last)
	if gap >= leastStall/unusual { // a look at every worker is too much for each moment
		stall, waited := s.waiting(at)
		gap = stall.Over - stall.Began
		if waited && gap >= leastStall && len(s.found) < maxStalls {
			s.found = append(s.found, stall)
		}
	}
	s.gaps[bucketOf(gap)]++
	s.last = at
	s.moment.Store(moment)
}

// split cuts a stall in which there was a success after all.
func (s *StallWatch) split(at time.Duration) {
	for i := range s.found {
		stall := &s.found[i]
		if at <= stall.Began || at >= stall.Over {
			continue
		}
		rest := *stall
		stall.Over, rest.Began = at, at
		s.found = slices.Insert(s.found, i+1, rest)
		return
	}
}

// waiting is who waits at a moment for a success, the last of which was before; false
// if nobody does.
func (s *StallWatch) waiting(at int64) (stall Stall, any bool) {
	began := at
	for _, w := range s.workers {
		if since := w.WaitsSince(); since != 0 && since <= at {
			began, any = min(began, max(since, s.last)), true
		}
	}
	stall = Stall{Began: time.Duration(began), Over: time.Duration(at), Ended: true}
	for _, w := range s.workers {
		if since := w.WaitsSince(); since != 0 && since < at {
			stall.Waits[stall.step(max(since, began))]++
			stall.Workers++
		}
	}
	return stall, any
}

// step is the part of the stall in which a moment lies.
func (s *Stall) step(at int64) int {
	passed, whole := at-int64(s.Began), int64(s.Over-s.Began)
	if whole <= 0 {
		return 0
	}
	return int(min(max(passed, 0)*stallSteps/whole, stallSteps-1))
}

// Close adds the stalls of a load that ended at [Result.LoadEnded] to the result.
func (s *StallWatch) Close(result *Result) {
	from, to := result.Scenario.Load.Warmup, result.LoadEnded
	told := &result.Stalls
	for _, w := range s.workers {
		at := w.lastSuccess
		if at > int64(to) {
			at = w.successBefore
		}
		if at > 0 && at <= int64(to) {
			told.LastSuccess, told.Succeeded = max(told.LastSuccess, time.Duration(at)), true
		}
	}
	found := s.found
	if stall, waited := s.waiting(int64(to)); waited && s.last < int64(to) {
		stall.Ended = false
		found = append(found, stall)
	}
	told.Least = max(leastStall, unusual*s.median())
	for _, stall := range found {
		stall.From, stall.To = max(stall.Began, from), min(stall.Over, to)
		stall.Ended = stall.Ended && stall.Over <= to
		if stall.To-stall.From < told.Least {
			continue
		}
		told.All = append(told.All, stall)
		told.Total += stall.To - stall.From
	}
	result.hide()
}

// median is of the waits for a success; 0 if there was none.
func (s *StallWatch) median() time.Duration {
	var total int64
	for _, n := range s.gaps {
		total += int64(n)
	}
	if total == 0 {
		return 0
	}
	return bucketMiddle(percentileBucket(s.gaps[:], total, 50))
}
