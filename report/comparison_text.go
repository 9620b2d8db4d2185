package report

import (
	"fmt"
	"io"
	"math"

	"contend/workload/check"
	"contend/workload/threshold"
)

// ComparisonText writes a table for each group, with a row for each variant and for each
// metric its median and the change from the baseline. Metrics that have no room
// beside the others follow in a table of their own.
func ComparisonText(w io.Writer, c *Comparison, options TextOptions) error {
	p := newPage(options)
	if c.Description != "" {
		for _, line := range wrap(c.Description, p.width) {
			p.line(p.paint.faint(line))
		}
	}
	for _, group := range c.groups() {
		p.group(c, group.variants)
	}
	if len(c.Variants) == 0 {
		p.line("There are no runs to compare.")
		return p.writeTo(w)
	}
	p.line("")
	p.paragraph("", plain, c.legend())
	if text := c.allMet(); text != "" {
		p.paragraph("", plain, text)
	}
	p.warnings(c.Warnings)
	return p.writeTo(w)
}

// marked is what a table says in one place; mark is painted and stands to the right
// of the value.
type marked struct {
	value, mark string
	paint       painter
}

// paintedColumn has a cell for each variant.
type paintedColumn struct {
	label         string
	cells         []marked
	values, marks int // widths
}

func newPaintedColumn(label string, cells []marked) paintedColumn {
	column := paintedColumn{label: label, cells: cells}
	for _, c := range cells {
		column.values, column.marks = max(column.values, columns(c.value)), max(column.marks, columns(c.mark))
	}
	column.values = max(column.values, columns(label)-len(" ")-column.marks)
	return column
}

func (c paintedColumn) width() int { return c.values + len(" ") + c.marks }

// group shows the variants of one group.
func (p *page) group(c *Comparison, variants []*ComparedVariant) {
	p.line("")
	title := printable(variants[0].Group)
	p.line(p.paint.bold(shorten(p.heading(title), p.width)))
	checks := make([]marked, len(variants))
	for i, v := range variants {
		checks[i] = p.checks(v)
	}
	rest := []paintedColumn{newPaintedColumn("checks", checks)}
	for _, m := range c.Metrics {
		if m.Main {
			rest = append(rest, p.metricColumn(m, variants))
		}
	}
	names := newNameColumn(variants, max(p.width/4, 12))
	for len(rest) > 0 {
		n, width := 0, len(margin)+names.width
		for n < len(rest) && (n == 0 || width+len(gap)+rest[n].width() <= p.width) {
			width += len(gap) + rest[n].width()
			n++
		}
		if width > p.width {
			p.oneCellALine(names, rest[0])
		} else {
			p.columns(names, rest[:n])
		}
		rest = rest[n:]
	}
}

// nameColumn is the column that tells the variants of a group apart.
type nameColumn struct {
	path  string
	all   []string
	width int
}

func newNameColumn(variants []*ComparedVariant, most int) nameColumn {
	n := nameColumn{path: "variant"}
	if s := variants[0].Settings; len(s) > 0 {
		n.path = s[0].Path
	}
	n.path = shorten(n.path, most)
	n.width = columns(n.path)
	for _, v := range variants {
		name := absent
		if len(v.Settings) > 0 {
			name = shorten(v.Settings[0].Value, most)
		}
		n.all = append(n.all, name)
		n.width = max(n.width, columns(name))
	}
	return n
}

// columns shows some columns side by side.
func (p *page) columns(n nameColumn, shown []paintedColumn) {
	header := margin + padRight(n.path, n.width)
	for _, column := range shown {
		header += gap + padLeft(column.label, column.width())
	}
	p.line(p.paint.faint(header))
	for i, name := range n.all {
		line := margin + padRight(name, n.width)
		for _, column := range shown {
			c := column.cells[i]
			line += gap + padLeft(c.value, column.values) + " " + c.paint(padRight(c.mark, column.marks))
		}
		p.line(line)
	}
}

