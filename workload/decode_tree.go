package workload

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// node is a value of a scenario's text: YAML reduced to what scenarios need.
type node struct {
	kind    nodeKind
	at      position
	text    string  // of a scalar, without quotes
	quoted  bool    // a scalar in quotes or a block: text, whatever it looks like
	entries []entry // of a mapping, in the order of the text, names distinct
	items   []*node // of a list
}

// clone shares nothing with the node.
func (n *node) clone() *node {
	c := *n
	c.entries, c.items = slices.Clone(n.entries), slices.Clone(n.items)
	for i := range c.entries {
		c.entries[i].value = c.entries[i].value.clone()
	}
	for i := range c.items {
		c.items[i] = c.items[i].clone()
	}
	return &c
}

type nodeKind uint8

const (
	emptyNode nodeKind = iota // no value at all, or YAML's null
	badNode                   // something that was reported already
	scalarNode
	mappingNode
	listNode
)

type entry struct {
	name  string
	at    position // of the name
	value *node
}

// value is the value of that name, or nil.
func (n *node) value(name string) *node {
	for _, e := range n.entries {
		if e.name == name {
			return e.value
		}
	}
	return nil
}

// find is the value at a path of names and of numbers of list elements, or nil.
func (n *node) find(path string) *node {
	for name := range strings.SplitSeq(path, ".") {
		if n == nil {
			return nil
		}
		if number, err := strconv.Atoi(name); err == nil && n.kind == listNode {
			if number < 0 || number >= len(n.items) {
				return nil
			}
			n = n.items[number]
			continue
		}
		n = n.value(name)
	}
	return n
}

// set gives the name a value in place of the one that it may have.
func (n *node) set(name string, value *node) {
	for i, e := range n.entries {
		if e.name == name {
			n.entries[i] = entry{name, value.at, value}
			return
		}
	}
	n.entries = append(n.entries, entry{name, value.at, value})
}

// remove takes the name out, if it is there.
func (n *node) remove(name string) {
	for i, e := range n.entries {
		if e.name == name {
			n.entries = append(n.entries[:i], n.entries[i+1:]...)
			return
		}
	}
}

// String describes the value in a message: must be a list, not …
func (n *node) String() string {
	switch n.kind {
	case mappingNode:
		return "a mapping"
	case listNode:
		return "a list"
	case scalarNode:
		if !n.quoted && n.isShortNumber() {
			return n.text
		}
		return quote(n.text)
	}
	return "empty"
}

// isShortNumber reports whether the text is a number that a message can show whole.
func (n *node) isShortNumber() bool { return len(n.text) <= quotedRunes && isNumeral(n.text) }

// quotedRunes is how much of a text a message shows.
const quotedRunes = 60

func quote(text string) string {
	if runes := []rune(text); len(runes) > quotedRunes {
		text = string(runes[:quotedRunes]) + "…"
	}
	return strconv.Quote(text)
}

// tree turns YAML nodes into ours and reports what scenarios do not have:
// aliases, anchors, merge keys, tags and names given twice.
type tree struct {
	problems *problems
	source   position // of the text; its line and column are ignored
	path     string   // of the field that the text is the value of; "" for a file
	lines    int      // of the text; YAML puts what is missing at its end below it
}

func (t tree) at(y *yaml.Node) position {
	at := t.source
	at.line, at.column = max(min(y.Line, t.lines), 1), max(y.Column, 1)
	return at
}

// node turns the value of the field at path.
func (t tree) node(y *yaml.Node, path string) *node {
	n := &node{at: t.at(y)}
	if y.Anchor != "" {
		t.problems.add(n.at, "anchors (&%s) are not supported", y.Anchor)
	}
	if y.Style&yaml.TaggedStyle != 0 {
		t.problems.add(n.at, "tags (%s) are not supported", y.Tag)
	}
	switch y.Kind {
	case yaml.MappingNode:
		n.kind = mappingNode
		n.entries = t.entries(y, path)
	case yaml.SequenceNode:
		n.kind = listNode
		for _, item := range y.Content {
			n.items = append(n.items, t.node(item, path))
		}
	case yaml.AliasNode:
		n.kind = badNode
		t.problems.add(n.at, "aliases (*%s) are not supported: write the value out", y.Value)
	case yaml.ScalarNode:
		n.quoted = y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
		if n.quoted || y.ShortTag() != "!!null" {
			n.kind, n.text = scalarNode, y.Value
		}
	}
	return n
}

func (t tree) entries(y *yaml.Node, path string) []entry {
	var entries []entry
	first := map[string]position{}
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		at := t.at(key)
		if key.Kind != yaml.ScalarNode {
			t.problems.add(at, "a field's name must be a word, not %s", t.node(key, path))
			continue
		}
		if key.ShortTag() == "!!merge" {
			t.problems.add(at, "merge keys (<<) are not supported: write the fields out")
			continue
		}
		if before, twice := first[key.Value]; twice {
			t.problems.add(at, "duplicate field %s, first given at %d:%d", quote(join(path, key.Value)), before.line, before.column)
			continue
		}
		first[key.Value] = at
		t.node(key, path) // for its anchor or tag
		entries = append(entries, entry{key.Value, at, t.node(value, join(path, key.Value))})
	}
	return entries
}
