package text

import (
	"contend/internal/format"
	"contend/report"
	"contend/report/row"
)

// groups compare the workers with different policies or latencies, if there are any.
func (p *textLayout) groups(groups []report.Group) {
	tables := row.Groups(groups)
	for _, g := range tables {
		g.Header[0] = format.Printable(g.Header[0])
		t := table{header: g.Header}
		for _, cells := range g.Rows {
			cells[0] = format.Printable(cells[0])
			t.rows = append(t.rows, cells)
		}
		p.section(format.Printable(g.Title))
		header, lines := t.fit(p.width, 5, 9, 2, 1)
		if header != "" {
			p.line(p.paint.faint(header))
		}
		p.lines(lines)
	}
	if tables != nil {
		p.paragraph(margin, plain, row.GroupsNote)
	}
}
