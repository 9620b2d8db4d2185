package embedded

import (
	"time"

	"contend/internal/embedded/attribute"
)

// stale is a state that surely was replaced before a request arrived: the write
// that did was acknowledged well before. ok is false if there is none that
// differs from what is there. The caller holds c.mu.
func (c *cell) stale(arrived time.Time) (item attribute.Item, ok bool) {
	former := c.memory().former
	for _, f := range [...]formerItem{former[1], former[0]} {
		if f.item != nil && arrived.Sub(f.acknowledged) >= settling && !same(f.item, c.item) {
			return f.item, true
		}
	}
	return nil, false
}
