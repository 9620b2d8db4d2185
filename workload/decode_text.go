package workload

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// maxScenarioBytes is far above what a scenario needs and far below what could
// hurt.
const maxScenarioBytes = 1 << 20

// parse reads one YAML document. It returns nil if the text cannot be read at
// all, after reporting why.
func (t tree) parse(text []byte) *node {
	if len(text) > maxScenarioBytes {
		t.problems.add(t.place(1, 1), "the text is longer than 1 MiB")
		return nil
	}
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	if offset, what := unreadable(text); what != "" {
		t.problems.add(t.offset(text, offset), "%s", what)
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, second yaml.Node
	err := decoder.Decode(&document)
	if errors.Is(err, io.EOF) {
		return &node{at: t.place(1, 1)}
	}
	if err != nil {
		t.syntax(text, err)
		return nil
	}
	t.lines = 1 + bytes.Count(bytes.TrimRight(text, "\r\n"), []byte("\n"))
	root := t.node(document.Content[0], t.path)
	switch err := decoder.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		t.syntax(text, err)
	default:
		t.problems.add(t.at(&second), "a second document begins: a file holds one scenario")
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

var yamlAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced`)

// syntax reports text that is not YAML, where the library found that out. If it
// was inside something that had begun on an earlier line, the message says where.
func (t tree) syntax(text []byte, err error) {
	lines := strings.Split(strings.TrimRight(string(text), "\r\n"), "\n")
	for i, line := range lines {
		blank := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		if tab := strings.IndexByte(blank, '\t'); tab >= 0 && blank != line {
			t.problems.add(t.place(i+1, tab+1), "a tab cannot indent YAML: use spaces")
			return
		}
	}
	var wrong *yaml.LoadError
	if !errors.As(err, &wrong) {
		t.problems.add(t.place(1, 1), "not valid YAML: %v", err)
		return
	}
	if match := yamlAnchor.FindStringSubmatch(wrong.Message); match != nil {
		use := max(strings.Index(string(text), "*"+match[1]), 0)
		t.problems.add(t.offset(text, use), "aliases (*%s) are not supported: write the value out", match[1])
		return
	}
	at := t.within(lines, wrong.Mark)
	message := wrong.Message
	if began := t.within(lines, wrong.ContextMark); wrong.ContextMsg != "" && began.line < at.line {
		message += fmt.Sprintf(" (%s that begins at %d:%d)", wrong.ContextMsg, began.line, began.column)
	}
	t.problems.add(at, "not valid YAML: %s", message)
}

// within is the place of a mark: the end of the text if the mark is behind it, its
// beginning if the mark is not known.
func (t tree) within(lines []string, mark yaml.Mark) position {
	if mark.Line > len(lines) {
		return t.place(len(lines), 1+utf8.RuneCountInString(lines[len(lines)-1]))
	}
	return t.place(max(mark.Line, 1), max(mark.Column, 1))
}

func (t tree) place(line, column int) position {
	at := t.source
	at.line, at.column = line, column
	return at
}

// offset is the position of a byte of the text.
func (t tree) offset(text []byte, offset int) position {
	before := text[:offset]
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	return t.place(1+bytes.Count(before, []byte("\n")), 1+utf8.RuneCount(line))
}
