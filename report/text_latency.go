package report

import (
	"fmt"

	"contend/internal/history"
)

// latencyRow is a row of the latency table, or a line between rows if times is
// nil.
type latencyRow struct {
	label string
	times *Times
}

// latency is the table of all times. In a narrow page the mean, then the 90th
// and then the 99.9th percentile are left out.
func (p *page) latency(r *Report) {
	rows := latencyRows(r)
	if len(rows) == 0 {
		return
	}
	unit, scale := latencyUnit(rows)
	t := table{header: []string{unit, "count", "mean", "p50", "p90", "p99", "p99.9", "max"}}
	for _, row := range rows {
		cells := []string{row.label}
		if row.times != nil {
			cells = append(cells, fmt.Sprint(row.times.Count))
			for _, v := range row.times.columns() {
				cells = append(cells, scaled(v, scale))
			}
		}
		t.rows = append(t.rows, cells)
	}
	p.section("Latency")
	header, lines := t.fit(p.width, 2, 3, 4)
	if header != "" {
		p.line(p.paint.faint(header))
	}
	p.lines(lines)
}

func (t *Times) columns() []*float64 {
	return []*float64{t.Mean, t.P50, t.P90, t.P99, t.P999, t.Max}
}

// latencyRows tells the kinds of operations beneath the service that they share,
// if there are several.
func latencyRows(r *Report) []latencyRow {
	var rows []latencyRow
	for _, row := range timingRows(&r.Latency) {
		rows = append(rows, row)
		if row.label != serviceLabel || len(r.LatencyByOperation) < 2 {
			continue
		}
		for _, kind := range history.Kinds() {
			if t, there := r.LatencyByOperation[kind.String()]; there {
				rows = append(rows, latencyRow{"  " + kind.String(), &t})
			}
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

const serviceLabel = "service"

// timingRows is nil if nothing was timed.
func timingRows(t *Timing) []latencyRow {
	var rows []latencyRow
	for _, row := range []latencyRow{{"response", &t.Response}, {serviceLabel, &t.Service}, {"attempt", &t.Attempt}} {
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
