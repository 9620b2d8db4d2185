package text

import (
	"fmt"
	"io"
	"strings"

	"contend/internal/format"
	"contend/report"
)

// Options says how a text is laid out.
type Options struct {
	// Width is the number of columns; no line is wider. 0 means 80; below 40
	// it is 40.
	Width int
	// Color puts escape sequences of ANSI terminals into the text.
	Color bool
}

func newTextLayout(options Options) *textLayout {
	const usual, least = 80, 40
	width := options.Width
	if width == 0 {
		width = usual
	}
	return &textLayout{width: max(width, least), paint: newPaint(options.Color)}
}

func (p *textLayout) writeTo(w io.Writer) error {
	if _, err := io.WriteString(w, p.text.String()); err != nil {
		return fmt.Errorf("text: %w", err)
	}
	return nil
}

// textLayout collects lines of at most width columns.
type textLayout struct {
	width int
	paint paint
	text  strings.Builder
}

// line adds a line that already fits.
func (p *textLayout) line(s string) {
	p.text.WriteString(strings.TrimRight(s, " "))
	p.text.WriteByte('\n')
}

func (p *textLayout) lines(all []string) {
	for _, s := range all {
		p.line(s)
	}
}

// mark begins a text about several runs with how their time passed; it adds nothing if
// all of them were in real time. mixed warns of simulated runs beside real ones.
func (p *textLayout) mark(simulated bool, mixed string) {
	switch {
	case mixed != "":
		p.paragraph("! ", p.paint.doubt, mixed)
	case simulated:
		p.line(p.paint.bold(report.SimulatedMark))
	}
}

// section begins a new section with a title.
func (p *textLayout) section(title string) {
	p.line("")
	for _, line := range wrap(title, p.width) {
		p.line(p.paint.bold(line))
	}
}

// paragraph adds text that is wrapped and indented below its head. head is the text
// before it: first without colour, then as painted.
func (p *textLayout) paragraph(head string, paintHead painter, text string) {
	lines := wrap(text, p.width-format.Columns(head))
	p.line(paintHead(head) + lines[0])
	for _, rest := range lines[1:] {
		p.line(strings.Repeat(" ", format.Columns(head)) + rest)
	}
}

// widest is the width of the widest line.
func widest(lines []string) int {
	most := 0
	for _, line := range lines {
		most = max(most, format.Columns(line))
	}
	return most
}

// table is aligned in columns: the first to the left, the others to the right.
type table struct {
	header []string // may be nil
	rows   [][]string
}

// gap is the space between two columns, margin the space before the first.
const (
	gap    = "  "
	margin = "  "
)

// render returns the header and the rows, or false if they are too wide.
func (t table) render(width int) (header string, rows []string, fits bool) {
	widths := t.widths()
	total := len(margin) - len(gap)
	for _, w := range widths {
		total += len(gap) + w
	}
	if total > width {
		return "", nil, false
	}
	for _, row := range t.rows {
		rows = append(rows, align(row, widths))
	}
	return align(t.header, widths), rows, true
}

// fit renders the table in width columns, whatever it takes. It leaves out the columns
// of drop, one after another; each is an index into the columns that remain. If that is
// not enough, it puts every cell on a line of its own.
func (t table) fit(width int, drop ...int) (header string, rows []string) {
	header, rows, fits := t.render(width)
	for _, column := range drop {
		if fits {
			break
		}
		t = t.without(column)
		header, rows, fits = t.render(width)
	}
	if fits {
		return header, rows
	}
	for _, row := range t.rows {
		for _, cell := range row {
			for _, line := range wrap(cell, width-len(margin)) {
				rows = append(rows, margin+line)
			}
		}
	}
	return "", rows
}

func (t table) widths() []int {
	var widths []int
	for _, row := range append([][]string{t.header}, t.rows...) {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], format.Columns(cell))
		}
	}
	return widths
}

// without returns the table without a column.
func (t table) without(column int) table {
	cut := func(row []string) []string {
		if column >= len(row) {
			return row
		}
		return append(append([]string{}, row[:column]...), row[column+1:]...)
	}
	narrower := table{header: cut(t.header)}
	for _, row := range t.rows {
		narrower.rows = append(narrower.rows, cut(row))
	}
	return narrower
}

func align(row []string, widths []int) string {
	var b strings.Builder
	for i, cell := range row {
		if i == 0 {
			b.WriteString(margin + padRight(cell, widths[0]))
			continue
		}
		b.WriteString(gap + padLeft(cell, widths[i]))
	}
	return b.String()
}

func padLeft(s string, width int) string {
	return strings.Repeat(" ", max(width-format.Columns(s), 0)) + s
}

func padRight(s string, width int) string {
	return s + strings.Repeat(" ", max(width-format.Columns(s), 0))
}

// wrap breaks a text into lines of at most width columns, at spaces where there
// are some; it returns at least one line.
func wrap(text string, width int) []string {
	width = max(width, 1)
	lines := []string{""}
	for _, word := range strings.Fields(format.Printable(text)) {
		last := &lines[len(lines)-1]
		if *last != "" && format.Columns(*last)+1+format.Columns(word) <= width {
			*last += " " + word
			continue
		}
		pieces := format.Chop(word, width)
		if *last == "" {
			*last = pieces[0]
			pieces = pieces[1:]
		}
		lines = append(lines, pieces...)
	}
	return lines
}
