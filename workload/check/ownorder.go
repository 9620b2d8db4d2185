package check

import (
	"math"

	"contend/workload/history"
)

// ownOrder compares the order of positions with the time of one machine, exactly: what one
// machine saw was in this order, whatever its clock and the others' are worth.
type ownOrder struct {
	realTime realTime
	tied     ties
	sky      skyline
}

// ownOrders is, of several histories, what each machine saw of a counter by its own clock.
// The zero value is that of a single history.
type ownOrders struct {
	own    []ownOrder // by the index of the source
	clocks *clocks
	proven ties   // what own shows
	cycle  *cycle // an order that no clocks explain; nil: none was found
}

// addOwn adds an operation in the time of its own machine.
func (c *subject) addOwn(j *joined, s *source, op *history.Op) {
	if c.skipped != "" {
		return
	}
	if c.own == nil {
		c.own = make([]ownOrder, len(j.sources))
		c.clocks = j.clocks
		if c.ruler.byValue {
			c.clocks = newClocks(j.sources)
		}
	}
	i := j.owner[op.Worker]
	entriesOf(op, func(e entry, state history.State) {
		switch {
		case c.skipped != "" || !state.Known || e.kind == eventualRead && !c.start.Known:
			return
		case c.ruler.byValue && (state.Version != 0 || !c.ruler.decided || c.ruler.sign == 0):
			return
		case !c.ruler.byValue && state.Version == 0:
			return
		}
		e.value = state.Value
		e = c.ruler.place(e, state.Version)
		j.follow(c, i, &e)
	}, func(unknownWrite) {})
}

// follow compares an entry with what is known of its own machine, and of the others.
func (j *joined) follow(c *subject, of int, e *entry) {
	own := &c.own[of]
	own.realTime.add(*e)
	if j.sources[of].header.Ordered {
		t := j.own[e.worker]
		if t == nil {
			t = &tie{}
			j.own[e.worker] = t
		}
		t.compare(c, e, &own.tied)
	}
	const most = 1 << 12
	own.sky.add(e, max(16, most/max(len(j.single), 1)))
	for other := range j.sources {
		if other == of {
			continue
		}
		sky := &c.own[other].sky
		if before := sky.latestBelow(e.place()); before != nil {
			c.clocks.limit(other, of, before, e)
		}
		if e.kind == eventualRead {
			continue
		}
		if after := sky.earliestAbove(e.place()); after != nil {
			c.clocks.limit(of, other, e, after)
		}
	}
}

// advanceOwn judges what is known by each machine's own time.
func (c *subject) advanceOwn(j *joined) {
	for i := range c.own {
		if s := j.sources[i]; s.header.Ordered {
			c.own[i].realTime.advance(s.mark())
		}
	}
}

// ordered reports whether positions are those of the counter, whatever the clocks say.
func (c *subject) orderIsKnown(j *joined) bool {
	return !c.ruler.byValue || c.skipped == "" && c.ruler.turn == math.MaxInt64 && j.cut == math.MaxInt64
}

// closeOwn ends the comparison, and keeps what it found.
func (c *subject) closeOwn(j *joined) {
	if c.own == nil {
		return
	}
	for i := range c.own {
		own := &c.own[i]
		own.realTime.advance(math.MaxInt64)
		if c.orderIsKnown(j) {
			c.proven.writes.merge(&own.realTime.writes)
			c.proven.writes.merge(&own.tied.writes)
			c.proven.stale.merge(&own.realTime.stale)
			c.proven.stale.merge(&own.tied.stale)
		}
	}
	if c.orderIsKnown(j) {
		c.cycle = c.clocks.close()
	}
}
