package manual

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	extensionast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// newParser returns a parser of CommonMark with the tables of GitHub. The library's own
// parser of tables is in a package that compiles the expressions of all its extensions
// before main, which would make every command of contend start 5 ms later.
func newParser() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(parser.DefaultBlockParsers()...),
		parser.WithInlineParsers(parser.DefaultInlineParsers()...),
		parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
		parser.WithParagraphTransformers(util.Prioritized(tables{}, 200)), // after definitions of links
	)
}

// tables makes a table of the lines around a delimiter row in a paragraph: the line
// before it is the header, and all lines after it are rows.
type tables struct{}

func (tables) Transform(paragraph *ast.Paragraph, reader text.Reader, _ parser.Context) {
	source, lines := reader.Source(), paragraph.Lines()
	for i := 1; i < lines.Len(); i++ {
		line := lines.At(i)
		alignments := alignmentsOf(line.Value(source))
		if alignments == nil {
			continue
		}
		header := cells(lines.At(i-1), source)
		if len(header) > len(alignments) {
			return
		}
		table := extensionast.NewTable()
		table.Alignments = alignments
		table.AppendChild(table, newRow(header, len(alignments)))
		for _, line := range lines.Sliced(i+1, lines.Len()) {
			table.AppendChild(table, newRow(cells(line, source), len(alignments)))
		}
		parent := paragraph.Parent()
		parent.InsertAfter(parent, paragraph, table)
		lines.SetSliced(0, i-1)
		if i == 1 {
			parent.RemoveChild(parent, paragraph)
			return
		}
		last := lines.At(i - 2)
		last.Stop-- // the paragraph no longer ends with a line break
		lines.Set(i-2, last)
		return
	}
}

// newRow makes a row of so many cells. Further ones are left out, and missing ones are
// empty.
func newRow(cells []text.Segment, count int) *extensionast.TableRow {
	row := extensionast.NewTableRow(nil)
	for i := range count {
		cell := extensionast.NewTableCell()
		if i < len(cells) {
			cell.Lines().Append(cells[i])
		}
		row.AppendChild(row, cell)
	}
	return row
}

// cells splits a line at its pipes, but not at those after a backslash.
func cells(line text.Segment, source []byte) (all []text.Segment) {
	line = line.TrimLeftSpace(source)
	line = line.TrimRightSpace(source)
	start, stop := line.Start, line.Stop
	if start < stop && source[start] == '|' {
		start++
	}
	if line.Start < stop && source[stop-1] == '|' {
		stop--
	}
	for start < stop {
		end := start
		for end < stop && (source[end] != '|' || end > start && source[end-1] == '\\') {
			end++
		}
		cell := text.NewSegment(start, end)
		cell = cell.TrimLeftSpace(source)
		all = append(all, cell.TrimRightSpace(source))
		start = end + 1
	}
	return all
}

// alignmentsOf reads a delimiter row, such as | --- | --: |. It returns nil for any other
// line.
func alignmentsOf(line []byte) (alignments []extensionast.Alignment) {
	if indent, _ := util.IndentWidth(line, 0); indent > 3 { // that is code
		return nil
	}
	columns := bytes.Split(line, []byte("|"))
	if util.IsBlank(columns[0]) {
		columns = columns[1:]
	}
	if last := len(columns) - 1; last >= 0 && util.IsBlank(columns[last]) {
		columns = columns[:last]
	}
	for _, column := range columns {
		dashes, left := bytes.CutPrefix(bytes.Trim(column, " \t\r\n"), []byte(":"))
		dashes, right := bytes.CutSuffix(dashes, []byte(":"))
		if len(dashes) == 0 || len(bytes.Trim(dashes, "-")) > 0 {
			return nil
		}
		switch {
		case left && right:
			alignments = append(alignments, extensionast.AlignCenter)
		case left:
			alignments = append(alignments, extensionast.AlignLeft)
		case right:
			alignments = append(alignments, extensionast.AlignRight)
		default:
			alignments = append(alignments, extensionast.AlignNone)
		}
	}
	return alignments
}
