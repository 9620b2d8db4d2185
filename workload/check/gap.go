package check

import "fmt"

func (c *chain) read(e *entry, deadline int64) {
	switch {
	case e.at < c.start && e.kind == eventualRead:
	case e.at < c.start:
		c.report(violation{kind: beforeStart, entries: []entry{*e}, text: fmt.Sprintf(
			"%s, which the counter had passed before the run began", e.told())})
	case e.at < c.at:
		c.readPassed(e)
	case e.at > c.at:
		c.gap(e, c.between(e.at, e.value), deadline)
		c.move(e)
	case c.versioned && e.value != c.value:
		c.contradict(&c.last, e)
	}
}

// readPassed checks a read of a state that was followed before. Only its value can be
// checked, if the state is not too old.
func (c *chain) readPassed(e *entry) {
	if !c.versioned {
		return
	}
	old := c.recent[c.slot(e.at)]
	if e.at == c.start {
		old = passed{c.start, c.startValue}
	}
	switch {
	case old.at == e.at && old.value != e.value:
		c.report(violation{kind: wrongValue, entries: []entry{*e}, text: fmt.Sprintf(
			"%s, but that version had value %d", e.told(), old.value)})
	case c.at-e.at >= recentStates:
		c.tooOld++
	}
}

func (c *chain) contradict(first, second *entry) {
	c.report(violation{kind: wrongValue, entries: []entry{*first, *second}, text: fmt.Sprintf(
		"%s, but %s", second.told(), first.told())})
}

// between is the gap from the last state to a position with a value.
func (c *chain) between(at, value int64) gap {
	if !c.versioned {
		return gap{oneWay, value - c.value}
	}
	return gap{at - c.at, value - c.value}
}

// gap explains the states between the last one and the one before e.
func (c *chain) gap(e *entry, g gap, deadline int64) {
	if deadline >= c.cutAt {
		c.pastCut = true
	}
	if c.hidden.fill(c.value, g, deadline) {
		return
	}
	if c.pastCut {
		c.beyondCut++
		return
	}
	c.hidden.release(deadline) // some of it may be theirs
	c.report(violation{kind: missing, entries: []entry{c.last, *e}, text: fmt.Sprintf(
		"%s missing: %s, and next %s; %s", c.missingStates(e, g), c.last.told(), e.told(), c.cause(g))})
}

// lost reports a write that was acknowledged without a state, and for which no
// missing state is left before e.
func (c *chain) lost(e *entry, delta int64, w hidden) {
	write := entry{kind: acknowledged, delta: delta, invoked: w.invoked, returned: w.returned, sequence: w.sequence, worker: w.worker}
	c.report(violation{kind: noState, byTime: true, entries: []entry{write, *e}, text: fmt.Sprintf(
		"%s was acknowledged %s, but %s, and no state up to that one can be its",
		write.who(), interval(w.invoked, w.returned), e.told())})
}

func (c *chain) missingStates(e *entry, g gap) string {
	first, last := c.at+1, e.from
	if e.isRead() {
		last = e.at
	}
	switch {
	case !c.versioned || g.steps < 0:
		return fmt.Sprintf("a change by %+d is", g.sum)
	case first == last:
		return fmt.Sprintf("version %d, a change by %+d, is", first, g.sum)
	}
	return fmt.Sprintf("versions %d to %d, together a change by %+d, are", first, last, g.sum)
}

// cause says what a store must have done to make states that no write explains.
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
