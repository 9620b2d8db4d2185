package text

import (
	"fmt"
	"slices"

	"contend/internal/format"
	"contend/report"
	"contend/report/row"
)

// latency is the table of all times. A narrow terminal drops the mean first, then the
// 90th percentile, then the 99.9th, and last the percentiles that thresholds limit.
func (p *textLayout) latency(r *report.Report) {
	rows := row.Latency(r)
	if len(rows) == 0 {
		return
	}
	unit, scale := latencyUnit(rows)
	percentiles := row.ShownPercentiles(r)
	t := table{header: []string{unit, "count", "mean"}}
	for _, percentile := range percentiles {
		t.header = append(t.header, report.PercentileLabel(percentile))
	}
	t.header = append(t.header, "max")
	for _, line := range rows {
		cells := []string{line.Label}
		if line.Times != nil {
			cells = append(cells, fmt.Sprint(line.Times.Count))
			for _, v := range row.Columns(line.Times, percentiles) {
				cells = append(cells, format.Scaled(v, scale))
			}
		}
		t.rows = append(t.rows, cells)
	}
	p.section("Latency")
	header, lines := t.fit(p.width, dropped(t.header)...)
	if header != "" {
		p.line(p.paint.faint(header))
	}
	p.lines(lines)
}

// dropped lists the columns of a table of times that are dropped first where there is
// no room, as indexes for [table.fit].
func dropped(header []string) (columns []int) {
	left := slices.Clone(header)
	always := []string{"count", "p50", "p99", "max"}
	narrow := []string{"mean", "p90", "p99.9"}
	for _, name := range slices.Backward(header[1:]) {
		if !slices.Contains(always, name) && !slices.Contains(narrow, name) {
			narrow = append(narrow, name)
		}
	}
	for _, name := range narrow {
		if i := slices.Index(left, name); i >= 0 {
			columns = append(columns, i)
			left = slices.Delete(left, i, i+1)
		}
	}
	return columns
}

// latencyUnit is milliseconds, or seconds if the numbers would be too long.
func latencyUnit(rows []row.Times) (name string, scale float64) {
	const tooMany = 100000
	for _, row := range rows {
		if row.Times != nil && row.Times.Max != nil && *row.Times.Max >= tooMany {
			return "s", 1000
		}
	}
	return "ms", 1
}
