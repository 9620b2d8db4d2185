package check

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

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

// subject is what an audit knows of one counter.
type subject struct {
	ledger   history.Ledger
	chain    chain
	realTime realTime
	start    history.State // before the first operation
	begun    bool          // the chain has begun
	ruler    ruler
	waiting  []entry // by value, before the sign is known
	untold   int64   // acknowledgements without a state
	unplaced int64   // reads without a version, where others have one
	turned   turned
	latest   []tie // of every worker, shared by all counters
	tied     ties
	refusals refusals
	cutShort bool // states by value were left out that a lost line may explain
	ordered  bool
	// finalTold: the harness's own reading after the load is part of the order.
	finalTold bool
	awake     bool // the sums are needed beside the order
	// skipped says why the order of states cannot be judged; empty if it can.
	skipped string
	band    *band   // nil: there is none, as the value before the first operation is not known
	search  *search // nil: as band, or the order of states is judged, or they are of many items
	floor   *floor  // nil: there is none, or its start is not known
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

func (c *subject) begin(start history.CounterStart) {
	c.ledger.Key, c.ledger.Initial, c.start = start.Key, start.Initial.Value, start.Initial
	c.ruler.byValue = start.Initial.Version == 0
	switch {
	case tooFar(start.Initial, 0):
		c.skip(tooLarge)
	case !c.ruler.byValue:
		c.beginChain()
	}
}

// beginChain takes the state before the first operation, once it is known how
// states are ordered.
func (c *subject) beginChain() {
	c.begun = true
	first := c.ruler.place(entry{kind: strongRead, invoked: beforeAll, returned: beforeAll, value: c.start.Value}, c.start.Version)
	if !c.start.Known || !c.ruler.byValue && c.start.Version == 0 {
		first.versioned = false
		c.chain.beginOpen(c.start, first)
		return
	}
	c.chain.begin(first)
	c.realTime.pass(&first)
}

// skip gives up the order of states, for a reason. The reads that it has not
// judged are held against the sums.
func (c *subject) skip(why string) {
	if c.skipped != "" {
		return
	}
	c.skipped = why
	c.wake()
	c.chain.pending, c.realTime.invoked, c.realTime.returned, c.waiting = nil, nil, nil, nil
}

// wake holds reads against the sums again that the order cannot place.
func (c *subject) wake() {
	c.awake = true
	if c.band == nil || !c.band.resting {
		return
	}
	c.band.wake()
	for i := range c.realTime.invoked {
		c.band.read(c.realTime.invoked[i], c.realTime.invoked[i].versioned)
	}
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

func (c *subject) advance(now int64, all bool) {
	c.settleSign()
	mark, below, end := now, int64(math.MaxInt64), int64(math.MaxInt64)
	if c.ruler.byValue {
		// What had not ended when a change went the other way, or when one may
		// have, has other explanations.
		end = min(now, c.chain.cutAt, c.ruler.turn)
		mark, below = min(c.realTime.certain(end), c.turned.mark), min(c.chain.certain(end), c.turned.below)
	}
	c.realTime.advance(mark)
	if !all {
		below = min(below, c.chain.topmost(&c.realTime))
	}
	c.chain.advance(below, end, c.realTime.toldBy)
	c.cutShort = all && len(c.chain.pending) > 0
	switch {
	case c.chain.hidden.undecided && c.untold > 0:
		c.wake()
	case !all:
		c.chain.settle(now)
	}
}

const tooLarge = "its numbers are too large to be followed"

// farthest bounds the states that are followed, so that no sum or difference
// of two leaves int64, and longestStep what a write adds, so that the sums of as
// many as one may send do not either.
const (
	farthest    = 1 << 60
	longestStep = farthest >> 20
)

func tooFar(s history.State, delta int64) bool {
	return max(s.Version, s.Value, delta) > farthest || min(s.Value, delta) < -farthest || s.Version < 0
}

// tell enters what a client was told of the counter's state.
func (c *subject) tell(e entry, s history.State) {
	switch {
	case c.skipped != "":
		return
	case !s.Known && e.kind == acknowledged:
		c.hide(&e)
		return
	case !s.Known:
		return
	case tooFar(s, e.delta):
		c.skip(tooLarge)
		return
	}
	e.value = s.Value
	switch {
	case e.kind == eventualRead && !c.start.Known:
		return // it may be of before the run
	case c.ruler.byValue && s.Version != 0:
		c.countVersions()
	case !c.ruler.byValue && s.Version == 0:
		c.leave(&e)
		return
	case c.ruler.byValue:
		c.ruler.decided = true
		if e.kind == acknowledged {
			c.ruler.take(e.delta, e.invoked)
		}
		c.checkSigns()
	}
	switch {
	case c.skipped != "":
	case c.ruler.byValue && c.ruler.sign == 0:
		c.waiting = append(c.waiting, e)
	default:
		c.settleSign()
		if e.kind == acknowledged && !c.ruler.byValue {
			c.rest()
			c.endSearch()
		}
		c.enter(c.ruler.place(e, s.Version))
	}
}

// turned is what is known of the entries by value that had not ended when changes
// began to go both ways.
type turned struct {
	mark  int64 // the earliest of their invocations
	below int64 // the lowest of their positions
}

// enter takes an entry that has a position.
func (c *subject) enter(e entry) {
	if c.ruler.byValue && e.returned >= c.ruler.turn {
		if e.invoked < c.ruler.turn {
			c.turned.mark, c.turned.below = min(c.turned.mark, e.invoked), min(c.turned.below, e.at)
		}
		return
	}
	if c.ordered && e.sequence > 0 {
		c.latest[e.worker].later(c, &e)
	}
	c.chain.add(e)
	c.realTime.add(e)
}

// rest spares the sums while there is an order, which says more.
func (c *subject) rest() {
	if c.band != nil && c.ordered && !c.awake {
		c.band.rest()
	}
}

// hide enters a write that was acknowledged without a state: its position is not
// known.
func (c *subject) hide(e *entry) {
	if !c.hides(e.delta, e.invoked) {
		return
	}
	c.untold++
	c.chain.hidden.acknowledge(e)
}

// hides reports whether a write without a state can be followed.
func (c *subject) hides(delta, invoked int64) bool {
	if magnitude(delta) > longestStep || delta == math.MinInt64 {
		c.skip(tooLarge)
		return false
	}
	c.ruler.take(delta, invoked)
	c.checkSigns()
	return c.skipped == ""
}

// leave leaves out of the order what carries no version, though others do.
func (c *subject) leave(e *entry) {
	switch {
	case e.kind == acknowledged:
		c.hide(e)
	case e.sequence > 0:
		c.wake()
		c.unplaced++
	}
}

// countVersions orders the states by their versions: the first version has been
// told.
func (c *subject) countVersions() {
	if c.begun || c.chain.writes > 0 {
		c.skip("some answers carry no version")
		return
	}
	c.ruler.byValue = false
	c.unplaced += int64(len(c.waiting))
	c.waiting = nil
	c.beginChain()
}

// settleSign enters what had to wait for the first change.
func (c *subject) settleSign() {
	if c.ruler.sign == 0 {
		c.ruler.sign = 1
		// Without a change, an eventual read may show any state of before the run.
		c.waiting = slices.DeleteFunc(c.waiting, func(e entry) bool { return e.kind == eventualRead })
	}
	if !c.begun {
		c.beginChain()
	}
	for _, e := range c.waiting {
		c.enter(c.ruler.place(e, 0))
	}
	c.waiting = nil
}

// checkSigns gives up the order of values if a change leaves no trace in it.
func (c *subject) checkSigns() {
	if c.ruler.byValue && c.ruler.decided && c.ruler.still {
		c.skip("items carry no version, and a change by 0 leaves no trace in the value")
	}
}

// unknown enters a write without an answer.
func (c *subject) unknown(w unknownWrite) {
	if c.hides(w.delta, w.invoked) {
		c.chain.hidden.add(w)
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
	for i := range a.counters {
		a.counters[i].close()
		a.counters[i].closeSearch()
	}
	return a.findings(cut)
}

// close says what the order could not judge.
func (c *subject) close() {
	if !c.ruler.byValue || c.ruler.turn == math.MaxInt64 && c.chain.cutAt == math.MaxInt64 {
		c.realTime.writes.merge(&c.tied.writes)
		c.realTime.stale.merge(&c.tied.stale)
	}
	switch {
	case c.ruler.byValue && c.ruler.turn < math.MaxInt64:
		c.skip("items carry no version, and increments and decrements together leave no order in the values")
	case c.cutShort:
		c.skip("items carry no version, the history was cut off, and a line that is lost may be a change the other way")
	case c.ruler.byValue && c.chain.writes == 0 && c.untold > 0:
		c.skip("acknowledgements do not tell the new value")
	case c.chain.hidden.undecided && c.untold > 0:
		c.skip("acknowledgements without a state can be placed in more than one way")
	case c.chain.pastCut && c.chain.hidden.waiting > 0:
		c.skip("the history was cut off, and lines that are lost may have taken the places of writes that were acknowledged without a state")
	case c.unplaced > 0:
		c.skip(plural(c.unplaced, "read") + " carried no version")
	case c.chain.tooOld > 0:
		c.skip(plural(c.chain.tooOld, "eventual read") + " showed states too old to be compared")
	}
}

// cut says from when on operations may be missing.
func (c *subject) cut(at int64) {
	c.chain.cutAt = at
	if c.band != nil {
		c.band.cutAt = at
	}
	c.searches(func(s *search) { s.cutAt = at })
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
