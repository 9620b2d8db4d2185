package embedded

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/tidwall/btree"

	"contend/internal/clock"
	"contend/internal/embedded/attribute"
	"contend/internal/embedded/expression"
	"contend/internal/embedded/throughput"
)

// table is a table with its items.
type table struct {
	settings
	hash, sort keyAttribute // sort.name is "" without a sort key
	throughput *throughput.Table
	limits     limits // of each hash key
	lag        lag
	clock      clock.Clock
	ttl        atomic.Pointer[string] // see [table.expire]; nil: items do not expire
	partitions partitions
	upkeep     upkeep
	// emptyAt is when nothing was saved for any key; the zero time: they began full.
	emptyAt time.Time
}

// keyAttribute is a part of the primary key.
type keyAttribute struct {
	name string
	kind attribute.Kind
}

// partition is all items of one hash key, which share the capacity of the simple limits. It
// is none of DynamoDB's partitions: those are of package throughput.
type partition struct {
	hash          string // see [keyText]
	reads, writes bucket
	mu            sync.Mutex // guards what follows, not the items
	cells         map[string]*cell
	ordered       *btree.BTreeG[entry] // the cells by sort key; nil in a table without one
	visitors      int                  // requests that have a spot here
	appointed     bool                 // the upkeep will look at it
	gone          bool                 // it is not in the table any more
}

// cell holds an item, or what is still needed of a deleted one.
type cell struct {
	// visitors and appointed are as those of its partition, whose mutex guards
	// them.
	visitors  int
	appointed bool

	mu   sync.Mutex     // guards what follows
	item attribute.Item // nil: there is none
	// bytes is the size of the item; 0 if it has not been measured.
	bytes int
	past  []pastItem // what eventually consistent reads may still see, oldest first
	// held is true while a transaction has decided about the item and has not
	// committed. Nobody else may change the item meanwhile.
	held bool
	// faulty is what planted faults have to know; nil if none was told yet.
	faulty *faultyCell
	// dropped: it is not in its partition any more.
	dropped bool
}

// pastItem is a state that was replaced.
type pastItem struct {
	item  attribute.Item
	until time.Time
}

// Limits of keys (Developer Guide, "Quotas").
const (
	maxHashBytes = 2048
	maxSortBytes = 1024
	maxItemBytes = 400 << 10
)

func newPartition(hash string, ordered bool) *partition {
	p := &partition{hash: hash, cells: map[string]*cell{}}
	if ordered {
		p.ordered = newOrder()
	}
	return p
}

// locate finds the cell of a sort key, which is unset in a table without one,
// and makes one for a new one. The caller holds p.mu.
func (p *partition) locate(sort attribute.Value) *cell {
	text := keyText(sort)
	c := p.cells[text]
	if c == nil {
		c = &cell{}
		p.cells[text] = c
		if p.ordered != nil {
			p.ordered.Set(entry{sort, c})
		}
	}
	return c
}

// remove forgets the cell of a sort key. The caller holds p.mu.
func (p *partition) remove(sort attribute.Value) {
	delete(p.cells, keyText(sort))
	if p.ordered != nil {
		p.ordered.Delete(entry{sort: sort})
	}
}

// keyText is a key's value as a map key. Within one attribute all have the same
// kind.
func keyText(v attribute.Value) string {
	if v.Kind == attribute.Number {
		return v.Num.String()
	}
	return v.Text
}

// checkKey refuses a key that is not exactly the table's.
func (t *table) checkKey(key attribute.Item) error {
	want := 1
	if t.sort.name != "" {
		want = 2
	}
	if len(key) != want {
		return invalid(wrongKey)
	}
	for _, k := range t.keys() {
		switch v, ok := key[k.name]; {
		case !ok || v.Kind > attribute.Binary:
			return invalid(wrongKey)
		case v.Kind != k.kind:
			return misfit(wrongKey)
		default:
			if err := k.checkNotEmpty(v); err != nil {
				return err
			}
		}
	}
	return t.checkKeyOf(key)
}

// wrongKey is the message for a key that no item of the table can have.
const wrongKey = "The provided key element does not match the schema"

// checkKeyOf refuses an item whose key attributes are missing or wrong.
func (t *table) checkKeyOf(item attribute.Item) error {
	if err := checkKeyAttribute(item, t.hash, maxHashBytes, "hashkey"); err != nil || t.sort.name == "" {
		return err
	}
	return checkKeyAttribute(item, t.sort, maxSortBytes, "rangekey")
}

