package check

import (
	"errors"
	"fmt"
	"io"
	"math"

	"contend/workload/history"
)

// Audit judges a run by its history, one operation after another. It is not safe
// for use by several goroutines.
type Audit struct {
	ordered   bool
	returned  []int64 // when each worker last returned
	latest    []tie   // what each was told then
	since     int     // operations since the last advance
	announced bool    // the header names the counters
	floor     *int64  // of all counters; nil: none
	promises  bool    // the design is idempotent
	spread    bool    // each counter is spread over several items
	counters  []*subject
	ended     int64 // operations
}

// NewAudit begins an audit. A history that is ordered is judged in memory that
// does not grow with it, but with its longest operation.
func NewAudit(h history.Header) *Audit {
	// An order among workers of an unknown number would not tell when one of
	// them is still to come.
	a := &Audit{
		ordered: h.Ordered && h.Workers > 0, returned: make([]int64, h.Workers), announced: len(h.Counters) > 0, floor: h.Floor, promises: h.Idempotent, spread: h.Shards > 1,
	}
	if a.ordered {
		a.latest = make([]tie, h.Workers)
	}
	for i := range h.Counters {
		a.counters = append(a.counters, a.newSubject(h.Counters[i]))
	}
	return a
}

func (a *Audit) newSubject(start history.CounterStart) *subject {
	c := &subject{ordered: a.ordered, latest: a.latest, turned: turned{math.MaxInt64, math.MaxInt64}}
	c.ruler.turn = math.MaxInt64
	c.chain.cutAt = math.MaxInt64
	c.chain.hidden.ordered = a.ordered
	c.ledger.Idempotent = a.promises
	if start.Initial.Known {
		c.band = newBand(start.Initial)
		c.band.spread = a.spread
	}
	if start.Initial.Known && a.floor != nil {
		c.floor = newFloor(*a.floor, start.Initial)
		c.floor.stock.band.spread = a.spread
	}
	if start.Initial.Known && !a.spread {
		c.beginSearch(start.Initial)
	}
	c.begin(start)
	if a.spread {
		c.skip("its value is spread over several items, which are not read at one moment")
	}
	return c
}

// subject finds a counter; those of a history that announces none appear with
// their operations.
func (a *Audit) subject(counter int) (*subject, error) {
	const most = 1 << 16
	for !a.announced && len(a.counters) <= counter && counter < most {
		a.counters = append(a.counters, a.newSubject(history.CounterStart{Key: fmt.Sprintf("counter %d", len(a.counters))}))
	}
	if counter < 0 || counter >= len(a.counters) {
		return nil, fmt.Errorf("counter %d of %d", counter, len(a.counters))
	}
	return a.counters[counter], nil
}

// Read enters everything that a history holds.
func (a *Audit) Read(r *history.Reader) error {
	var op history.Op
	for {
		switch err := r.Next(&op); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := a.Add(&op); err != nil {
			return err
		}
	}
}

// advanceEvery is after how many operations an ordered audit judges what it can.
const advanceEvery = 1 << 14

// Add enters an operation that has ended. The operation's memory may be used
// again by the caller. The error is about a history that says that it is ordered
// and is not, or a counter that it did not announce.
func (a *Audit) Add(op *history.Op) error {
	c, err := a.subject(op.Counter)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	if err := a.follow(op); err != nil {
		return err
	}
	a.ended++
	c.ledger.Record(op)
	c.refusals.add(op)
	if c.floor != nil {
		c.floor.add(op)
	}
	c.searches(func(s *search) { s.add(op) })
	if !a.spread {
		c.compareBuilt(op)
	}
	if c.skipped == "" {
		entriesOf(op, c.tell, c.unknown)
	}
	if c.band != nil {
		c.band.add(op)
	}
	if a.since++; a.ordered && a.since >= advanceEvery {
		a.since = 0
		a.advance(a.watermark(), false)
	}
	return nil
}

// follow keeps the time until which everything of a worker is known.
func (a *Audit) follow(op *history.Op) error {
	if op.Worker < 0 || op.Worker > math.MaxInt32 || a.ordered && op.Worker >= len(a.returned) {
		return fmt.Errorf("%s: no such worker", op)
	}
	if !a.ordered {
		return nil
	}
	if op.Invoked < a.returned[op.Worker] {
		at := times(op.Invoked, a.returned[op.Worker])
		return fmt.Errorf("%s began at %s, before the worker's previous operation ended at %s, although the history says that it is ordered", op, at[0], at[1])
	}
	if a.returned[op.Worker] = op.Returned; op.Returned == history.NoEnd {
		a.returned[op.Worker] = op.Invoked // its worker may have begun another since
	}
	return nil
}

// watermark is the time before which nothing can have begun that is not known.
func (a *Audit) watermark() int64 {
	if !a.ordered {
		return 0
	}
	mark := int64(math.MaxInt64)
	for _, returned := range a.returned {
		mark = min(mark, returned)
	}
	return mark
}

func (a *Audit) advance(now int64, all bool) {
	for i := range a.counters {
		c := a.counters[i]
		c.refusals.advance(now)
		if c.band != nil {
			c.band.advance(now)
		}
		if !all {
			c.searches(func(s *search) { s.advance(now) })
		}
		if c.floor != nil {
			c.floor.stock.band.advance(now)
		}
		if c.skipped == "" && all && !c.ruler.decided && c.ruler.byValue {
			c.ruler.decided = true // nobody told a version
			c.checkSigns()
		}
		if c.skipped == "" && (!c.ruler.byValue || c.ruler.decided && c.ruler.sign != 0 || all) {
			c.advance(now, all)
		}
	}
}

// farthest bounds the states that are followed, so that no sum or difference
// of two leaves int64, and longestStep what a write adds, so that the sums of as
// many as one may send do not either.
const (
	farthest    = 1 << 60
	longestStep = farthest >> 20
)

// Close ends the audit and gives its findings. If the history was cut off,
// operations after its end, and those in flight then, are not known; f then
// holds finals that were read later, or nothing.
func (a *Audit) Close(f history.Footer, cut bool) Findings {
	if cut {
		for i := range a.counters {
			a.counters[i].cut(a.watermark())
		}
	}
	a.takeFinals(f)
	a.advance(math.MaxInt64, true)
	for i := range a.counters {
		a.counters[i].close()
		a.counters[i].closeSearch()
	}
	return a.findings(cut)
}

func (a *Audit) takeFinals(f history.Footer) {
	for _, end := range f.Finals {
		if end.Counter < 0 || end.Counter >= len(a.counters) || !end.Final.Known {
			continue
		}
		c := a.counters[end.Counter]
		c.ledger.Final, c.ledger.FinalKnown, c.ledger.Watched = end.Final.Value, c.start.Known, end.Watched
		if end.Returned == 0 { // at a time that is not known, but after everything else
			end.Invoked, end.Returned = afterAll, afterAll
		}
		last := entry{kind: strongRead, invoked: end.Invoked, returned: end.Returned}
		if c.ruler.byValue && c.ruler.decided {
			end.Final.Version = 0 // the others have none
		}
		c.finalTold = c.ruler.byValue || end.Final.Version != 0
		c.tell(last, end.Final)
		if c.floor != nil {
			c.floor.tell(last, end.Final)
		}
		last.value = end.Final.Value
		c.searches(func(s *search) { s.tell(fact{entry: last, version: end.Final.Version, told: true}) })
	}
}
