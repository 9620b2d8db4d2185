package check

import (
	"fmt"
	"math"

	"contend/workload/history"
)

// chain follows the states of one counter by position, from the first reading. Every
// acknowledged write must continue the state before it, every read must have seen a
// state that existed, and states that no client saw must have been made by writes
// without an answer.
type chain struct {
	pending []entry // not yet followed, in no order
	ready   []entry // being followed; memory that is used again
	order   []uint64
	limits  []limit // of those in order

	open       bool          // no state has been followed: what was before the first one told is not known
	from       history.State // where it is open: the value before, if it is known
	early      *entry        // where it is open: the highest eventual read so far
	start      int64         // position of the first state
	startValue int64
	at, value  int64 // the last state followed
	last       entry // the entry that told of it
	lastWrite  entry // the last write followed; sequence 0: none
	versioned  bool  // positions are versions; else values

	recent  []passed // by position modulo its length, a power of two; of those below at
	tooOld  int64    // eventual reads of states that are no longer in recent
	hidden  placement
	cutAt   int64 // from here on, writes may be missing from the history; MaxInt64: none
	pastCut bool  // a gap was met that they may have filled

	found      []violation
	violations int64
	beyondCut  int64 // gaps that only writes missing from the history can explain
	writes     int64
}

// passed is a state that was followed.
type passed struct{ at, value int64 }

// recentStates is how many of the last states are kept, to compare late eventual reads
// with them.
const recentStates = 1024

// violation is one contradiction, with the entries that show it.
type violation struct {
	kind    violationKind
	text    string
	entries []entry
	byTime  bool // no position shows it
}

type violationKind uint8

const (
	sameState    violationKind = iota // two writes were acknowledged as one state
	noState                           // a write was acknowledged, and no state is left for it
	wentBack                          // the same, after higher ones had been acknowledged
	missing                           // a state that no write can have made
	wrongValue                        // two states that contradict each other
	beforeStart                       // a state from before the run
	manyKinds    = int(beforeStart) + 1
	keptEachKind = 3
)

// begin takes the state before the first operation.
func (c *chain) begin(e entry) {
	c.start, c.startValue, c.versioned = e.at, e.value, e.versioned
	c.move(&e)
}

// beginOpen begins a chain whose first position is not known, although its value may be
// known.
func (c *chain) beginOpen(before history.State, last entry) {
	c.open, c.from, c.last = true, before, last
}

// advance follows the entries below a position that had ended before a time. toldBy
// returns the highest entry that had been returned by a time.
func (c *chain) advance(below, end int64, toldBy func(int64) (entry, bool)) {
	c.ready = split(&c.pending, c.ready[:0], func(e *entry) bool {
		return e.at < below && (e.returned < end || end == math.MaxInt64)
	})
	c.order = order(c.ready, (*entry).place, c.order)
	c.limit()
	for n, i := range c.order {
		c.follow(&c.ready[i], c.limits[n], toldBy)
	}
}

// limit says when the first of the entries at or above a position had been returned, by
// which time all writes up to it had been sent, and when the first above it had.
type limit struct{ from, above int64 }

// limit finds the limits of the entries to be followed.
func (c *chain) limit() {
	first := int64(math.MaxInt64)
	for i := range c.pending {
		first = min(first, c.pending[i].returned)
	}
	c.limits = append(c.limits[:0], make([]limit, len(c.order))...)
	above, at := first, int64(math.MaxInt64)
	for n := len(c.order) - 1; n >= 0; n-- {
		e := &c.ready[c.order[n]]
		if e.at != at {
			above, at = first, e.at
		}
		first = min(first, e.returned)
		c.limits[n] = limit{first, above}
	}
}

// certain returns the position below which all entries that began before now had ended.
func (c *chain) certain(now int64) int64 {
	below := int64(math.MaxInt64)
	for i := range c.pending {
		if e := &c.pending[i]; e.returned >= now && e.invoked < now {
			below = min(below, e.at)
		}
	}
	return below
}

// topmost returns the highest position returned so far; later entries are not below it.
func (c *chain) topmost(r *realTime) int64 {
	if r.top.known {
		return r.top.at
	}
	return math.MinInt64
}

// settle merges acknowledged writes without a state that no later entry can distinguish,
// to save memory. Everything that began before now is known.
func (c *chain) settle(now int64) {
	if c.hidden.waiting == 0 {
		return
	}
	last := int64(math.MinInt64)
	for i := range c.pending {
		last = max(last, c.pending[i].returned)
	}
	c.hidden.settle(last, now)
}

