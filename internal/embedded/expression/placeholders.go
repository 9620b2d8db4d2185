package expression

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"contend/internal/embedded/attribute"
)

// Placeholders holds the names and values that the expressions of one request
// share, and remembers which of them were used.
type Placeholders struct {
	Names  map[string]string
	Values *Values

	// Cache has parsed expressions; nil means none.
	Cache *Cache

	usedNames, usedValues used
	unchecked             bool // see [Placeholders.CheckLater]

	// The memory of the first expressions that are read, and of their values.
	condition Condition
	update    Update
	room      []attribute.Value
}

// Again makes p the placeholders of another request, with the same memory. Nothing that
// was parsed with p before may be used any more.
func (p *Placeholders) Again(names map[string]string, values *Values, cache *Cache) {
	*p = Placeholders{Names: names, Values: values, Cache: cache, room: p.room[:0]}
}

// conditionOf returns a parsed condition.
func (p *Placeholders) conditionOf(root *node, values []attribute.Value) *Condition {
	if p.condition.root != nil {
		return &Condition{root, values}
	}
	p.condition = Condition{root, values}
	return &p.condition
}

// updateOf returns a parsed update.
func (p *Placeholders) updateOf(t *template, values []attribute.Value) *Update {
	if p.update.template != nil {
		return &Update{t, values}
	}
	p.update = Update{t, values}
	return &p.update
}

// used lists the placeholders that expressions used, each once. The first few need no
// memory of their own.
type used struct {
	few  [4]string
	n    int
	more []string
}

func (u *used) has(placeholder string) bool {
	return slices.Contains(u.few[:min(u.n, len(u.few))], placeholder) || slices.Contains(u.more, placeholder)
}

func (u *used) add(placeholder string) {
	if u.has(placeholder) {
		return
	}
	if u.n < len(u.few) {
		u.few[u.n] = placeholder
	} else {
		u.more = append(u.more, placeholder)
	}
	u.n++
}

// maxKey is the published limit of a placeholder, in bytes.
const maxKey = 255

// Check refuses keys that are not placeholders, and names that no attribute can have.
// It must be called before the request's expressions are parsed. The error is an
// [*Error].
func (p *Placeholders) Check() error {
	if failed := p.check(); failed != nil {
		return failed
	}
	return nil
}

// CheckLater replaces [Placeholders.Check] if [Placeholders.Unused] is called too. It
// leaves out the check as long as all placeholders are those of cached expressions.
func (p *Placeholders) CheckLater() { p.unchecked = true }

// checkNow makes the check that [Placeholders.CheckLater] put off.
func (p *Placeholders) checkNow() *Error {
	if !p.unchecked {
		return nil
	}
	p.unchecked = false
	return p.check()
}

func (p *Placeholders) check() *Error {
	for key := range p.Names {
		if len(key) > maxKey {
			return refuse("ExpressionAttributeNames contains invalid key: The expression attribute map contains a key that is too long; size of key: %d", len(key))
		}
		if !isPlaceholder(key, '#') {
			return refuse("ExpressionAttributeNames contains invalid key: Syntax error; key: %q", key)
		}
	}
	for key := range p.Values.All() {
		if len(key) > maxKey {
			return refuse("ExpressionAttributeValues contains invalid key: The expression attribute map contains a key that is too long;")
		}
		if !isPlaceholder(key, ':') {
			return refuse("ExpressionAttributeValues contains invalid key: Syntax error; key: %q", key)
		}
	}
	for key, name := range p.Names {
		if err := attribute.CheckName(name); err != nil {
			return refuse("ExpressionAttributeNames contains invalid value: %s for key %s", err, key)
		}
	}
	return nil
}

func isPlaceholder(key string, first byte) bool {
	return len(key) > 1 && key[0] == first && wordEnd(key, 1) == len(key)
}

// Unused refuses placeholders that no expression used. It must be called after the
// request's expressions are parsed. The error is an [*Error].
func (p *Placeholders) Unused() error {
	names := missing(len(p.Names), maps.Keys(p.Names), &p.usedNames)
	values := missing(p.Values.Len(), p.Values.placeholders, &p.usedValues)
	if len(names)+len(values) == 0 {
		return nil
	}
	if failed := p.checkNow(); failed != nil {
		return failed
	}
	if len(names) > 0 {
		return refuse("Value provided in ExpressionAttributeNames unused in expressions: keys: {%s}", strings.Join(names, ", "))
	}
	return refuse("Value provided in ExpressionAttributeValues unused in expressions: keys: {%s}", strings.Join(values, ", "))
}

// missing returns the placeholders, of which there are n, that were not used.
func missing(n int, placeholders iter.Seq[string], used *used) []string {
	if n == used.n {
		return nil
	}
	var rest []string
	for key := range placeholders {
		if !used.has(key) {
			rest = append(rest, key)
		}
	}
	slices.Sort(rest)
	return rest
}

func (p *Placeholders) name(label, placeholder string) (string, *Error) {
	resolved, ok := p.Names[placeholder]
	if !ok {
		return "", refuse("Invalid %s: An expression attribute name used in the document path is not defined; attribute name: %s", label, placeholder)
	}
	p.usedNames.add(placeholder)
	return resolved, nil
}

func (p *Placeholders) value(label, placeholder string) (attribute.Value, *Error) {
	resolved, ok := p.Values.Get(placeholder)
	if !ok {
		return attribute.Value{}, refuse("Invalid %s: An expression attribute value used in expression is not defined; attribute value: %s", label, placeholder)
	}
	p.usedValues.add(placeholder)
	return resolved, nil
}
