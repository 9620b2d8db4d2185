package text

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"time"

	"contend/internal/format"
	"contend/report/growth"
)

// Growth writes what counters cost as their counts grow. The error is that of writing to w.
func Growth(w io.Writer, g *growth.Growth, options Options) error {
	p := newTextLayout(options)
	p.banner(p.paint.bold, "━━━ GROWTH ", g.Scenario, g.Description)
	load := format.Number(g.RatePerS) + " changes"
	if g.ReadsPerS > 0 {
		load += " and " + format.Number(g.ReadsPerS) + " reads"
	}
	p.paragraph("", plain, fmt.Sprintf("%s of %s a second on %s.", span(g.HorizonS), load, format.Count(int64(g.Counters), "counter")))
	if len(g.Designs) > 1 {
		p.growths(g)
	}
	for i := range g.Designs {
		if d := &g.Designs[i]; d.Grows || len(g.Designs) == 1 {
			p.growth(d)
		}
	}
	if len(g.Designs) == 1 && !g.Designs[0].Grows {
		p.line("")
		p.paragraph("", p.paint.faint, "--design all shows the designs that grow beside it.")
	}
	p.sentences("Assumed", g.Assumptions)
	return p.writeTo(w)
}

// growths are all designs side by side, at the end of the horizon or of the design.
func (p *textLayout) growths(g *growth.Growth) {
	p.section("At the end")
	t := table{header: []string{"design", "write", "read", "stored", "writes", "reads", "storage", "total"}}
	for i := range g.Designs {
		d := &g.Designs[i]
		last := d.Points[len(d.Points)-1]
		name := d.Strategy
		if d.FullS != nil {
			name += " †"
		}
		t.rows = append(t.rows, []string{
			name, amount(last.WriteUnits), amount(last.ReadUnits), sizeOf(last.StoredBytes),
			dollars(d.WritesUSD), dollars(d.ReadsUSD), dollars(d.StorageUSD), dollars(d.TotalUSD()),
		})
	}
	header, rows := t.fit(p.width, 3)
	p.line(p.paint.faint(header))
	p.lines(rows)
	legend := "write, read: units of one request. writes, reads, storage: what all of them cost."
	if slices.ContainsFunc(g.Designs, func(d growth.Design) bool { return d.FullS != nil }) {
		legend += " † full before the end: the costs are of the time until then."
	}
	for _, line := range wrap(legend, p.width) {
		p.line(p.paint.faint(line))
	}
}

// growth is one design over time.
func (p *textLayout) growth(d *growth.Design) {
	p.section(d.Strategy)
	p.paragraph(margin, plain, d.Summary+".")
	p.paragraph(margin, plain, fmt.Sprintf("%s: writes %s, reads %s, storage %s.", costOf(d), dollars(d.WritesUSD), dollars(d.ReadsUSD), dollars(d.StorageUSD)))
	if d.Grows {
		t := table{header: []string{"after", "changes", "write", "read", "stored", "spent"}}
		for _, at := range d.Points {
			t.rows = append(t.rows, []string{span(at.AfterS), amount(at.Changes), amount(at.WriteUnits), amount(at.ReadUnits), sizeOf(at.StoredBytes), dollars(at.SpentUSD)})
		}
		header, rows := t.fit(p.width)
		p.line(p.paint.faint(header))
		p.lines(rows)
	}
	for _, e := range d.Events {
		when := "from the start"
		if e.Changes > 0 {
			when = "after " + span(e.AfterS) + ", at " + amount(e.Changes) + " changes"
		}
		p.paragraph(margin+"· ", plain, when+": "+e.What)
	}
}

func costOf(d *growth.Design) string {
	if d.FullS != nil {
		return dollars(d.TotalUSD()) + " until it is full"
	}
	return dollars(d.TotalUSD()) + " in total"
}

// span writes a time from milliseconds to years.
func span(seconds float64) string {
	const day, few = 24 * float64(time.Hour/time.Second), 2
	switch {
	case seconds >= few*day:
		return strconv.FormatFloat(math.Round(seconds/day*10)/10, 'f', -1, 64) + " days"
	case seconds >= time.Hour.Seconds():
		return strconv.FormatFloat(math.Round(seconds/time.Hour.Seconds()*10)/10, 'f', -1, 64) + " h"
	case seconds >= few*time.Minute.Seconds():
		return strconv.FormatFloat(math.Round(seconds/time.Minute.Seconds()*10)/10, 'f', -1, 64) + " min"
	}
	return format.Seconds(seconds)
}

// amount writes a count or a number of units.
func amount(v float64) string {
	for _, unit := range []struct {
		size float64
		name string
	}{{1e9, " G"}, {1e6, " M"}} {
		if v >= unit.size {
			return format.Number(v/unit.size) + unit.name
		}
	}
	return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
}

// sizeOf writes a number of bytes.
func sizeOf(bytes float64) string {
	names, i := []string{"B", "KB", "MB", "GB", "TB"}, 0
	for ; bytes >= 1<<10 && i+1 < len(names); i++ {
		bytes /= 1 << 10
	}
	if i == 0 {
		return fmt.Sprintf("%.0f B", bytes)
	}
	return format.Number(bytes) + " " + names[i]
}

func dollars(v float64) string {
	const cent = 0.01
	if v > 0 && v < cent {
		return "<$0.01"
	}
	const million = 1e6
	if v >= million {
		return "$" + amount(v)
	}
	return "$" + format.Number(v)
}
