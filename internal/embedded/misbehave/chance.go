package misbehave

import (
	"math/rand/v2"
	"sync"
)

// Chance chooses one request of each block of N. Its place in the block is random, so
// that the rate is exact and nobody can predict the request without the seed. If the
// chosen request cannot show the fault, the next one that can shows it.
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

// NewChance returns a Chance that chooses one of every oneIn requests; oneIn is at least
// 1. Chances with the same seed and different streams are independent.
func NewChance(oneIn int64, seed, stream uint64) *Chance {
	return &Chance{oneIn: oneIn, random: rand.New(rand.NewPCG(seed, stream))}
}

// Meet counts a request, and chooses it if its turn has come.
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

// Try calls show if a fault is waiting. show returns whether it showed the fault, and
// must not use the Chance. Try returns whether the fault was shown.
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

// Times returns how often the fault was shown.
func (c *Chance) Times() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.times
}
