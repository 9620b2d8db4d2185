package text

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"contend/internal/format"
	"contend/report"
	"contend/workload/check"
)

// Matrix writes a table with a line for each run. Variants that differ in several
// fields are grouped by all fields but the first; by all of them if the values of the
// first are too long for a column.
func Matrix(w io.Writer, m *report.Matrix, options Options) error {
	p := newTextLayout(options)
	p.mark(m.Simulated, "")
	if m.Description != "" {
		for _, line := range wrap(m.Description, p.width) {
			p.line(p.paint.faint(line))
		}
	}
	p.variants(m.Variants)
	p.line("")
	p.paragraph("", plain, matrixLegend(m))
	if text := explained(m); text != "" {
		p.paragraph("", plain, text)
	}
	if m.Interrupted {
		p.paragraph("", p.paint.doubt, fmt.Sprintf("Interrupted: of %s, %d were started.", format.Count(int64(m.Planned), unit(m)), len(m.Variants)))
	}
	for _, v := range m.Variants {
		if v.Error != "" {
			p.paragraph(margin+"! ", p.paint.bad, v.Name()+": "+v.Error)
		}
	}
	p.missedThresholds(m)
	return p.writeTo(w)
}

// missedThresholds lists the thresholds that were not met, variant by variant.
func (p *textLayout) missedThresholds(m *report.Matrix) {
	all := m.Thresholds()
	if len(all) == 0 {
		return
	}
	p.section("Thresholds")
	if report.WorstThreshold(all) == report.Met {
		p.line(margin + p.paint.good("all met"))
	}
	for _, v := range m.Variants {
		for _, t := range v.Thresholds {
			if t.Status == report.Met {
				continue
			}
			p.paragraph(thresholdHead(t), p.paint.threshold(t.Status), v.Name()+": "+t.Sentence())
		}
	}
}

// narrow lists the columns of the table that are dropped first where there is no room,
// as indexes for [table.fit].
var narrow = []int{9, 6}

func (p *textLayout) variants(all []report.MatrixRun) {
	name, label, group := "strategy", strategyOf, report.MatrixRun.Name
	if path, same := samePath(all); same && longest(all) <= widestLabel {
		name, label, group = path, firstOf, report.MatrixRun.Group
	}
	all = inGroups(all, group)
	t := table{header: []string{name, "verdict", "acked", "final", "off", "unkn", "lost", "tries", "WU", "RU", "p99 ms"}}
	for _, v := range all {
		t.rows = append(t.rows, append([]string{label(v)}, rowOf(v)...))
	}
	header, rows := t.fit(p.width, narrow...)
	last := ""
	for i, row := range rows {
		if len(rows) == len(all) { // otherwise every cell has a line of its own
			if group := group(all[i]); i == 0 || group != last {
				p.line("")
				for _, line := range wrap(p.heading(group), p.width) {
					p.line(p.paint.bold(line))
				}
				p.line(p.paint.faint(header))
				last = group
			}
			row = p.variantPaint(all[i])(row)
		}
		p.line(row)
	}
}

// samePath is the field of the first setting, if it is the same for all variants. The
// blocks of a matrix may begin with different fields, which cannot share a column.
func samePath(all []report.MatrixRun) (path string, same bool) {
	for _, v := range all {
		if len(v.Settings) == 0 || path != "" && v.Settings[0].Path != path {
			return "", false
		}
		path = v.Settings[0].Path
	}
	return path, path != ""
}

// inGroups sorts variants of the same group together. Groups keep the order of their
// first variants.
func inGroups(all []report.MatrixRun, group func(report.MatrixRun) string) []report.MatrixRun {
	first := map[string]int{}
	for i, v := range all {
		if _, ok := first[group(v)]; !ok {
			first[group(v)] = i
		}
	}
	return slices.SortedStableFunc(slices.Values(all), func(a, b report.MatrixRun) int { return first[group(a)] - first[group(b)] })
}

