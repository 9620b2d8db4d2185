package yamltree

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"contend/internal/pattern"
)

// Node is a value of a scenario's text: YAML reduced to what scenarios need.
type Node struct {
	Kind    nodeKind
	At      Position
	Text    string  // of a scalar, without quotes
	Quoted  bool    // a scalar in quotes or a block: text, whatever it looks like
	Entries []Entry // of a mapping, in the order of the text, names distinct
	Items   []*Node // of a list
}

// Clone returns a deep copy.
func (n *Node) Clone() *Node {
	c := *n
	c.Entries, c.Items = slices.Clone(n.Entries), slices.Clone(n.Items)
	for i := range c.Entries {
		c.Entries[i].Value = c.Entries[i].Value.Clone()
	}
	for i := range c.Items {
		c.Items[i] = c.Items[i].Clone()
	}
	return &c
}

type nodeKind uint8

const (
	EmptyNode nodeKind = iota // no value at all, or YAML's null
	BadNode                   // a value whose problem was reported already
	ScalarNode
	MappingNode
	ListNode
)

// Entry is a name in a mapping and its value.
type Entry struct {
	Name  string
	At    Position // of the name
	Value *Node
}

// Value returns the value with that name, or nil.
func (n *Node) Value(name string) *Node {
	for _, e := range n.Entries {
		if e.Name == name {
			return e.Value
		}
	}
	return nil
}

// Find returns the value at a path of names and list indexes, such as faults.0.kind, or
// nil.
func (n *Node) Find(path string) *Node {
	for name := range strings.SplitSeq(path, ".") {
		if n == nil {
			return nil
		}
		if number, err := strconv.Atoi(name); err == nil && n.Kind == ListNode {
			if number < 0 || number >= len(n.Items) {
				return nil
			}
			n = n.Items[number]
			continue
		}
		n = n.Value(name)
	}
	return n
}

// Set sets the value of a name, which the mapping may have already.
func (n *Node) Set(name string, value *Node) {
	for i, e := range n.Entries {
		if e.Name == name {
			n.Entries[i] = Entry{name, value.At, value}
			return
		}
	}
	n.Entries = append(n.Entries, Entry{name, value.At, value})
}

// Remove removes a name and its value, if it is there.
func (n *Node) Remove(name string) {
	for i, e := range n.Entries {
		if e.Name == name {
			n.Entries = append(n.Entries[:i], n.Entries[i+1:]...)
			return
		}
	}
}

// String describes the value for the end of a message such as "must be a list, not …".
func (n *Node) String() string {
	switch n.Kind {
	case MappingNode:
		return "a mapping"
	case ListNode:
		return "a list"
	case ScalarNode:
		if !n.Quoted && n.IsShortNumber() {
			return n.Text
		}
		return Quote(n.Text)
	}
	return "empty"
}

// IsShortNumber reports whether the text is a number short enough for a message.
func (n *Node) IsShortNumber() bool { return len(n.Text) <= quotedRunes && IsNumeral(n.Text) }

// quotedRunes is how many characters of a text a message shows.
const quotedRunes = 60

// Quote puts a text in quotes for a message, and cuts it if it is long.
func Quote(text string) string {
	if runes := []rune(text); len(runes) > quotedRunes {
		text = string(runes[:quotedRunes]) + "…"
	}
	return strconv.Quote(text)
}

// Written returns the value as YAML on one line.
func (n *Node) Written() string {
	switch n.Kind {
	case ListNode:
		parts := make([]string, len(n.Items))
		for i, item := range n.Items {
			parts[i] = item.Written()
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case MappingNode:
		parts := make([]string, len(n.Entries))
		for i, e := range n.Entries {
			parts[i] = e.Name + ": " + e.Value.Written()
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	if n.Quoted {
		return fmt.Sprintf("%q", n.Text)
	}
	return n.Text
}

// YAML returns the node in the library's form. Below depth 0 every value is on one line.
func (n *Node) YAML(depth int) *yaml.Node {
	y := &yaml.Node{}
	if depth > 0 {
		y.Style = yaml.FlowStyle
	}
	switch n.Kind {
	case MappingNode:
		y.Kind = yaml.MappingNode
		for _, e := range n.Entries {
			y.Content = append(y.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: e.Name}, e.Value.YAML(depth+1))
		}
	case ListNode:
		y.Kind = yaml.SequenceNode
		for _, item := range n.Items {
			y.Content = append(y.Content, item.YAML(depth+1))
		}
	case ScalarNode:
		y.Kind, y.Value, y.Style = yaml.ScalarNode, n.Text, 0
		if n.Quoted || strings.Contains(n.Text, ",") { // a comma ends a value on one line
			y.Style = yaml.DoubleQuotedStyle
		}
	default:
		y.Kind, y.Tag, y.Value, y.Style = yaml.ScalarNode, "!!null", "null", 0
	}
	return y
}

// numeral is a plain decimal number, whole or not.
var numeral = pattern.Lazy(`^[-+]?(\d[\d_]*\.?\d*|\.\d+)([eE][-+]?\d+)?$`)

// IsNumeral reports whether a text is a decimal number, whole or not.
func IsNumeral(text string) bool { return numeral().MatchString(text) }

// MustBe returns the message for a value that is missing, or is not what was expected.
func MustBe(expected string, n *Node) string {
	if n.Kind == EmptyNode {
		return "has no value"
	}
	return fmt.Sprintf("must be %s, not %s", expected, n)
}

// Join returns the path of the field name in the mapping at parent, which is "" at the
// top.
func Join(parent, name string) string {
	if parent == "" {
		return name
	}
	return parent + "." + name
}
