package embedded

// goBack restores the item's state of some changes before, and reports whether it could.
// The caller holds c.mu.
func (c *cell) goBack() bool {
	m := c.memory()
	back := m.former[1].item
	if back == nil || c.dropped || c.held || same(back, c.item) {
		return false
	}
	c.item, c.bytes = back, 0
	m.former = [2]formerItem{{}, m.former[0]}
	m.era++
	return true
}
