package text

import (
	"contend/internal/format"
	"contend/report"
)

// machines shows which part of a run the report is of, or a row for each machine of a
// merged one.
func (p *textLayout) machines(r *report.Report) {
	if r.Part != nil {
		p.line("")
		p.paragraph("", plain, r.Part.Sentence())
	}
	if len(r.Machines) == 0 {
		return
	}
	t := table{header: append([]string{"machine", "state"}, report.MachineColumns()...)}
	for i := range r.Machines {
		m := &r.Machines[i]
		t.rows = append(t.rows, append([]string{m.Name(), format.OneLine(string(m.State))}, m.Values()...))
	}
	p.section("Machines")
	header, lines := t.fit(p.width, 6, 5)
	if header != "" {
		p.line(p.paint.faint(header))
	}
	p.lines(lines)
	for i := range r.Machines {
		m := &r.Machines[i]
		if why := m.Sentence(); why != "" {
			p.paragraph(margin+"! ", p.paint.doubt, format.OneLine(why))
		}
	}
	if cost := r.ControlSentence(); cost != "" {
		p.paragraph(margin, plain, cost)
	}
}
