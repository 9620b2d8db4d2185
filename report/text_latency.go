package report

import (
	"fmt"
	"slices"

	"contend/workload/history"
	"contend/workload/threshold"
)

// latencyRow is a row of the latency table, or a line between rows if times is
// nil.
type latencyRow struct {
	label string
	times *Times
}

// latency is the table of all times. In a narrow page the mean, then the 90th, then
// the 99.9th percentile and at last those that thresholds limit are left out.
func (p *page) latency(r *Report) {
	rows := latencyRows(r)
	if len(rows) == 0 {
		return
	}
	unit, scale := latencyUnit(rows)
	percentiles := shownPercentiles(r)
	t := table{header: []string{unit, "count", "mean"}}
	for _, percentile := range percentiles {
		t.header = append(t.header, percentileLabel(percentile))
	}
	t.header = append(t.header, "max")
	for _, row := range rows {
		cells := []string{row.label}
		if row.times != nil {
			cells = append(cells, fmt.Sprint(row.times.Count))
			for _, v := range row.times.columns(percentiles) {
				cells = append(cells, scaled(v, scale))
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

// dropped are the columns of a table of times that go first where there is no
// room, as [table.fit] counts them.
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

// shownPercentiles are the usual ones and those that thresholds limit.
func shownPercentiles(r *Report) []float64 {
	shown := []float64{50, 90, 99, 99.9}
	for _, t := range r.Thresholds {
		if latency, p, ok := threshold.Percentile(t.Metric); ok && latency != latenessPrefix && p < 100 {
			shown = append(shown, p)
		}
	}
	slices.Sort(shown)
	return slices.Compact(shown)
}

// columns are the mean, the percentiles and the maximum.
func (t *Times) columns(percentiles []float64) []*float64 {
	all := []*float64{t.Mean}
	for _, p := range percentiles {
		all = append(all, t.percentile(p))
	}
	return append(all, t.Max)
}

// latencyRows tells the kinds of operations beneath the time that they share, if
// there are several.
func latencyRows(r *Report) []latencyRow {
	var rows []latencyRow
	for _, row := range timingRows(&r.Latency) {
		rows = append(rows, row)
		if row.label == responseLabel && r.ResponseCorrected != nil {
			rows = append(rows, latencyRow{correctedLabel, r.ResponseCorrected})
		}
		for _, kind := range kindRows(r, row.label) {
			rows = append(rows, latencyRow{"  " + kind.label, kind.times})
		}
	}
	if others := timingRows(&r.LatencyUnsuccessful); len(others) > 0 {
		rows = append(rows, latencyRow{label: "not applied"})
		for _, row := range others {
			rows = append(rows, latencyRow{"  " + row.label, row.times})
		}
	}
	return rows
}

// kindRows are the kinds of operations of a row, if it was kept for several. In a
// closed loop that is the service only, which the response equals.
func kindRows(r *Report, label string) (rows []latencyRow) {
	byKind := map[string]map[string]Times{responseLabel: r.ResponseByOperation, serviceLabel: r.LatencyByOperation}[label]
	if len(byKind) < 2 {
		return nil
	}
	for _, kind := range history.Kinds() {
		if t, there := byKind[kind.String()]; there {
			rows = append(rows, latencyRow{kind.String(), &t})
		}
	}
	return rows
}

const (
	responseLabel  = "response"
	correctedLabel = "corrected"
	serviceLabel   = "service"
)

// timingRows is nil if nothing was timed.
func timingRows(t *Timing) []latencyRow {
	var rows []latencyRow
	for _, row := range []latencyRow{{responseLabel, &t.Response}, {serviceLabel, &t.Service}, {"attempt", &t.Attempt}} {
		if row.times.Count > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}

// latencyUnit is milliseconds, or seconds if those would be too many.
func latencyUnit(rows []latencyRow) (name string, scale float64) {
	const tooMany = 100000
	for _, row := range rows {
		if row.times != nil && row.times.Max != nil && *row.times.Max >= tooMany {
			return "s", 1000
		}
	}
	return "ms", 1
}

func scaled(v *float64, scale float64) string {
	if v == nil {
		return absent
	}
	return figures(*v / scale)
}
