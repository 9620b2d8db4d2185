package misbehave

import (
	"math/rand/v2"
	"sync"
)

// Chance chooses one of every so many requests: its place among them is drawn,
// so that the rate is exact and yet no request can be foretold without the
// seed. A fault that the chosen request cannot show waits for the next that
// can.
//
// It is safe for use by several goroutines. A nil Chance never chooses.
type Chance struct {
	oneIn int64

	mu      sync.Mutex
	random  *rand.Rand
	next    int64 // the place of the next request in its block, from 0
	chosen  int64 // the place of the chosen one in this block
	waiting int64 // faults that no request has shown yet
	times   int64 // faults that were shown
}

// NewChance returns one that chooses one of every oneIn requests, which is at
// least 1. Chances of one seed with different streams are independent.
func NewChance(oneIn int64, seed, stream uint64) *Chance {
	return &Chance{oneIn: oneIn, random: rand.New(rand.NewPCG(seed, stream))}
}

// Meet counts a request, and chooses it if it is the one.
func (c *Chance) Meet() {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.next == 0 {
		c.chosen = c.random.Int64N(c.oneIn)
	}
	if c.next == c.chosen {
		c.waiting++
	}
	c.next = (c.next + 1) % c.oneIn
}

// Try lets a fault that waits happen: show reports whether it could, and must
// not use the Chance. The result is whether it happened.
func (c *Chance) Try(show func() bool) bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting == 0 || !show() {
		return false
	}
	c.waiting--
	c.times++
	return true
}

// Times is how often the fault happened.
func (c *Chance) Times() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.times
}
