package row

import (
	"slices"

	"contend/report"
	"contend/workload/history"
	"contend/workload/threshold"
)

// Times is a row of the latency table, or a separator between rows if times is nil.
type Times struct {
	Label string
	Times *report.Times
}

// ShownPercentiles are the usual percentiles and those that thresholds limit.
func ShownPercentiles(r *report.Report) []float64 {
	shown := []float64{50, 90, 99, 99.9}
	for _, t := range r.Thresholds {
		if latency, p, ok := threshold.Percentile(t.Metric); ok && latency != report.LatenessPrefix && p < 100 {
			shown = append(shown, p)
		}
	}
	slices.Sort(shown)
	return slices.Compact(shown)
}

// Columns are the mean, the percentiles and the maximum.
func Columns(t *report.Times, percentiles []float64) []*float64 {
	all := []*float64{t.Mean}
	for _, p := range percentiles {
		all = append(all, t.Percentile(p))
	}
	return append(all, t.Max)
}

// Latency returns the rows of the latency table. If there are several kinds of
// operations, each has a row below the latency that it is part of.
func Latency(r *report.Report) []Times {
	var rows []Times
	for _, row := range Timing(&r.Latency) {
		rows = append(rows, row)
		if row.Label == ResponseLabel && r.ResponseCorrected != nil {
			rows = append(rows, Times{correctedLabel, r.ResponseCorrected})
		}
		for _, kind := range Kinds(r, row.Label) {
			rows = append(rows, Times{"  " + kind.Label, kind.Times})
		}
	}
	if others := Timing(&r.LatencyUnsuccessful); len(others) > 0 {
		rows = append(rows, Times{Label: "not applied"})
		for _, row := range others {
			rows = append(rows, Times{"  " + row.Label, row.Times})
		}
	}
	return rows
}

// Kinds returns a row for each kind of operation, if there are several. In a closed
// loop only the service row has them, because there the response is the same.
func Kinds(r *report.Report, label string) (rows []Times) {
	byKind := map[string]map[string]report.Times{ResponseLabel: r.ResponseByOperation, ServiceLabel: r.LatencyByOperation}[label]
	if len(byKind) < 2 {
		return nil
	}
	for _, kind := range history.Kinds() {
		if t, there := byKind[kind.String()]; there {
			rows = append(rows, Times{kind.String(), &t})
		}
	}
	return rows
}

const (
	ResponseLabel  = "response"
	correctedLabel = "corrected"
	ServiceLabel   = "service"
)

// Timing is nil if no time was measured.
func Timing(t *report.Timing) []Times {
	var rows []Times
	for _, row := range []Times{{ResponseLabel, &t.Response}, {ServiceLabel, &t.Service}, {"attempt", &t.Attempt}} {
		if row.Times.Count > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}
