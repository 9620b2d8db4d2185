package expression

import (
	"slices"
	"sync"

	"contend/internal/embedded/attribute"
)

// Cache keeps parsed expressions, by their text and the names that their placeholders
// stand for. So an expression that a client repeats with other values is not parsed
// again. Refused expressions are not kept.
//
// It holds the expressions used last, up to a bound. It is safe for use by several
// goroutines; a nil Cache keeps nothing.
type Cache struct {
	mu sync.RWMutex
	// recent gets new expressions, and those of former that are used again. When it
	// is full, it becomes former, and the old former is dropped.
	recent, former map[source][]*template
	bytes          int // of recent, see [template.bytes]
}

// NewCache returns an empty Cache.
func NewCache() *Cache { return &Cache{recent: map[source][]*template{}} }

// maxCacheBytes bounds the texts of recent, and those of former. A parsed expression
// takes some ten times the length of its text.
const maxCacheBytes = 256 << 10

// source is an expression as it is written, with the name of its parameter.
type source struct{ label, text string }

// template is a parsed expression: root, actions or paths is its content. It has no
// values; each request binds its own.
type template struct {
	root    *node    // of a condition
	actions []action // of an update
	paths   []path   // of a projection; for an update, the targets of the actions
	targets []string // the attributes of the actions, each once
	isFlat  bool     // the actions concern whole attributes
	// kinds are the kinds of the values that it was parsed with. It is valid with
	// all other values of these kinds, unless it isChoosy.
	kinds    []attribute.Kind
	isChoosy bool
	// values lists the placeholders of values, in the order of [operand.slot].
	values []string
	names  []naming
}

// naming is a placeholder for a name, and the name.
type naming struct{ placeholder, name string }

// find returns the template of a text with the same names; nil if there is none.
func (c *Cache) find(from source, names map[string]string) *template {
	if c == nil {
		return nil
	}
	c.mu.RLock()
	found := matching(c.recent[from], names)
	old := found == nil
	if old {
		found = matching(c.former[from], names)
	}
	c.mu.RUnlock()
	if old && found != nil {
		c.keep(from, found)
	}
	return found
}

func matching(candidates []*template, names map[string]string) *template {
	for _, t := range candidates {
		if t.isNamed(names) {
			return t
		}
	}
	return nil
}

// isNamed reports whether the template's placeholders stand for the same names.
func (t *template) isNamed(names map[string]string) bool {
	for _, n := range t.names {
		if name, ok := names[n.placeholder]; !ok || name != n.name {
			return false
		}
	}
	return true
}

// keep stores the template of a text.
func (c *Cache) keep(from source, t *template) {
	if c == nil {
		return
	}
	size := t.bytes(from)
	if size > maxCacheBytes {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.bytes+size > maxCacheBytes {
		c.recent, c.former, c.bytes = map[source][]*template{}, c.recent, 0
	}
	for _, other := range c.recent[from] {
		if sameNames(other.names, t.names) {
			return // another goroutine was faster
		}
	}
	c.recent[from] = append(c.recent[from], t)
	c.bytes += size
}

// sameNames compares two lists of namings of the same text, which have the same order.
func sameNames(a, b []naming) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// bytes is the size of a template that counts towards the bound of a cache.
func (t *template) bytes(from source) int {
	const overhead = 64
	size := overhead + len(from.text)
	for _, n := range t.names {
		size += len(n.placeholder) + len(n.name)
	}
	return size
}

// reuse returns the template of an expression and the values of its placeholders. It
// returns nil if the expression is not in the cache. It also does so if the values are
// to be refused: parsing the expression again gives DynamoDB's message.
func (p *Placeholders) reuse(from source) (*template, []attribute.Value) {
	t := p.Cache.find(from, p.Names)
	if t == nil {
		return nil, nil
	}
	first := len(p.room)
	for _, placeholder := range t.values {
		value, ok := p.Values.Get(placeholder)
		if !ok {
			return nil, nil
		}
		p.room = append(p.room, value)
	}
	values := p.room[first:len(p.room):len(p.room)]
	if !t.allows(from.label, values) {
		return nil, nil
	}
	for _, placeholder := range t.values {
		p.usedValues.add(placeholder)
	}
	for _, n := range t.names {
		p.usedNames.add(n.placeholder)
	}
	return t, values
}

// allows reports whether the expression is valid with these values.
func (t *template) allows(label string, values []attribute.Value) bool {
	if !t.isChoosy && slices.EqualFunc(values, t.kinds, attribute.Value.Is) {
		return true
	}
	p := parser{label: label, values: values}
	if t.root != nil {
		p.checkAgain(t.root)
	}
	for i := range t.actions {
		p.checkAction(&t.actions[i])
	}
	return p.failed == nil
}

// keep stores what a parser has read in the cache.
func (p *parser) keep(t *template) {
	t.values, t.names = p.places, p.namings
	for _, v := range p.values {
		t.kinds = append(t.kinds, v.Kind)
	}
	t.isChoosy = t.root != nil && t.root.isChoosy()
	p.placeholders.Cache.keep(source{p.label, p.text}, t)
}

// isChoosy reports whether the validity of a condition depends on the values
// themselves, and not only on their kinds.
func (n *node) isChoosy() bool {
	return n.operator == "BETWEEN" || n.operator == "" && n.operands[0].word == "attribute_type" || slices.ContainsFunc(n.nodes, (*node).isChoosy)
}
