package text

import (
	"fmt"
	"strings"

	"contend/internal/format"
	"contend/report"
	"contend/report/row"
)

// faults shows the injected faults and their effects.
func (p *textLayout) faults(r *report.Report) {
	if len(r.Faults) == 0 {
		return
	}
	t := table{header: []string{"Injected faults", "hit", "writes", "accepted"}}
	for _, c := range (report.Endings{}).Counts() {
		t.header = append(t.header, c.Word)
	}
	for _, f := range r.Faults {
		cells := []string{format.Printable(f.Kind), fmt.Sprint(f.Requests), fmt.Sprint(f.Writes), fmt.Sprint(f.Accepted)}
		for _, c := range f.Operations.Counts() {
			cells = append(cells, fmt.Sprint(c.Count))
		}
		t.rows = append(t.rows, cells)
	}
	header, rows, fits := t.render(p.width)
	if !fits {
		p.section("Injected faults")
		for _, f := range r.Faults {
			p.paragraph(margin, plain, fmt.Sprintf("%s: %s, of %s the store accepted %d; their operations ended: %s",
				f.Kind, format.Count(f.Requests, "request"), format.Count(f.Writes, "write"), f.Accepted, f.Operations))
		}
	} else {
		p.line("")
		rest := strings.TrimPrefix(header, margin+t.header[0])
		p.line(p.paint.bold(t.header[0]) + p.paint.faint(margin+rest))
		p.lines(rows)
	}
	p.paragraph(margin, plain, row.Tracing(r.Counters))
}

// misbehaved shows the planted faults, so that nobody mistakes them for the store's
// own.
func (p *textLayout) misbehaved(planted []report.Misbehaved) {
	if len(planted) == 0 {
		return
	}
	p.section("Planted faults")
	rows := make([][2]string, len(planted))
	width := 0
	for i, m := range planted {
		rows[i] = [2]string{format.Count(m.Times, "time"), fmt.Sprintf("%s, planted in one of %s", m.Kind, format.Count(m.OneIn, "request"))}
		width = max(width, format.Columns(rows[i][0]))
	}
	for _, row := range rows {
		p.paragraph(margin+padLeft(row[0], width)+gap, plain, row[1])
	}
}
