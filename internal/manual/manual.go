// Package manual renders Markdown for terminals, as plain text or with colours.
// It keeps terminal sessions and other code as they are, and fits tables into the
// width by breaking the lines within their cells; renderers that wrap code or cut
// cells make a manual useless.
package manual

import (
	"fmt"
	"io"
	"strings"

	"github.com/yuin/goldmark/ast"
	extensionast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"contend/internal/format"
)

// Options say how to render. The zero value has lines of 80 columns without
// colours.
type Options struct {
	Width int // columns of a line; 0 means 80
	Color bool
	// Reference is what stands in parentheses behind the text of a link to a
	// destination; "" for nothing. nil: nothing stands there.
	Reference func(destination string) string
}

// Render writes a document of CommonMark with the tables of GitHub. HTML in it is
// left out.
func Render(w io.Writer, document string, o Options) error {
	if o.Width == 0 {
		o.Width = 80
	}
	if o.Reference == nil {
		o.Reference = func(string) string { return "" }
	}
	r := renderer{Options: o, source: []byte(document)}
	r.blocks(newParser().Parse(text.NewReader(r.source)), "")
	_, err := io.WriteString(w, strings.TrimLeft(r.out.String(), "\n"))
	return err
}

type renderer struct {
	Options
	source []byte
	out    strings.Builder
	inCell bool // a cell of a table is being read
}

// blocks renders the blocks in a node, each after an empty line.
func (r *renderer) blocks(parent ast.Node, indent string) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Heading:
			r.out.WriteString("\n" + r.painted(bold, r.inline(n)) + "\n")
		case *ast.Paragraph:
			r.out.WriteString("\n")
			r.paragraph(r.inline(n), indent, indent)
		case *ast.TextBlock: // of a list without empty lines
			r.paragraph(r.inline(n), indent, indent)
		case *ast.List:
			r.list(n, indent)
		case *ast.FencedCodeBlock:
			r.code(n.Lines(), indent)
		case *ast.CodeBlock:
			r.code(n.Lines(), indent)
		case *extensionast.Table:
			r.table(n, indent)
		case *ast.Blockquote:
			r.blocks(n, indent+"  ")
		}
	}
}

func (r *renderer) code(lines *text.Segments, indent string) {
	r.out.WriteString("\n")
	for i := range lines.Len() {
		segment := lines.At(i)
		r.out.WriteString(strings.TrimRight(indent+"    "+string(segment.Value(r.source)), "\n") + "\n")
	}
}

func (r *renderer) list(list *ast.List, indent string) {
	r.out.WriteString("\n")
	number := list.Start
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		bullet := "- "
		if list.IsOrdered() {
			bullet = fmt.Sprintf("%d. ", number)
			number++
		}
		within := indent + strings.Repeat(" ", len(bullet))
		if first := item.FirstChild(); first != nil {
			r.paragraph(r.inline(first), indent+bullet, within)
			item.RemoveChild(item, first)
		}
		r.blocks(item, within)
	}
}

// paragraph fills lines, the first of which begins with a text of its own.
func (r *renderer) paragraph(text, first, others string) {
	before := first
	for _, line := range wrap(text, r.Width-format.Columns(others)) {
		r.out.WriteString(before + line + "\n")
		before = others
	}
}

// inline is the text in a node. A mark of a colour is a word's own, so that lines
// can be broken between any two words.
func (r *renderer) inline(parent ast.Node) string {
	var b strings.Builder
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			b.Write(n.Value(r.source))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.CodeSpan:
			code := r.inline(n)
			if r.inCell { // where pipes have a backslash even in code
				code = strings.ReplaceAll(code, `\|`, "|")
			}
			b.WriteString(r.painted(cyan, code))
		case *ast.Emphasis:
			b.WriteString(r.painted(bold, r.inline(n)))
		case *ast.AutoLink:
			b.Write(n.URL(r.source))
		case *ast.Link:
			b.WriteString(r.inline(n))
			if reference := r.Reference(string(n.Destination)); reference != "" {
				b.WriteString(" (" + reference + ")")
			}
		case *ast.RawHTML:
		default:
			b.WriteString(r.inline(n))
		}
	}
	return b.String()
}

// The colours, as SGR parameters (ECMA-48, section 8.3.117).
const (
	bold = "1"
	cyan = "36"
)

func (r *renderer) painted(colour, text string) string {
	if !r.Color {
		return text
	}
	words := strings.Split(text, " ")
	for i, word := range words {
		if word != "" && !strings.Contains(word, "\x1b") {
			words[i] = "\x1b[" + colour + "m" + word + "\x1b[0m"
		}
	}
	return strings.Join(words, " ")
}
