package text

import (
	"fmt"
	"io"

	"contend/internal/format"
	"contend/report"
	"contend/report/compare"
	"contend/report/row"
)

// Beside writes the figures of a measured run, of its simulation and of the law of
// contention side by side. The error is that of writing to w.
func Beside(w io.Writer, measured, simulated *report.Report, options Options) error {
	p := newTextLayout(options)
	p.section("Measured and simulated")
	t := table{header: []string{"", "law", "simulated", "measured", "simulated to measured"}}
	for _, r := range row.Beside(measured, simulated) {
		t.rows = append(t.rows, r[:])
	}
	header, rows := t.fit(p.width, 4)
	p.line(p.paint.faint(header))
	p.lines(rows)
	p.line("")
	p.paragraph("", plain, besideLegend(measured, simulated))
	return p.writeTo(w)
}

// besideLegend explains the columns, and shows how far the model of the client is from
// the real client.
func besideLegend(measured, simulated *report.Report) string {
	text := "law: what the simulated run's rate of writes and its gap give if attempts come at random."
	if measured.GapMS == nil || simulated.GapMS == nil {
		return text
	}
	return text + fmt.Sprintf(" The gap from reading to writing was %.2f ms measured and %.2f ms simulated: the difference is the client's and the machine's own time for a request, which simulated.client sets.",
		*measured.GapMS, *simulated.GapMS)
}

// law shows each variant's figures beside those of the law. It shows nothing if the
// comparison has no figures of the law.
func (p *textLayout) law(c *compare.Comparison) {
	metrics := c.LawMetrics()
	if len(metrics) == 0 {
		return
	}
	p.section("Law of contention")
	t := table{header: []string{"variant"}}
	for _, m := range metrics {
		t.header = append(t.header, m.Label, "law", "off")
	}
	for i := range c.Variants {
		v := &c.Variants[i]
		if v.Law == nil {
			continue
		}
		cells := []string{format.Printable(v.Name)}
		for _, m := range metrics {
			e := v.Estimates[m.Name]
			cells = append(cells, format.Number(e.Median), format.Number(v.Law[m.Name]), fmt.Sprintf("%+.0f%%", 100*(e.Median/v.Law[m.Name]-1)))
		}
		t.rows = append(t.rows, cells)
	}
	header, rows := t.fit(p.width, 9, 6)
	p.line(p.paint.faint(header))
	p.lines(rows)
	p.paragraph("", plain, "law: what a variant's rate of writes and its gap give if attempts come at random; off: how far the median is from it.")
}
