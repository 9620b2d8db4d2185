package embedded

import (
	"time"

	"contend/internal/embedded/attribute"
)

// faultyCell is what planted faults have to know of an item beyond its state.
// It is guarded by the cell's mutex.
type faultyCell struct {
	// former are two states that were replaced, the older one first; nil
	// items are not there. They are settling apart, so that one of them was
	// left behind long enough ago, and the other is not old yet.
	former [2]formerItem
	// era counts how often the item went back: what was replaced in an
	// earlier era is not in the past of what is there now.
	era  int
	debt *debt // nil: none
}

// formerItem is a state that was replaced by a write which was acknowledged.
type formerItem struct {
	item         attribute.Item
	acknowledged time.Time
}

// memory is what is known of the item's past. The caller holds c.mu.
func (c *cell) memory() *faultyCell {
	if c.faulty == nil {
		c.faulty = &faultyCell{}
	}
	return c.faulty
}

// keep remembers what an acknowledged write replaced, unless it is too close to
// what is remembered already. The caller holds c.mu.
func (c *cell) keep(x *exchange) {
	m, now := c.memory(), time.Now()
	newest := m.former[1]
	tooClose := newest.item != nil && now.Sub(newest.acknowledged) < settling
	if x.replaced == nil || x.era != m.era || tooClose {
		return
	}
	m.former = [2]formerItem{newest, {x.replaced, now}}
}
