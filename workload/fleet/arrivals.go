package fleet

import (
	"math/rand/v2"
	"sync"
	"time"

	"contend/workload/measure"
	"contend/workload/pace"
	"contend/workload/scenario"
)

// arrivals hands the operations of an open loop to the workers, in the order in
// which they are due.
//
// Nothing is pushed: a worker that becomes free takes the first arrival that
// nobody has taken. If it lies ahead the worker waits for it, and nothing stands
// between the moment and the operation's begin; if it is past, no worker was free
// then. That is the same as a queue with a dispatcher, without a goroutine that
// could itself be late, and without a queue that could grow. It is safe for use by
// several goroutines.
type arrivals struct {
	overload scenario.Overload
	mu       sync.Mutex
	next     cursor // at the arrivals that were taken
	due      cursor // at the same arrivals again, those that are due
	shown    shown
	measured measure.OpenLoop
	// lastBegun is when the latest operation was due of those that were begun.
	lastBegun int64
	// lastInvoked is when the latest operation began.
	lastInvoked int64
	dropped     int64 // so far, because all workers were busy
}

// arrivalStream is the stream of random numbers of the arrivals: apart from those
// of the workers, which count from 0, and of the faults.
const arrivalStream = 1<<63 + 1

// newArrivals is nil in a closed loop.
func newArrivals(s *scenario.Scenario, share Share) *arrivals {
	if !s.Load.Open() {
		return nil
	}
	a := &arrivals{overload: s.Load.Overload, next: newCursor(s, share), due: newCursor(s, share), shown: shown{due: newCursor(s, share)}}
	a.measured.Lateness.Prepare()
	a.measured.Delay.Prepare()
	return a
}

// take gives a worker that has been free since a moment an operation to begin at
// due, or as soon as it can if that is past; false if there are no more.
func (a *arrivals) take(free int64) (due int64, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for {
		arrival, ok := a.next.pass()
		if !ok {
			return 0, false
		}
		if arrival.Due >= free {
			return arrival.Due, true
		}
		if a.overload == scenario.OverloadDrop {
			a.dropped++
			a.due.drop(arrival.Due)
			continue
		}
		a.measured.Queued++
		waited := a.due.passAll(free) - a.next.passed + 1
		a.measured.MaxWaiting = max(a.measured.MaxWaiting, waited)
		return arrival.Due, true
	}
}

// takeDue takes the first arrival that nobody has taken if it is due already, and waits
// for a worker. It takes none where such arrivals are dropped.
func (a *arrivals) takeDue(now int64) (due int64, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.overload == scenario.OverloadDrop || !a.next.hasAhead || a.next.ahead.Due > now {
		return 0, false
	}
	arrival, _ := a.next.pass()
	a.measured.Queued++
	a.measured.MaxWaiting = max(a.measured.MaxWaiting, a.due.passAll(now)-a.next.passed+1)
	return arrival.Due, true
}

// begin records that an operation begins, by a worker that has been free since a
// moment.
func (a *arrivals) begin(due, invoked, free int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	late := time.Duration(invoked - due)
	a.measured.Lateness.Record(late)
	if due >= free {
		a.measured.Delay.Record(late)
	}
	a.lastBegun, a.lastInvoked = max(a.lastBegun, due), max(a.lastInvoked, invoked)
}

// outOfTime reports whether there are no more arrivals because the load's time is
// over: not because there were as many as were asked for.
func (a *arrivals) outOfTime() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.next.left != 0
}

// soFar is how many operations have become due, how many of them wait for a worker, and
// how many were dropped because there was none.
func (a *arrivals) soFar(now int64) (due, waiting, dropped int64) {
	if a.overload == scenario.OverloadDrop {
		a.mu.Lock()
		defer a.mu.Unlock()
		return a.next.passed, 0, a.dropped
	}
	a.shown.mu.Lock()
	defer a.shown.mu.Unlock()
	due = a.shown.due.passAll(now)
	a.mu.Lock()
	defer a.mu.Unlock()
	return max(due, a.next.passed), max(due-a.next.passed, 0), 0
}

