package throughput

// Collection counts what one request reads from the items with the same hash key, separately
// for each partition that holds some of them. A nil Collection ignores what is read. It is
// not safe for use by several goroutines. [Table.Collection] makes one.
type Collection struct {
	hash  string
	from  []string // the sort keys at which partitions begin within the collection
	parts []part   // by partition
}

// part is what was read from one partition.
type part struct {
	sort  string // of an item in it
	bytes int
}

// Collection returns an empty Collection for a hash key; nil if partitions have no limits.
func (t *Table) Collection(hash string) *Collection {
	if !t.partitions {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	first := t.place(Key{Hash: hash})
	c := &Collection{hash: hash}
	for i := t.at(first) + 1; i < len(t.ranges) && t.ranges[i].from.hash == first.hash; i++ {
		c.from = append(c.from, t.ranges[i].from.sort)
	}
	c.parts = make([]part, len(c.from)+1)
	return c
}

// Add counts an item that is read, with its sort key and size.
func (c *Collection) Add(sort string, bytes int) {
	if c == nil {
		return
	}
	i := 0
	for i < len(c.from) && sort >= c.from[i] {
		i++
	}
	c.parts[i].sort = sort
	c.parts[i].bytes += bytes
}

// Shares divides the units of the request among the partitions, in proportion to the bytes
// read from each. If nothing was read, the first partition gets all units.
func (c *Collection) Shares(units float64) []Share {
	if c == nil {
		return []Share{{Units: units}}
	}
	whole := 0
	for _, p := range c.parts {
		whole += p.bytes
	}
	if whole == 0 {
		return []Share{{Key{Hash: c.hash}, units}}
	}
	var shares []Share
	for _, p := range c.parts {
		if p.bytes > 0 {
			shares = append(shares, Share{Key{c.hash, p.sort}, units * float64(p.bytes) / float64(whole)})
		}
	}
	return shares
}
