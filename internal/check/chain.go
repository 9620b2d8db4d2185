package check

import "fmt"

// chain follows the states of one counter by position, from the first reading:
// every acknowledged write continues the state before it, every read saw a
// state that was, and states that nobody was told of were made by writes
// without an answer.
type chain struct {
	pending []entry // not yet followed, in no order
	ready   []entry // being followed; memory that is used again
	order   []uint64

	start     int64 // position at the first reading
	at, value int64 // the last state followed
	last      entry // the entry that told of it
	lastWrite entry // the last write followed; sequence 0: none
	versioned bool  // positions are versions; else values

	recent *[recentStates]passed // by position; nil before the first eventual read

	unknown placement
	cutAt   int64 // from here on, writes may be missing from the history; noCut: none

	found      []violation
	violations int64
	beyondCut  int64 // gaps that only writes missing from the history can explain
	writes     int64
}

// passed is a state that was followed.
type passed struct{ at, value int64 }

// recentStates is how many states eventual reads can be held against that come
// long after them.
const recentStates = 1024

// violation is one contradiction, with the entries that show it.
type violation struct {
	kind    violationKind
	text    string
	entries []entry
}

type violationKind uint8

const (
	sameState    violationKind = iota // two writes were acknowledged as one state
	wentBack                          // the same, after higher ones had been acknowledged
	missing                           // a state that no write can have made
	wrongValue                        // two states that contradict each other
	beforeStart                       // a state from before the run
	manyKinds    = int(beforeStart) + 1
	keptEachKind = 3
)

func (c *chain) begin(e entry) {
	c.start, c.at, c.value, c.last, c.versioned = e.at, e.at, e.value, e, e.versioned
}

// advance follows the entries below the position; toldBy tells what was known
// when a write began.
func (c *chain) advance(below int64, all bool, toldBy func(int64) (entry, bool)) {
	c.ready = split(&c.pending, c.ready[:0], func(e *entry) bool { return all || e.at < below })
	c.order = order(c.ready, (*entry).place, c.order)
	for _, i := range c.order {
		c.follow(&c.ready[i], toldBy)
	}
}

func (c *chain) follow(e *entry, toldBy func(int64) (entry, bool)) {
	if e.isRead() {
		c.read(e)
	} else {
		c.writes++
		c.write(e, toldBy)
	}
	if !c.unknown.hold(e.returned) {
		c.unexplained(e, gap{})
		c.unknown.ways = nil // told once; later states are judged without what was used before
	}
}

func (c *chain) write(e *entry, toldBy func(int64) (entry, bool)) {
	switch {
	case e.from < c.at:
		c.overlap(e, toldBy)
		return
	case e.from > c.at:
		c.gap(e, e.from-c.at, e.value-e.delta)
	case c.versioned && e.value-e.delta != c.value:
		c.report(violation{kind: wrongValue, entries: []entry{c.last, *e}, text: fmt.Sprintf(
			"%s, a %s, does not continue %s with value %d", e.told(), changeWord(e.delta), c.last.state(), c.value)})
	}
	c.move(e)
	c.lastWrite = *e
}

func (c *chain) add(e entry) {
	if e.kind == eventualRead && c.recent == nil {
		c.recent = new([recentStates]passed)
	}
	c.pending = append(c.pending, e)
}

func (c *chain) move(e *entry) {
	c.at, c.value, c.last = e.at, e.value, *e
	if c.recent != nil {
		c.recent[uint64(e.at)%recentStates] = passed{e.at, e.value}
	}
}

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

func (c *chain) read(e *entry) {
	switch {
	case e.at < c.start && e.kind == eventualRead:
	case e.at < c.start:
		c.report(violation{kind: beforeStart, entries: []entry{*e}, text: fmt.Sprintf(
			"%s, which the counter had passed before the run began", e.told())})
	case e.at < c.at:
		c.readPassed(e)
	case e.at > c.at:
		c.gap(e, e.at-c.at, e.value)
		c.move(e)
	case c.versioned && e.value != c.value:
		c.contradiction(e)
	}
}

// readPassed is a read of a state that was followed before: only the value can be
// judged here, of states that are not too old.
func (c *chain) readPassed(e *entry) {
	if c.recent == nil || !c.versioned {
		return
	}
	if old := c.recent[uint64(e.at)%recentStates]; old.at == e.at && old.value != e.value {
		c.report(violation{kind: wrongValue, entries: []entry{*e}, text: fmt.Sprintf(
			"%s, but that version had value %d", e.told(), old.value)})
	}
}

func (c *chain) contradiction(e *entry) {
	c.report(violation{kind: wrongValue, entries: []entry{c.last, *e}, text: fmt.Sprintf(
		"%s, but %s", e.told(), c.last.told())})
}

// gap explains the states between the last one and the one before e, which is
// length positions on and has a value.
func (c *chain) gap(e *entry, length, value int64) {
	g := gap{steps: length, sum: value - c.value}
	if !c.versioned {
		g.steps = -1
	}
	if !c.unknown.fill(g, e.returned) {
		c.unexplained(e, g)
	}
}

// unexplained is a gap that no recorded write can have made, or that could only
// be made by one that was sent after e had its answer.
func (c *chain) unexplained(e *entry, g gap) {
	if e.returned >= c.cutAt {
		c.beyondCut++
		return
	}
	text := fmt.Sprintf("%s, but the states before it need a write that was sent only later", e.told())
	if g != (gap{}) {
		text = fmt.Sprintf("%s missing between %s and %s: %s", c.missingStates(e, g), c.last.told(), e.told(), c.cause(g))
	}
	c.report(violation{kind: missing, entries: []entry{c.last, *e}, text: text})
}

func (c *chain) missingStates(e *entry, g gap) string {
	first, last := c.at+1, e.from
	if e.isRead() {
		last = e.at
	}
	switch {
	case !c.versioned:
		return fmt.Sprintf("a change by %+d is", g.sum)
	case first == last:
		return fmt.Sprintf("version %d, a change by %+d, is", first, g.sum)
	}
	return fmt.Sprintf("versions %d to %d, together a change by %+d, are", first, last, g.sum)
}

// cause says what a store must have done to make states that nobody asked for.
func (c *chain) cause(g gap) string {
	const nobody = "no write without an answer can have made it, so the store "
	switch {
	case g.sum == 0:
		return nobody + "applied twice a write that sets the value, or applied one that it had refused"
	case g.sum == c.lastWrite.delta && c.lastWrite.sequence > 0:
		return nobody + "applied a write twice, or one that it had refused"
	}
	return nobody + "applied a write that it had refused, or made one up"
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