func checkKeyAttribute(item attribute.Item, key keyAttribute, limit int, what string) error {
	v, ok := item[key.name]
	switch {
	case !ok:
		return invalid("One or more parameter values were invalid: Missing the key " + key.name + " in the item")
	case v.Kind > attribute.Binary:
		return invalid(key.mismatch(v))
	case v.Kind != key.kind:
		return misfit(key.mismatch(v))
	}
	if err := key.checkNotEmpty(v); err != nil {
		return err
	}
	if len(v.Text) > limit {
		return misfit("One or more parameter values were invalid: Size of " + what + " has exceeded the maximum size limit of" +
			map[int]string{maxHashBytes: "2048", maxSortBytes: "1024"}[limit] + " bytes")
	}
	return nil
}

func (k keyAttribute) mismatch(v attribute.Value) string {
	return "One or more parameter values were invalid: Type mismatch for key " + k.name + " expected: " + k.kind.String() + " actual: " + v.Kind.String()
}

func (k keyAttribute) checkNotEmpty(v attribute.Value) error {
	if v.Kind == attribute.Number || v.Text != "" {
		return nil
	}
	return invalid("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty " +
		emptyKind(v.Kind) + " value. Key: " + k.name)
}

func emptyKind(k attribute.Kind) string {
	if k == attribute.Binary {
		return "binary"
	}
	return "string"
}

// keyOf is an item that holds the key alone.
func (t *table) keyOf(item attribute.Item) attribute.Item {
	key := attribute.Item{t.hash.name: item[t.hash.name]}
	if t.sort.name != "" {
		key[t.sort.name] = item[t.sort.name]
	}
	return key
}

// keys are the attributes of the primary key, the hash key first.
func (t *table) keys() []keyAttribute {
	if t.sort.name == "" {
		return []keyAttribute{t.hash}
	}
	return []keyAttribute{t.hash, t.sort}
}

// checkScalars refuses expressions that look into an attribute of the key.
func (t *table) checkScalars(uses []expression.Use) error {
	for _, use := range uses {
		if use.Inside && t.isKey(use.Name) {
			return invalid("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: " + use.Name)
		}
	}
	return nil
}

// isKey reports whether an attribute is part of the primary key.
func (t *table) isKey(name string) bool {
	return name == t.hash.name || name == t.sort.name && name != ""
}

// items counts and measures what the table holds.
func (t *table) items() (count, bytes int) {
	for _, p := range t.partitions.list() {
		p.mu.Lock()
		for _, c := range p.cells {
			t.expire(c)
			if item, size := c.current(); item != nil {
				count++
				bytes += size
			}
		}
		p.mu.Unlock()
	}
	return count, bytes
}

// read returns the item that a consistent or an eventually consistent read sees, and its
// size; a nil cell has none.
func (c *cell) read(consistent bool, lag lag) (item attribute.Item, bytes int) {
	if c == nil {
		return nil, 0
	}
	if consistent || lag.by == 0 {
		return c.current()
	}
	item = c.seen(lag)
	return item, attribute.Size(item)
}

func (c *cell) current() (item attribute.Item, bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.item, c.size()
}

// size returns the size of the item. The caller holds c.mu.
func (c *cell) size() int {
	if c.bytes == 0 {
		c.bytes = attribute.Size(c.item)
	}
	return c.bytes
}

// seen returns the item that an eventually consistent read sees.
func (c *cell) seen(lag lag) attribute.Item {
	c.mu.Lock()
	defer c.mu.Unlock()
	then := lag.clock.Now().Add(-lag.by)
	for _, p := range c.past {
		if p.until.After(then) {
			return p.item
		}
	}
	return c.item
}

// replace stores an item, nil for none. The caller holds c.mu.
func (c *cell) replace(item attribute.Item, lag lag) {
	if lag.by > 0 {
		now := lag.clock.Now()
		kept := c.past[:0]
		for _, p := range c.past {
			if p.until.After(now.Add(-lag.by)) {
				kept = append(kept, p)
			}
		}
		c.past = append(kept, pastItem{c.item, now})
	}
	c.item, c.bytes = item, 0
}

func validTableName(name string) bool {
	return len(name) >= minTableName && len(name) <= maxTableName && isTableText(name)
}

// table finds a table by its name.
func (s *Server) table(name string) (*table, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.find(name)
}

// takeTable finds and removes a table in one step. So only one of two deletions finds it,
// and neither removes a table that was created since.
func (s *Server) takeTable(name string) (*table, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.find(name)
	if err == nil {
		delete(s.tables, name)
	}
	return t, err
}

// find is table for a caller that holds s.mu.
func (s *Server) find(name string) (*table, error) {
	t, ok := s.tables[name]
	if !ok {
		return nil, fail(resourceNotFound, "Requested resource not found")
	}
	return t, nil
}

// named is [Server.table] for what concerns the table itself: AWS names it.
func (s *Server) named(name string) (*table, error) {
	t, err := s.table(name)
	if err != nil && asFailure(err).kind == resourceNotFound {
		err = fail(resourceNotFound, "Requested resource not found: Table: "+name+" not found")
	}
	return t, err
}
