package embedded

import (
	"time"

	"contend/internal/embedded/attribute"
)

// faultyCell is what planted faults need to know about an item in addition to its state.
// The cell's mutex guards it.
type faultyCell struct {
	// former are two replaced states, the older one first; nil items mean that
	// there was no item. They are at least settling apart, so that one was replaced
	// long enough ago, and the other one recently.
	former [2]formerItem
	// era counts how often the item went back: a state that was replaced in an
	// earlier era is not in the past of the current one.
	era  int
	debt *debt // nil: none
}

// formerItem is a state that was replaced by a write which was acknowledged.
type formerItem struct {
	item         attribute.Item
	acknowledged time.Time
}

// memory returns what is known about the item's past. The caller holds c.mu.
func (c *cell) memory() *faultyCell {
	if c.faulty == nil {
		c.faulty = &faultyCell{}
	}
	return c.faulty
}

// keep remembers the state that a write replaced which is acknowledged now, unless it is too close in
// time to the one already remembered. The caller holds c.mu.
func (c *cell) keep(x *exchange, now time.Time) {
	m := c.memory()
	newest := m.former[1]
	tooClose := newest.item != nil && now.Sub(newest.acknowledged) < settling
	if x.replaced == nil || x.era != m.era || tooClose {
		return
	}
	m.former = [2]formerItem{newest, {x.replaced, now}}
}