func (p *textLayout) heading(group string) string {
	if group == "" {
		return "Variants"
	}
	return group
}

func (p *textLayout) variantPaint(v report.MatrixRun) painter {
	switch v.Verdict {
	case check.Pass:
		return plain
	case check.Inconclusive:
		return p.paint.doubt
	}
	return p.paint.bad
}

// widestLabel is the widest value that fits into the first column.
const widestLabel = 24

func longest(all []report.MatrixRun) int {
	most := 0
	for _, v := range all {
		most = max(most, format.Columns(firstOf(v)))
	}
	return most
}

func strategyOf(v report.MatrixRun) string {
	if v.Strategy == "" {
		return format.Absent
	}
	return format.Printable(v.Strategy)
}

func firstOf(v report.MatrixRun) string {
	if len(v.Settings) == 0 {
		return format.Absent
	}
	return format.Printable(v.Settings[0].Value)
}

func rowOf(v report.MatrixRun) []string {
	cost := func(of func(*report.Cost) float64) string {
		if v.PerUpdate == nil {
			return format.Absent
		}
		return format.Number(of(v.PerUpdate))
	}
	whole := func(n *int64, pattern string) string {
		if n == nil {
			return format.Absent
		}
		return fmt.Sprintf(pattern, *n)
	}
	decimal := func(n *float64) string {
		if n == nil {
			return format.Absent
		}
		return format.Number(*n)
	}
	return []string{
		verdictWord(v.Verdict), fmt.Sprint(v.Acknowledged), whole(v.Changed, "%d"), offBy(v),
		fmt.Sprint(v.Unknown), fmt.Sprint(v.Lost), decimal(v.AttemptsPerSuccess),
		cost(func(c *report.Cost) float64 { return c.WriteUnits }), cost(func(c *report.Cost) float64 { return c.ReadUnits }), decimal(p99(v)),
	}
}

// p99 is that of the response, which includes the time that operations of an open loop
// wait for a worker. Old files have only the service.
func p99(v report.MatrixRun) *float64 {
	if v.ResponseP99MS == nil {
		return v.P99MS
	}
	return v.ResponseP99MS
}

func offBy(v report.MatrixRun) string {
	switch {
	case v.OffBy == nil:
		return format.Absent
	case *v.OffBy == 0:
		return "0"
	}
	return fmt.Sprintf("%+d", *v.OffBy)
}

func verdictWord(s check.Status) string {
	switch s {
	case check.Fail:
		return "FAIL"
	case check.Inconclusive:
		return "inconcl."
	case "":
		return "not run"
	}
	return string(s)
}

// unit is what a line of the table describes: a variant, or a run of one.
func unit(m *report.Matrix) string {
	if m.Repeat > 1 {
		return "run"
	}
	return "variant"
}

func matrixLegend(m *report.Matrix) string {
	return "acked: the sum of the changes that were acknowledged; final: how much the counters changed; off: final − acked; unkn: operations that ended unknown; " +
		"lost: writes that were applied but not acknowledged; tries, WU and RU (write and read units): per applied update."
}

// explained says whether the injected faults account for every final value; ""
// if there were none.
func explained(m *report.Matrix) string {
	var hit int64
	var ran, explained, untold int
	var wrong []string
	for _, v := range m.Variants {
		hit += v.Faults
		if v.Verdict == "" {
			continue
		}
		ran++
		switch {
		case v.Explained == nil:
			untold++
		case *v.Explained:
			explained++
		default:
			wrong = append(wrong, v.Name())
		}
	}
	if hit == 0 {
		return ""
	}
	text := fmt.Sprintf("Write by write, the injected faults account for the final value of %d of %s", explained, format.Count(int64(ran), "variant"))
	if len(wrong) > 0 {
		text += "; not for " + strings.Join(wrong, "; ")
	}
	if untold > 0 {
		text += fmt.Sprintf("; in %d, a write had no answer for another reason", untold)
	}
	return text + "."
}
