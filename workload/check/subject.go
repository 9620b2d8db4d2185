package check

import (
	"math"
	"slices"

	"contend/workload/history"
)

// subject is what an audit knows about one counter.
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
	repeats  repeats
	cutShort bool // states by value were left out that a lost line may explain
	ordered  bool
	finals   int64 // final readings that are part of the order
	awake    bool  // the sums are needed beside the order
	ownOrders
	// skipped says why the order of states cannot be judged; empty if it can.
	skipped string
	band    *band   // nil: there is none, as the value before the first operation is not known
	search  *search // nil: as band, or the order of states is judged, or they are of many items
	floor   *floor  // nil: there is none, or its start is not known
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

// skip gives up the order of states, for a reason. Reads that the order has not judged
// are compared with the sums.
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

const tooLarge = "its numbers are too large to check"

func tooFar(s history.State, delta int64) bool {
	return max(s.Version, s.Value, delta) > farthest || min(s.Value, delta) < -farthest || s.Version < 0
}

// tell enters a state of the counter that a client saw.
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
	if c.latest != nil && e.sequence > 0 {
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

// leave leaves an entry without a version out of the order, if other entries have one.
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
		c.skip("some answers have no version")
		return
	}
	c.ruler.byValue = false
	c.unplaced += int64(len(c.waiting))
	c.waiting, c.own = nil, nil
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
		c.skip("items have no version, and a change by 0 cannot be seen in the value")
	}
}

// unknown enters a write without an answer.
func (c *subject) unknown(w unknownWrite) {
	if c.hides(w.delta, w.invoked) {
		c.chain.hidden.add(w)
	}
}

// close says what the order could not judge.
func (c *subject) close() {
	if !c.ruler.byValue || c.ruler.turn == math.MaxInt64 && c.chain.cutAt == math.MaxInt64 {
		c.realTime.writes.merge(&c.tied.writes)
		c.realTime.stale.merge(&c.tied.stale)
	}
	switch {
	case c.ruler.byValue && c.ruler.turn < math.MaxInt64:
		c.skip("items have no version, and with increments and decrements the values have no order")
	case c.cutShort:
		c.skip("items have no version, the history was cut off, and a lost line may be a change the other way")
	case c.ruler.byValue && c.chain.writes == 0 && c.untold > 0:
		c.skip("acknowledgements do not contain the new value")
	case c.chain.hidden.undecided && c.untold > 0:
		c.skip("acknowledgements without a state can be placed in more than one way")
	case c.chain.pastCut && c.chain.hidden.waiting > 0:
		c.skip("the history was cut off, and writes on lost lines may have the places of writes that were acknowledged without a state")
	case c.unplaced > 0:
		c.skip(plural(c.unplaced, "read") + " had no version")
	case c.chain.tooOld > 0:
		c.skip(plural(c.chain.tooOld, "eventual read") + " showed states too old to be compared")
	}
}

// cut sets the time from which operations may be missing.
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
