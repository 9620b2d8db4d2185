package check

import (
	"errors"
	"fmt"
	"io"
	"math"

	"contend/internal/history"
)

// Audit judges a run by its history, one operation after another. It is not safe
// for use by several goroutines.
type Audit struct {
	ordered   bool
	returned  []int64 // when each worker last returned
	since     int     // operations since the last advance
	announced bool    // the header names the counters
	floor     *int64  // of all counters; nil: none
	promises  bool    // the design is idempotent
	counters  []*subject
	ended     int64 // operations
}

// subject is what an audit knows of one counter.
type subject struct {
	ledger   history.Ledger
	chain    chain
	realTime realTime
	started  bool // its value before the first operation is known
	begun    bool // the chain has begun
	ruler    ruler
	waiting  []entry // by value, before the sign is known
	// skipped says why the order of states cannot be judged; empty if it can.
	skipped string
	band    *band  // nil: the order of states is judged instead, or nothing can be
	floor   *floor // nil: there is none, or its start is not known
}

// NewAudit begins an audit. A history that is ordered is judged in memory that
// does not grow with it, but with its longest operation.
func NewAudit(h history.Header) *Audit {
	// An order among workers of an unknown number would not tell when one of
	// them is still to come.
	a := &Audit{
		ordered: h.Ordered && h.Workers > 0, returned: make([]int64, h.Workers), announced: len(h.Counters) > 0, floor: h.Floor, promises: h.Idempotent,
	}
	for i := range h.Counters {
		a.counters = append(a.counters, a.newSubject(h.Counters[i]))
	}
	return a
}

func (a *Audit) newSubject(start history.CounterStart) *subject {
	c := &subject{}
	c.chain.cutAt = math.MaxInt64
	c.ledger.Idempotent = a.promises
	c.begin(start)
	if c.started {
		c.band = newBand(start.Initial.Value)
	}
	if c.started && a.floor != nil {
		c.floor = newFloor(*a.floor, start.Initial.Value)
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

func (c *subject) begin(start history.CounterStart) {
	c.ledger.Key, c.ledger.Initial = start.Key, start.Initial.Value
	c.ruler.byValue = start.Initial.Version == 0
	if !start.Initial.Known {
		c.skip("its value before the first operation is not known")
		return
	}
	c.started = true
	c.tell(entry{kind: strongRead, invoked: beforeAll, returned: beforeAll}, start.Initial)
}

func (c *subject) skip(why string) {
	if c.skipped == "" {
		c.skipped = why
	}
	c.chain.pending, c.realTime.invoked, c.realTime.returned, c.waiting = nil, nil, nil, nil
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
	if c.floor != nil {
		c.floor.add(op)
	}
	if c.band != nil {
		c.band.add(op)
	}
	if c.skipped == "" {
		entriesOf(op, c.tell, c.unknown)
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
		return fmt.Errorf("%s began at %s, before the worker's operation before it had ended at %s, though the history says that it is ordered",
			op, millis(op.Invoked), millis(a.returned[op.Worker]))
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
		if c.band != nil {
			c.band.advance(now)
		}
		if c.floor != nil {
			c.floor.stock.band.advance(now)
		}
		if c.skipped == "" && (!c.ruler.byValue || c.ruler.sign != 0 || all) {
			c.advance(now, all)
		}
	}
}

func (c *subject) advance(now int64, all bool) {
	c.settleSign()
	c.realTime.advance(now)
	below := c.chain.at
	if c.realTime.top.known {
		below = c.realTime.top.at
	}
	c.chain.advance(below, all, c.realTime.toldBy)
}

// tell enters what a client was told of the counter's state.
func (c *subject) tell(e entry, s history.State) {
	switch {
	case c.skipped != "":
		return
	case !s.Known:
		c.skip("acknowledgements do not tell the new value")
		return
	case !c.ruler.byValue && s.Version == 0:
		c.skip("some answers carry no version")
		return
	}
	if position := max(s.Version, s.Value, -s.Value, e.delta, -e.delta); position > farthest || s.Value < -farthest || s.Version < 0 {
		c.skip("its numbers are too large to be followed")
		return
	}
	e.value = s.Value
	switch {
	case e.kind != acknowledged:
	case c.ruler.byValue:
		c.takeSign(e.delta)
	default:
		c.band = nil // there is an order, which says more
	}
	switch {
	case c.skipped != "":
	case c.ruler.byValue && c.ruler.sign == 0:
		c.waiting = append(c.waiting, e)
	default:
		c.settleSign()
		c.enter(c.ruler.place(e, s.Version))
	}
}

// farthest bounds the states that are followed, so that no sum or difference
// of two leaves int64.
const farthest = 1 << 60

// settleSign enters what had to wait for the first change.
func (c *subject) settleSign() {
	if c.ruler.sign == 0 {
		c.ruler.sign = 1
	}
	for _, e := range c.waiting {
		c.enter(c.ruler.place(e, 0))
	}
	c.waiting = nil
}

func (c *subject) takeSign(delta int64) {
	sign := int64(1)
	switch {
	case delta == 0:
		c.skip("items carry no version, and a change by 0 leaves no trace in the value")
		return
	case delta < 0:
		sign = -1
	}
	if c.ruler.sign == -sign {
		c.skip("items carry no version, and increments and decrements together leave no order in the values")
		return
	}
	c.ruler.sign = sign
}

func (c *subject) enter(e entry) {
	if !c.begun {
		c.chain.begin(e)
		c.realTime.pass(&e)
		c.begun = true
		return
	}
	c.chain.add(e)
	c.realTime.add(e)
}

// unknown enters a write without an answer.
func (c *subject) unknown(w unknownWrite) {
	if c.ruler.byValue {
		c.takeSign(w.delta)
	}
	if c.skipped == "" {
		c.chain.unknown.add(w)
	}
}

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
	return a.findings(cut)
}

// cut says from when on operations may be missing.
func (c *subject) cut(at int64) {
	c.chain.cutAt = at
	if c.band != nil {
		c.band.cutAt = at
	}
	if c.floor != nil {
		c.floor.stock.band.cutAt = at
	}
}

func (a *Audit) takeFinals(f history.Footer) {
	for _, end := range f.Finals {
		if end.Counter < 0 || end.Counter >= len(a.counters) || !end.Final.Known {
			continue
		}
		c := a.counters[end.Counter]
		c.ledger.Final, c.ledger.FinalKnown, c.ledger.Watched = end.Final.Value, c.started, end.Watched
		if end.Returned == 0 { // at a time that is not known, but after everything else
			end.Invoked, end.Returned = afterAll, afterAll
		}
		last := entry{kind: strongRead, invoked: end.Invoked, returned: end.Returned}
		c.tell(last, end.Final)
		if c.floor != nil {
			c.floor.tell(last, end.Final)
		}
	}
}