// shown is the arrivals once more, those that are due for who looks at the run: looks
// change nothing of it.
type shown struct {
	mu  sync.Mutex
	due cursor
}

// end closes the account of a load that ended at a moment. due counts what was
// due by then, stages the same by segment.
func (a *arrivals) end(at time.Duration) (measured *measure.OpenLoop, due int64, stages []int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	// A worker may have begun another operation while the end was noticed.
	due = a.due.passAll(max(int64(at), a.lastBegun))
	a.measured.Lasted = a.due.lasted(at)
	a.measured.BegunIn = max(a.measured.Lasted, min(at, time.Duration(a.lastInvoked)))
	if !a.due.usedUp() {
		a.measured.BegunIn = at
	}
	if a.overload == scenario.OverloadQueue {
		a.measured.MaxWaiting = max(a.measured.MaxWaiting, due-a.next.passed)
	}
	a.measured.Due = a.due.bySecond
	return &a.measured, due, a.due.bySegment
}

// cursor goes through the part of a schedule that is in a share.
type cursor struct {
	schedule  *pace.Schedule
	share     Share
	seen      int64 // arrivals of the schedule so far, those of other shares too
	left      int64 // at most so many arrivals; negative: no limit
	ahead     pace.Arrival
	hasAhead  bool
	passed    int64
	last      int64 // when the last one that was passed is due
	bySegment []int64
	bySecond  []int64 // of those that were passed, without the dropped
}

func newCursor(s *scenario.Scenario, share Share) cursor {
	rates := s.Load.Segments()
	c := cursor{
		schedule:  pace.NewSchedule(s.Load.Arrivals, rates, rand.New(rand.NewPCG(s.Seed, arrivalStream))),
		share:     share,
		left:      -1,
		bySegment: make([]int64, len(rates)),
	}
	if s.Load.Operations > 0 {
		c.left = s.Load.Operations
	}
	c.look()
	return c
}

// look finds the arrival ahead.
func (c *cursor) look() {
	for c.hasAhead = false; c.left != 0; {
		arrival, ok := c.schedule.Next()
		if !ok {
			return
		}
		c.left--
		if c.seen++; c.share.Has(c.seen - 1) {
			c.ahead, c.hasAhead = arrival, true
			return
		}
	}
}

// pass goes past the arrival ahead, if there is one.
func (c *cursor) pass() (pace.Arrival, bool) {
	if !c.hasAhead {
		return pace.Arrival{}, false
	}
	arrival := c.ahead
	c.passed++
	c.last = arrival.Due
	c.bySegment[arrival.Segment]++
	c.count(arrival.Due, 1)
	c.look()
	return arrival, true
}

// drop takes an arrival out of its second again.
func (c *cursor) drop(due int64) { c.count(due, -1) }

func (c *cursor) count(due, n int64) {
	second := int(due / int64(time.Second))
	for len(c.bySecond) <= second {
		c.bySecond = append(c.bySecond, 0)
	}
	c.bySecond[second] += n
}

// usedUp reports whether as many arrivals have been passed as were asked for.
func (c *cursor) usedUp() bool { return c.left == 0 && !c.hasAhead }

// lasted is how long what was passed took to become due, in a load that ended at a
// moment. Of n arrivals the first is due at the start, so that they show n−1 of the
// times between two; the last is taken to last as long as those do on average.
func (c *cursor) lasted(ended time.Duration) time.Duration {
	if !c.usedUp() || c.passed < 2 {
		return ended
	}
	return min(ended, time.Duration(float64(c.last)*float64(c.passed)/float64(c.passed-1)))
}

// passAll goes past everything that is due at a moment, and returns how many were
// passed in all.
func (c *cursor) passAll(at int64) int64 {
	for c.hasAhead && c.ahead.Due <= at {
		c.pass()
	}
	return c.passed
}
