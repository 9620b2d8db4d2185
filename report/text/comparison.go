package text

import (
	"fmt"
	"io"
	"math"

	"contend/internal/format"
	"contend/report"
	"contend/report/compare"
	"contend/workload/check"
	"contend/workload/threshold"
)

// Comparison writes a table for each group. It has a row for each variant with the
// median of each metric and the change from the baseline. Metrics that do not fit
// follow in tables of their own.
func Comparison(w io.Writer, c *compare.Comparison, options Options) error {
	p := newTextLayout(options)
	p.mark(c.Simulated, c.Mixed)
	if c.Description != "" {
		for _, line := range wrap(c.Description, p.width) {
			p.line(p.paint.faint(line))
		}
	}
	for _, group := range c.Groups() {
		p.group(c, group.Variants)
	}
	if len(c.Variants) == 0 {
		p.line("There are no runs to compare.")
		return p.writeTo(w)
	}
	p.scaling(c.Scaling)
	p.law(c)
	p.line("")
	p.paragraph("", plain, comparisonLegend(c))
	if text := allMet(c); text != "" {
		p.paragraph("", plain, text)
	}
	p.warnings(c.Warnings)
	return p.writeTo(w)
}

// marked is the text of a table cell; mark is coloured and stands to the right of the
// value.
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
		column.values, column.marks = max(column.values, format.Columns(c.value)), max(column.marks, format.Columns(c.mark))
	}
	column.values = max(column.values, format.Columns(label)-len(" ")-column.marks)
	return column
}

func (c paintedColumn) width() int { return c.values + len(" ") + c.marks }

// group shows the variants of one group.
func (p *textLayout) group(c *compare.Comparison, variants []*compare.Variant) {
	p.line("")
	title := format.Printable(variants[0].Group)
	p.line(p.paint.bold(format.Shorten(p.heading(title), p.width)))
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

// nameColumn is the column of the setting in which the variants of a group differ.
type nameColumn struct {
	path  string
	all   []string
	width int
}

func newNameColumn(variants []*compare.Variant, most int) nameColumn {
	n := nameColumn{path: "variant"}
	if s := variants[0].Settings; len(s) > 0 {
		n.path = s[0].Path
	}
	n.path = format.Shorten(n.path, most)
	n.width = format.Columns(n.path)
	for _, v := range variants {
		name := format.Absent
		if len(v.Settings) > 0 {
			name = format.Shorten(v.Settings[0].Value, most)
		}
		n.all = append(n.all, name)
		n.width = max(n.width, format.Columns(name))
	}
	return n
}

// columns shows several columns side by side.
func (p *textLayout) columns(n nameColumn, shown []paintedColumn) {
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

// oneCellALine shows a column that does not fit beside the names.
func (p *textLayout) oneCellALine(n nameColumn, column paintedColumn) {
	for _, line := range wrap(column.label, p.width-len(margin)) {
		p.line(margin + p.paint.faint(line))
	}
	for i, name := range n.all {
		c := column.cells[i]
		p.paragraph(margin, plain, name+": "+c.value+" "+c.mark)
	}
}

// checks is the worst verdict and the number of runs that have it.
func (p *textLayout) checks(v *compare.Variant) marked {
	counts := map[check.Status]int{}
	for _, run := range v.Runs {
		counts[check.Status(run.Verdict)]++
	}
	for _, s := range []check.Status{check.Fail, "", check.Inconclusive, check.Skipped, check.Pass} {
		if counts[s] > 0 {
			return marked{fmt.Sprintf("%d/%d", counts[s], len(v.Runs)), verdictWord(s), p.paint.status(s)}
		}
	}
	return marked{format.Absent, "", plain}
}

func (p *textLayout) metricColumn(m compare.Metric, variants []*compare.Variant) paintedColumn {
	cells := make([]marked, len(variants))
	for i, v := range variants {
		e, ok := v.Estimates[m.Name]
		if !ok {
			cells[i] = marked{format.Absent, "", plain}
			continue
		}
		mark, paint := p.changeMark(v, e)
		cells[i] = marked{shown(e, m), mark, paint}
	}
	label := format.Shorten(m.Label, 20)
	if m.Unit != "" {
		label += " " + format.Shorten(m.Unit, 4)
	}
	return newPaintedColumn(label, cells)
}

// shown is the median and the larger distance from it to an end of its interval.
func shown(e compare.Estimate, m compare.Metric) string {
	text := format.Number(e.Median)
	if metric, _ := report.MetricNamed(m.Name); metric.Kind == threshold.Share {
		text = format.Percent(e.Median)
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

func (p *textLayout) changeMark(v *compare.Variant, e compare.Estimate) (string, painter) {
	switch {
	case v.Baseline:
		return "baseline", p.paint.faint
	case e.Change == nil:
		return format.Absent, plain
	}
	paint := plain
	switch e.Change.Verdict {
	case compare.Better:
		paint = p.paint.good
	case compare.Worse:
		paint = p.paint.bad
	case compare.Different:
		paint = p.paint.bold
	case compare.TooFew:
		paint = p.paint.doubt
	}
	return e.Change.String(), paint
}

func comparisonLegend(c *compare.Comparison) string {
	text := fmt.Sprintf("Each cell: the median of the runs; ± the distance to the farther end of its %g%% confidence interval (with at least %d runs); "+
		"the change from the baseline; and p, how probable it is that chance alone makes samples this different (Mann-Whitney U test). ~: no difference was found at p ≤ %g.",
		c.Confidence*100, compare.DefaultRepeat, c.Alpha)
	if c.Tests > 0 {
		text += fmt.Sprintf(" %s made, and every p is corrected for the number of tests of its metric (Benjamini-Hochberg): of the differences shown, about %s or fewer are chance.",
			format.Count(int64(c.Tests), "test was", "tests were"), format.ChosenPercent(c.Alpha))
	}
	hidden := 0
	for _, m := range c.Metrics {
		if !m.Main {
			hidden++
		}
	}
	if hidden > 0 {
		text += fmt.Sprintf(" --format json has %s.", format.Count(int64(hidden), "more metric"))
	}
	return text
}

// allMet reports that there were thresholds and all were met; "" if not.
func allMet(c *compare.Comparison) string {
	n := 0
	for _, v := range c.Variants {
		for _, run := range v.Runs {
			if report.WorstThreshold(run.Thresholds) != report.Met {
				return ""
			}
			n += min(len(run.Thresholds), 1)
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("All thresholds were met, by %s.", format.Count(int64(n), "run"))
}
