package report_test

import (
	"math"
	"testing"

	"contend/report"
	"contend/report/reporttest"
	"contend/workload/check"
)

// complete has every metric, and no two have the same number.
func complete() *report.Report {
	r := reporttest.Passing()
	r.WritesPerSuccess = new(1.5)
	r.ReadsPerSuccess = new(2.5)
	r.Frontier = &report.Frontier{T: 1.25, Product: 0.125}
	r.GapMS = new(3.0)
	r.Fairness = &report.Fairness{Jain: new(0.9), JainLimit: new(0.8), Best: 40, Worst: 7, LongestLosingStreak: 12, Starved: []int{3}}
	r.OpenLoop = &report.OpenLoop{DueRatePerS: 500, StartedRatePerS: 480, Lateness: r.Latency.Attempt}
	r.Tally = report.Tally{Due: 100, Dropped: 20, Started: 80, Applied: 70, GaveUp: 5, Unknown: 4, Failed: 1, Attempts: 200, Throttles: 10}
	r.Capacity = &report.Capacity{ReadUnits: 50, WriteUnits: 100, WastedWriteUnits: 30, PerUpdate: &report.Cost{WriteUnits: 2, ReadUnits: 1, USDPerMillion: 1.375}}
	r.Verdict.Checks = append(r.Verdict.Checks, check.Result{Name: "floor", Status: check.Skipped})
	return r
}

func TestMetricValues(t *testing.T) {
	r := complete()
	for name, want := range map[string]float64{
		"throughput": *r.ThroughputPerS, "attempts_per_success": *r.AttemptsPerSuccess, "writes_per_success": 1.5,
		"reads_per_success": 2.5, "gaps_per_success": 1.25, "frontier_product": 0.125,
		"conflict_rate": *r.ConflictRate.Overall, "throttle_rate": 0.05,
		"min": *r.Latency.Response.Min, "p99": *r.Latency.Response.P99, "response.p99": *r.Latency.Response.P99,
		"service.mean": *r.Latency.Service.Mean, "service.p50": *r.Latency.Service.P50, "service.p90": *r.Latency.Service.P90,
		"attempt.p99_9": *r.Latency.Attempt.P999, "attempt.max": *r.Latency.Attempt.Max, "lateness.p99": *r.Latency.Attempt.P99,
		"gap": 3, "fairness": 0.9, "fairness_limit": 0.8, "worst_worker": 7, "starved_workers": 1, "longest_losing_streak": 12,
		"read_units_per_success": 1, "write_units_per_success": 2, "wasted_share": 0.3, "cost_per_million": 1.375,
		"gave_up": 5, "unknown": 4, "failed": 1, "dropped": 20,
		"gave_up_rate": 5. / 80, "unknown_rate": 4. / 80, "failed_rate": 1. / 80, "dropped_rate": 0.2,
		"due_rate": 500, "started_rate": 480,
	} {
		m, known := report.MetricNamed(name)
		if got, ok := m.Value(r); !known || !ok || math.Abs(got-want) > 1e-12 {
			t.Errorf("%s: got %v, %t, want %v", name, got, ok, want)
		}
		if _, ok := m.Status(r); ok {
			t.Errorf("%s has a finding", name)
		}
	}
	for name, want := range map[string]check.Status{"verdict": check.Pass, "exactly_once": check.Pass, "conservation": check.Pass, "floor": check.Skipped} {
		m, _ := report.MetricNamed(name)
		if got, ok := m.Status(r); !ok || got != want {
			t.Errorf("%s: got %q, %t, want %q", name, got, ok, want)
		}
		if _, ok := m.Value(r); ok {
			t.Errorf("%s has a number", name)
		}
	}
	if _, known := report.MetricNamed("p98x"); known {
		t.Error("there is a metric p98x")
	}
}

// TestMetricsOfNothing: a metric that was not measured is absent, not 0.
func TestMetricsOfNothing(t *testing.T) {
	for _, m := range report.Metrics() {
		if v, ok := m.Value(&report.Report{}); ok {
			t.Errorf("%s of no run: got %v", m.Name, v)
		}
		if s, ok := m.Status(&report.Report{}); ok {
			t.Errorf("%s of no run: got %q", m.Name, s)
		}
	}
}
