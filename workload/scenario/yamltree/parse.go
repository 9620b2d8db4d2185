package yamltree

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// Tree converts YAML nodes to [Node] and reports what scenarios do not allow: aliases,
// anchors, merge keys, tags and duplicate names.
type Tree struct {
	Problems *Problems
	Source   Position // of the text; its line and column are ignored
	Path     string   // of the field that the text is the value of; "" for a file
	lines    int      // of the text; YAML reports a missing end on the line after it
}

func (t Tree) at(y *yaml.Node) Position {
	at := t.Source
	at.Line, at.Column = max(min(y.Line, t.lines), 1), max(y.Column, 1)
	return at
}

// node turns the value of the field at path.
func (t Tree) node(y *yaml.Node, path string) *Node {
	n := &Node{At: t.at(y)}
	if y.Anchor != "" {
		t.Problems.Add(n.At, "anchors (&%s) are not supported", y.Anchor)
	}
	if y.Style&yaml.TaggedStyle != 0 {
		t.Problems.Add(n.At, "tags (%s) are not supported", y.Tag)
	}
	switch y.Kind {
	case yaml.MappingNode:
		n.Kind = MappingNode
		n.Entries = t.entries(y, path)
	case yaml.SequenceNode:
		n.Kind = ListNode
		for _, item := range joinItems(y) {
			n.Items = append(n.Items, t.node(item, path))
		}
	case yaml.AliasNode:
		n.Kind = BadNode
		t.Problems.Add(n.At, "aliases (*%s) are not supported: write the value out", y.Value)
	case yaml.ScalarNode:
		n.Quoted = y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
		if n.Quoted || y.ShortTag() != "!!null" {
			n.Kind, n.Text = ScalarNode, y.Value
		}
	}
	return n
}

func (t Tree) entries(y *yaml.Node, path string) []Entry {
	var entries []Entry
	first := map[string]Position{}
	content := joinEntries(y)
	for i := 0; i+1 < len(content); i += 2 {
		key, value := content[i], content[i+1]
		at := t.at(key)
		if key.Kind != yaml.ScalarNode {
			t.Problems.Add(at, "a field's name must be a word, not %s", t.node(key, path))
			continue
		}
		if key.ShortTag() == "!!merge" {
			t.Problems.Add(at, "merge keys (<<) are not supported: write the fields out")
			continue
		}
		if before, twice := first[key.Value]; twice {
			t.Problems.Add(at, "duplicate field %s, first given at %d:%d", Quote(Join(path, key.Value)), before.Line, before.Column)
			continue
		}
		first[key.Value] = at
		t.node(key, path) // for its anchor or tag
		entries = append(entries, Entry{key.Value, at, t.node(value, Join(path, key.Value))})
	}
	return entries
}

// maxScenarioBytes is far more than a scenario needs, and little enough to read into
// memory.
const maxScenarioBytes = 1 << 20

// Parse reads one YAML document. If the text cannot be read at all, Parse reports why
// and returns nil.
func (t Tree) Parse(text []byte) *Node {
	if len(text) > maxScenarioBytes {
		t.Problems.Add(t.place(1, 1), "the text is longer than 1 MiB")
		return nil
	}
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	if offset, what := unreadable(text); what != "" {
		t.Problems.Add(t.offset(text, offset), "%s", what)
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, second yaml.Node
	err := decoder.Decode(&document)
	if errors.Is(err, io.EOF) {
		return &Node{At: t.place(1, 1)}
	}
	if err != nil {
		t.syntax(text, err)
		return nil
	}
	t.lines = 1 + bytes.Count(bytes.TrimRight(text, "\r\n"), []byte("\n"))
	root := t.node(document.Content[0], t.Path)
	switch err := decoder.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		t.syntax(text, err)
	default:
		t.Problems.Add(t.at(&second), "a second document begins: a file holds one scenario")
	}
	return root
}

// unreadable finds the first character that YAML 1.2 (section 5.1) does not
// allow in a text.
func unreadable(text []byte) (offset int, what string) {
	for offset < len(text) {
		r, size := utf8.DecodeRune(text[offset:])
		switch {
		case r == utf8.RuneError && size == 1:
			return offset, "the text is not UTF-8"
		case r < ' ' && !strings.ContainsRune("\t\n\r", r), r >= 0x7F && r < 0xA0 && r != 0x85, r == 0xFEFF, r == 0xFFFE, r == 0xFFFF:
			return offset, fmt.Sprintf("the character %U is not allowed", r)
		}
		offset += size
	}
	return 0, ""
}

func (t Tree) place(line, column int) Position {
	at := t.Source
	at.Line, at.Column = line, column
	return at
}

// offset is the position of a byte of the text.
func (t Tree) offset(text []byte, offset int) Position {
	before := text[:offset]
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	return t.place(1+bytes.Count(before, []byte("\n")), 1+utf8.RuneCount(line))
}