func (c *chain) follow(e *entry, by limit, toldBy func(int64) (entry, bool)) {
	if c.open && !c.opened(e, by.from) {
		return
	}
	if e.isRead() {
		c.read(e, by.from)
	} else {
		c.writes++
		c.write(e, by.from, toldBy)
	}
	stale := e.at < c.at || by.above < e.invoked
	if e.kind != eventualRead && !stale && !c.pastCut {
		c.hidden.overdue(e, func(delta int64, w hidden) { c.lost(e, delta, w) })
	}
}

// opened begins an open chain with its lowest state. It reports whether e is at or above
// that state: eventual reads below it may show states from before the run.
func (c *chain) opened(e *entry, deadline int64) bool {
	if e.kind == eventualRead {
		if c.early != nil && c.early.at == e.at && c.early.value != e.value {
			c.contradict(c.early, e)
		}
		copied := *e
		c.early = &copied
		return false
	}
	value := e.value - e.delta
	if c.early != nil && e.versioned && c.early.at == e.from && c.early.value != value {
		c.contradict(c.early, e)
	}
	c.open, c.early, c.versioned = false, nil, e.versioned
	c.start, c.startValue, c.at = e.from, value, e.from
	if !c.from.Known {
		c.last, c.value = *e, value
		c.hidden.release(deadline)
		return true
	}
	c.value = c.from.Value
	c.gap(e, gap{anySteps, value - c.from.Value}, deadline)
	c.value = value
	return true
}

func (c *chain) write(e *entry, deadline int64, toldBy func(int64) (entry, bool)) {
	switch {
	case e.from < c.at:
		c.overlap(e, toldBy)
		return
	case e.from > c.at:
		c.gap(e, c.between(e.from, e.value-e.delta), deadline)
	case c.versioned && e.value-e.delta != c.value:
		c.report(violation{kind: wrongValue, entries: []entry{c.last, *e}, text: fmt.Sprintf(
			"%s, %s, does not continue %s with value %d", e.told(), aChange(e.delta), c.last.state(), c.value)})
	}
	c.move(e)
	c.lastWrite = *e
}

func (c *chain) add(e entry) { c.pending = append(c.pending, e) }

// move makes e the last state, and remembers it.
func (c *chain) move(e *entry) {
	c.at, c.value, c.last = e.at, e.value, *e
	if !c.versioned {
		return
	}
	for states := c.at - c.start; len(c.recent) < recentStates && states >= int64(len(c.recent)); {
		c.enlarge()
	}
	c.recent[c.slot(e.at)] = passed{e.at, e.value}
}

// enlarge doubles the room for states.
func (c *chain) enlarge() {
	const few = 8
	old := c.recent
	c.recent = make([]passed, max(few, 2*len(old)))
	for i := range c.recent {
		c.recent[i].at = -1
	}
	for _, s := range old {
		if s.at >= 0 {
			c.recent[c.slot(s.at)] = s
		}
	}
}

func (c *chain) slot(at int64) int { return int(uint64(at) % uint64(len(c.recent))) }

// overlap is a write that was acknowledged as a state that is taken.
func (c *chain) overlap(e *entry, toldBy func(int64) (entry, bool)) {
	if e.from < c.start {
		c.report(violation{kind: beforeStart, entries: []entry{*e}, text: fmt.Sprintf(
			"%s, which the counter had passed before the run began", e.told())})
		return
	}
	first, second := c.lastWrite, *e
	if first.invoked > second.invoked {
		first, second = second, first
	}
	if top, ok := toldBy(second.invoked); ok && top.at > second.at {
		c.report(violation{kind: wentBack, entries: []entry{top, second}, text: fmt.Sprintf(
			"the counter went back: %s, and %s after that %s", top.told(), lapse(top.returned, second.invoked), second.told())})
		return
	}
	c.report(violation{kind: sameState, entries: []entry{first, second}, text: sameStateText(first, second)})
}

func sameStateText(first, second entry) string {
	if first.sequence == 0 {
		return fmt.Sprintf("%s, a state that the counter had already", second.told())
	}
	if first.at != second.at {
		return fmt.Sprintf("%s and %s cannot both be", first.told(), second.told())
	}
	if second.returned < first.returned {
		first, second = second, first
	}
	return fmt.Sprintf("%s, acknowledged as %s, is missing: %s was acknowledged the same %s %s later",
		first.who(), first.state(), second.who(), stateWord(first), lapse(first.returned, second.returned))
}

func stateWord(e entry) string {
	if e.versioned {
		return "version"
	}
	return "value"
}

func (c *chain) report(v violation) {
	c.violations++
	same := 0
	for i := range c.found {
		if c.found[i].kind == v.kind {
			same++
		}
	}
	if same < keptEachKind {
		c.found = append(c.found, v)
	}
}
