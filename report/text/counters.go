package text

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"contend/internal/format"
	"contend/report"
	"contend/report/row"
)

// counters shows each counter's account; of many counters it shows the worst.
func (p *textLayout) counters(all []report.Counter) {
	const most = 8
	if len(all) == 0 {
		return
	}
	shown := slices.Clone(all)
	if len(all) > most {
		slices.SortStableFunc(shown, func(a, b report.Counter) int { return cmp.Compare(row.Concern(b), row.Concern(a)) })
	}
	shown = shown[:min(len(shown), most)]
	if !p.counterTable(shown) {
		p.counterList(shown)
	}
	if len(all) > most {
		p.paragraph(margin, plain, row.RestOf(all, most))
	}
}

// counterTable shows the counters as a table and reports whether they fit.
func (p *textLayout) counterTable(shown []report.Counter) bool {
	t := table{header: []string{"Counters", "initial", "acknowledged", "expected", "off by", "final"}}
	var banded, off bool
	for _, c := range shown {
		banded = banded || c.Lowest != c.Highest
		off = off || c.Final != nil && c.Excess().Sign() != 0
		t.rows = append(t.rows, []string{
			format.Printable(c.Key), fmt.Sprint(c.Initial), fmt.Sprintf("%+d", c.Acknowledged), row.Expected(c), row.Difference(c), row.Final(c),
		})
	}
	if !off {
		t = t.without(4)
	}
	if !banded {
		t = t.without(3)
	}
	header, rows, fits := t.render(p.width)
	if !fits {
		return false
	}
	p.line("")
	title, rest := t.header[0], strings.TrimPrefix(header, margin+t.header[0])
	p.line(p.paint.bold(title) + p.paint.faint(margin+rest))
	for i, row := range rows {
		p.line(p.counterPaint(shown[i])(row))
	}
	return true
}

// counterList gives each number of a counter a line of its own.
func (p *textLayout) counterList(shown []report.Counter) {
	p.section("Counters")
	for _, c := range shown {
		for _, line := range wrap(c.Key, p.width-len(margin)) {
			p.line(margin + line)
		}
		rows := [][2]string{{"initial", fmt.Sprint(c.Initial)}, {"acknowledged", fmt.Sprintf("%+d", c.Acknowledged)}}
		if c.Lowest != c.Highest {
			rows = append(rows, [2]string{"at least", fmt.Sprint(c.Lowest)}, [2]string{"at most", fmt.Sprint(c.Highest)})
		}
		rows = append(rows, [2]string{"final", row.Final(c)})
		if c.Final != nil && c.Excess().Sign() != 0 {
			rows = append(rows, [2]string{"off by", row.Difference(c)})
		}
		for _, row := range rows {
			const label, longest = len("acknowledged"), len("-9223372036854775808") + 1
			p.line(p.counterPaint(c)(margin + margin + padRight(row[0], label) + gap + padLeft(row[1], longest)))
		}
	}
}

func (p *textLayout) counterPaint(c report.Counter) painter {
	switch row.Concern(c) {
	case 0, 1:
		return plain
	case 2, 3:
		return p.paint.doubt
	}
	return p.paint.bad
}