// oneCellALine shows a column that has no room beside the names.
func (p *page) oneCellALine(n nameColumn, column paintedColumn) {
	for _, line := range wrap(column.label, p.width-len(margin)) {
		p.line(margin + p.paint.faint(line))
	}
	for i, name := range n.all {
		c := column.cells[i]
		p.paragraph(margin, plain, name+": "+c.value+" "+c.mark)
	}
}

// checks is the verdict of the worst run, and how many have it.
func (p *page) checks(v *ComparedVariant) marked {
	counts := map[check.Status]int{}
	for _, run := range v.Runs {
		counts[check.Status(run.Verdict)]++
	}
	for _, s := range []check.Status{check.Fail, "", check.Inconclusive, check.Skipped, check.Pass} {
		if counts[s] > 0 {
			return marked{fmt.Sprintf("%d/%d", counts[s], len(v.Runs)), verdictWord(s), p.paint.status(s)}
		}
	}
	return marked{absent, "", plain}
}

func (p *page) metricColumn(m ComparedMetric, variants []*ComparedVariant) paintedColumn {
	cells := make([]marked, len(variants))
	for i, v := range variants {
		e, ok := v.Estimates[m.Name]
		if !ok {
			cells[i] = marked{absent, "", plain}
			continue
		}
		mark, paint := p.changeMark(v, e)
		cells[i] = marked{e.shown(m), mark, paint}
	}
	label := shorten(m.Label, 20)
	if m.Unit != "" {
		label += " " + shorten(m.Unit, 4)
	}
	return newPaintedColumn(label, cells)
}

// shown is the median and how far its interval goes to the farther side.
func (e Estimate) shown(m ComparedMetric) string {
	text := figures(e.Median)
	if metric, _ := MetricNamed(m.Name); metric.Kind == threshold.Share {
		text = percent(e.Median)
	}
	if e.Low == nil || e.High == nil || e.Median == 0 {
		return text
	}
	reach := max(math.Abs(*e.High-e.Median), math.Abs(e.Median-*e.Low)) / math.Abs(e.Median)
	return text + " ±" + wholePercent(reach)
}

func wholePercent(part float64) string {
	const most = 9.99
	if part > most {
		return ">999%"
	}
	return fmt.Sprintf("%.0f%%", part*100)
}

func (p *page) changeMark(v *ComparedVariant, e Estimate) (string, painter) {
	switch {
	case v.Baseline:
		return "baseline", p.paint.faint
	case e.Change == nil:
		return absent, plain
	}
	paint := plain
	switch e.Change.Verdict {
	case Better:
		paint = p.paint.good
	case Worse:
		paint = p.paint.bad
	case Different:
		paint = p.paint.bold
	case TooFew:
		paint = p.paint.doubt
	}
	return e.Change.String(), paint
}

// String is the change in short: -12% p=0.002, ~ p=0.310 or too few.
func (c Change) String() string {
	text := string(c.Verdict)
	shown := c.Verdict == Better || c.Verdict == Worse || c.Verdict == Different
	if shown && c.Ratio != nil {
		text = changeWords(*c.Ratio)
	}
	if c.Adjusted == nil {
		return text
	}
	return text + " " + probability(*c.Adjusted)
}

func (c *Comparison) legend() string {
	text := fmt.Sprintf("Medians of the runs, ± the farther end of an interval with %g%% confidence (none if there are fewer than %d runs); "+
		"the change from the baseline, with the probability p of such samples if there were none (Mann-Whitney U test). ~: no difference is shown at p ≤ %g.",
		c.Confidence*100, DefaultRepeat, c.Alpha)
	if c.Tests > 0 {
		text += fmt.Sprintf(" %s made, and every p is corrected for the number of those of its metric (Benjamini-Hochberg): of the differences shown, about %s or less are not there.",
			plural(int64(c.Tests), "test was", "tests were"), percentWords(c.Alpha))
	}
	hidden := 0
	for _, m := range c.Metrics {
		if !m.Main {
			hidden++
		}
	}
	if hidden > 0 {
		text += fmt.Sprintf(" %s in its JSON.", plural(int64(hidden), "more metric is", "more metrics are"))
	}
	return text
}
