package row

import (
	"fmt"
	"math"

	"contend/internal/format"
	"contend/report"
)

// Beside lists a measured run and its simulation beside what the law says of the
// simulation: for each metric its name, the three values, and how far the simulated one is
// from the measured one. A value that there is not is [format.Absent].
func Beside(measured, simulated *report.Report) [][5]string {
	law := simulated.Law()
	if law == nil {
		law = &report.Law{ThroughputPerS: math.NaN(), WritesPerSuccess: math.NaN(), ConflictRate: math.NaN()}
	}
	var rows [][5]string
	for _, m := range []struct {
		name, unit string
		law        float64
	}{
		{"throughput", "/s", law.ThroughputPerS},
		{"writes_per_success", "", law.WritesPerSuccess},
		{"conflict_rate", "", law.ConflictRate},
		{"response.p50", " ms", math.NaN()},
		{"response.p99", " ms", math.NaN()},
	} {
		metric, ok := report.MetricNamed(m.name)
		if !ok {
			continue
		}
		a, b := valueOf(metric, measured), valueOf(metric, simulated)
		rows = append(rows, [5]string{metric.Label + m.unit, numberOf(m.law), numberOf(b), numberOf(a), share(b / a)})
	}
	return rows
}

// valueOf returns NaN for a metric that the run has no sample of.
func valueOf(m report.Metric, r *report.Report) float64 {
	if v, ok := m.Value(r); ok {
		return v
	}
	return math.NaN()
}

func numberOf(v float64) string {
	if math.IsNaN(v) {
		return format.Absent
	}
	return format.Number(v)
}

// share shows a ratio as a deviation from 1.
func share(ratio float64) string {
	if math.IsNaN(ratio) || math.IsInf(ratio, 0) {
		return format.Absent
	}
	return fmt.Sprintf("%+.1f%%", 100*(ratio-1))
}
