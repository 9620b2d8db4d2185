package rendezvous

import "time"

// tick is one update of the run's item that was answered. The store gives each a number,
// in the order in which it carried them out.
type tick struct {
	number         int64
	sent, returned time.Duration
}

// keptTicks is how many of its last ticks a machine remembers, until machine 0's that were
// between them are known.
const keptTicks = 512

// own is what a machine knows about its own clock.
type own struct {
	isZero bool // it is machine 0, whose clock is the common one
	zero   zeroTick
	ticks  []tick
	bounds bounds
	rounds int // ticks of machine 0 that gave limits since the last reset
	narrow time.Duration
	stale  int // rounds since the bounds became narrower
	beats  int
	// slowest is the time that the slowest of the last updates took, with all its tries.
	slowest time.Duration
}

// add takes in a tick and what its answer said about machine 0's last one.
func (c *own) add(t tick, zero zeroTick, began time.Duration) {
	c.slowest = max(t.returned-began, c.slowest*15/16)
	c.ticks = append(c.ticks, t)
	if len(c.ticks) > 2*keptTicks {
		c.ticks = append(c.ticks[:0], c.ticks[keptTicks:]...)
	}
	if c.isZero {
		c.zero = zeroTick(t)
		return
	}
	if zero.number <= c.zero.number {
		return
	}
	c.zero = zero
	if c.compare(zero) {
		c.rounds++
		if width := c.bounds.now(t.returned).width(); c.rounds == 1 || width < c.narrow-c.narrow/20 {
			c.narrow, c.stale = width, 0
		} else {
			c.stale++
		}
	}
}

// compare makes limits of a tick of machine 0 and the own ticks before and after it, and
// reports whether there are any: see the package comment.
func (c *own) compare(zero zeroTick) bool {
	after := len(c.ticks)
	for after > 0 && c.ticks[after-1].number > zero.number {
		after--
	}
	if after > 0 {
		before := c.ticks[after-1]
		c.bounds.add(limit{at: before.sent, value: zero.returned - before.sent, upper: true})
	}
	if after < len(c.ticks) {
		next := c.ticks[after]
		c.bounds.add(limit{at: next.returned, value: zero.sent - next.returned})
	}
	return len(c.ticks) > 0
}

// measured reports whether more rounds would hardly help.
func (c *own) measured(at time.Duration) bool {
	if c.isZero {
		return true
	}
	return c.bounds.now(at).isBounded() && (c.rounds >= mostRounds || c.rounds >= fewestRounds && c.stale >= 4)
}

// again begins new rounds.
func (c *own) again() { c.rounds, c.stale, c.narrow = 0, 0, 0 }

// roundTrip is the shortest time that one of the last updates took.
func (c *own) roundTrip() time.Duration {
	shortest := time.Duration(0)
	for i := max(0, len(c.ticks)-16); i < len(c.ticks); i++ {
		if d := c.ticks[i].returned - c.ticks[i].sent; shortest == 0 || d < shortest {
			shortest = d
		}
	}
	return shortest
}

// offset is where machine 0's clock is against this one.
func (c *own) offset(at time.Duration) span {
	if c.isZero {
		return span{}
	}
	return c.bounds.now(at)
}
