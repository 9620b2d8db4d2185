package yamltree

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"contend/internal/pattern"
)

var yamlAnchor = pattern.Lazy(`^unknown anchor '(.*)' referenced`)

// syntax reports text that is not YAML, at the place where the library found it. If the
// place is inside a construct that began on an earlier line, the message says where.
func (t Tree) syntax(text []byte, err error) {
	lines := strings.Split(strings.TrimRight(string(text), "\r\n"), "\n")
	for i, line := range lines {
		blank := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		if tab := strings.IndexByte(blank, '\t'); tab >= 0 && blank != line {
			t.Problems.Add(t.place(i+1, tab+1), "a tab cannot indent YAML: use spaces")
			return
		}
	}
	var wrong *yaml.LoadError
	if !errors.As(err, &wrong) {
		t.Problems.Add(t.place(1, 1), "not valid YAML: %v", err)
		return
	}
	if match := yamlAnchor().FindStringSubmatch(wrong.Message); match != nil {
		use := max(strings.Index(string(text), "*"+match[1]), 0)
		t.Problems.Add(t.offset(text, use), "aliases (*%s) are not supported: write the value out", match[1])
		return
	}
	at := t.within(lines, wrong.Mark)
	message := wrong.Message
	if began := t.within(lines, wrong.ContextMark); wrong.ContextMsg != "" && began.Line < at.Line {
		message += fmt.Sprintf(" (%s that begins at %d:%d)", wrong.ContextMsg, began.Line, began.Column)
	}
	t.Problems.Add(at, "not valid YAML: %s", message)
}

// within returns the position of a mark: the end of the text if the mark is after it,
// the beginning if the mark is not known.
func (t Tree) within(lines []string, mark yaml.Mark) Position {
	if mark.Line > len(lines) {
		return t.place(len(lines), 1+utf8.RuneCountInString(lines[len(lines)-1]))
	}
	return t.place(max(mark.Line, 1), max(mark.Column, 1))
}
