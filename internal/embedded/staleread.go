package embedded

import (
	"time"

	"contend/internal/embedded/attribute"
)

// stale returns a state that was surely replaced before a request arrived: the write that
// replaced it had been acknowledged well before. ok is false if no such state differs
// from the current one. The caller holds c.mu.
func (c *cell) stale(arrived time.Time) (item attribute.Item, ok bool) {
	former := c.memory().former
	for _, f := range [...]formerItem{former[1], former[0]} {
		if f.item != nil && arrived.Sub(f.acknowledged) >= settling && !same(f.item, c.item) {
			return f.item, true
		}
	}
	return nil, false
}
