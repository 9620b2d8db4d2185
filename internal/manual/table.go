package manual

import (
	"strings"

	extensionast "github.com/yuin/goldmark/extension/ast"

	"contend/internal/format"
	"contend/internal/pattern"
)

const gap = "  " // between columns

// A column is not squeezed below its longest word, unless that has more columns
// than longestWord.
const longestWord = 24

// table renders a table, with lines broken within its cells where it would be wider
// than the page.
func (r *renderer) table(t *extensionast.Table, indent string) {
	r.inCell = true
	defer func() { r.inCell = false }()
	var rows [][]string
	for row := t.FirstChild(); row != nil; row = row.NextSibling() {
		var cells []string
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			cells = append(cells, strings.TrimSpace(r.inline(cell)))
		}
		rows = append(rows, cells)
	}
	hasHead := strings.Join(rows[0], "") != ""
	if !hasHead {
		rows = rows[1:]
	}
	widths := fitted(rows, r.Width-len(indent))
	r.out.WriteString("\n")
	for i, row := range rows {
		r.row(row, widths, t.Alignments, indent)
		if i == 0 && hasHead {
			var rules []string
			for _, width := range widths {
				rules = append(rules, strings.Repeat("─", width))
			}
			r.out.WriteString(indent + strings.Join(rules, gap) + "\n")
		}
	}
}

// fitted are the widths of the columns, the widest ones narrowed until the table
// fits.
func fitted(rows [][]string, page int) []int {
	var widths, least []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths, least = append(widths, 0), append(least, 0)
			}
			widths[i] = max(widths[i], columns(cell))
			for word := range strings.FieldsSeq(cell) {
				least[i] = max(least[i], min(columns(word), longestWord))
			}
		}
	}
	total := len(gap) * (len(widths) - 1)
	for _, width := range widths {
		total += width
	}
	for ; total > page; total-- {
		i := widestAbove(widths, least)
		if i < 0 {
			break
		}
		widths[i]--
	}
	return widths
}

// widestAbove is the widest column that can be narrowed, or -1.
func widestAbove(widths, least []int) int {
	widest := -1
	for i, width := range widths {
		if width > least[i] && (widest < 0 || width > widths[widest]) {
			widest = i
		}
	}
	return widest
}

func (r *renderer) row(cells []string, widths []int, alignments []extensionast.Alignment, indent string) {
	lines, height := make([][]string, len(widths)), 0
	for i, cell := range cells {
		lines[i] = wrap(cell, widths[i])
		height = max(height, len(lines[i]))
	}
	for n := range height {
		line := indent
		for i, width := range widths {
			cell := ""
			if n < len(lines[i]) {
				cell = lines[i][n]
			}
			space := strings.Repeat(" ", max(width-columns(cell), 0))
			if i > 0 {
				line += gap
			}
			if i < len(alignments) && alignments[i] == extensionast.AlignRight {
				line += space + cell
			} else {
				line += cell + space
			}
		}
		r.out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

var colours = pattern.Lazy("\x1b\\[[0-9;]*m")

// columns is the width of a text, colours left out.
func columns(text string) int { return format.Columns(colours().ReplaceAllString(text, "")) }

// wrap breaks a text into lines of at most so many columns. A word that is longer is
// broken, unless it has a colour.
func wrap(text string, width int) []string {
	var lines []string
	line, used := "", 0
	for word := range strings.FieldsSeq(text) {
		parts := []string{word}
		if columns(word) > width && !strings.Contains(word, "\x1b") {
			parts = format.Chop(word, width)
		}
		for _, part := range parts {
			n := columns(part)
			switch {
			case line != "" && used+1+n > width:
				lines = append(lines, line)
				line, used = part, n
			case line != "":
				line, used = line+" "+part, used+1+n
			default:
				line, used = part, n
			}
		}
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}
