package report_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"contend/report"
	"contend/report/reporttest"
	"contend/report/row"
	"contend/workload/hist"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/scenario"
	"contend/workload/threshold"
	"contend/workload/trial"
)

// upTo holds 1 ms, 2 ms and so on up to n ms.
func upTo(n int) *hist.Histogram {
	h := new(hist.Histogram)
	for i := range n {
		h.Record(time.Duration(i+1) * time.Millisecond)
	}
	return h
}

// alike reports whether a time in milliseconds is right within the precision of a
// histogram.
func alike(got, want float64) bool { return math.Abs(got-want) <= 0.002*want }

func has(m report.Metric, r *report.Report) bool {
	_, ok := m.Value(r)
	return ok
}

func metricOf(t *testing.T, r *report.Report, name string) float64 {
	t.Helper()
	m, known := report.MetricNamed(name)
	if !known {
		t.Fatalf("there is no metric %s", name)
	}
	v, ok := m.Value(r)
	if !ok {
		t.Fatalf("%s was not measured", name)
	}
	return v
}

// TestTheNinetiethPercentOfSixteenAreFifteen: nine in ten values do not exceed the
// value shown as p90.
func TestTheNinetiethPercentOfSixteenAreFifteen(t *testing.T) {
	shown := report.TimesOf(upTo(16))
	for got, want := range map[*float64]float64{shown.P50: 8, shown.P90: 15, shown.P95: 16, shown.P99: 16, shown.Max: 16} {
		if !alike(*got, want) {
			t.Errorf("got %v, want %v", *got, want)
		}
	}
}

func TestAnyPercentileIsAMetric(t *testing.T) {
	r := &report.Report{Latencies: report.Latencies{Latency: report.Timing{Response: report.TimesOf(upTo(1000)), Service: report.TimesOf(upTo(500)), Attempt: report.TimesOf(upTo(200))}}}
	r.OpenLoop = &report.OpenLoop{Lateness: report.TimesOf(upTo(100))}
	for name, want := range map[string]float64{
		"p0.1": 1, "p75": 750, "p95": 950, "p99.5": 995, "p99_9": 999, "p99.95": 1000, "response.p99.5": 995, "p100": 1000,
		"service.p95": 475, "attempt.p99.5": 199, "lateness.p33.3": 34,
	} {
		if got := metricOf(t, r, name); !alike(got, want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	r.Latency.Response.P99 = new(3.0) // as a file has it
	if got := metricOf(t, r, "p99"); got != 3 {
		t.Errorf("p99: got %v, want the report's own 3", got)
	}
	r.Latency.Response.Histogram = nil
	m, _ := report.MetricNamed("p98")
	if v, ok := m.Value(r); ok {
		t.Errorf("p98 of a report without a histogram: got %v", v)
	}
	for name, label := range map[string]string{"p99.5": "response p99.5", "read.p99_5": "read p99.5", "service.p100": "service p100"} {
		if m, _ := report.MetricNamed(name); m.Label != label || m.Unit != "ms" || m.Better != report.Lower || m.Kind != threshold.Duration {
			t.Errorf("%s: got %+v", name, m)
		}
	}
}

// TestMetricsOfKindsAreOfTheResponse: in an open loop, the time that an operation
// waited for a worker counts in the metrics of its kind, as it does in p99.
func TestMetricsOfKindsAreOfTheResponse(t *testing.T) {
	run := &measure.Result{Scenario: scenario.Scenario{Load: scenario.Load{Workers: 1, Duration: time.Second}}}
	run.Latency.ByKind[history.Read].Merge(upTo(100))
	closed := report.New(&trial.Outcome{Result: run}, report.About{})
	if got := metricOf(t, closed, "read.p99"); !alike(got, 99) {
		t.Errorf("closed loop: got %v, want the service, 99", got)
	}
	run.OpenLoop = &measure.OpenLoop{}
	m, _ := report.MetricNamed("read.p99")
	if v, ok := m.Value(report.New(&trial.Outcome{Result: run}, report.About{})); ok {
		t.Errorf("open loop without responses: got %v", v)
	}
	run.Latency.ResponseByKind[history.Read].Merge(upTo(1000))
	open := report.New(&trial.Outcome{Result: run}, report.About{})
	if got := metricOf(t, open, "read.p99"); !alike(got, 990) {
		t.Errorf("open loop: got %v, want the response, 990", got)
	}
	if m, _ := report.MetricNamed("increment.p99"); has(m, open) {
		t.Error("there is a percentile of increments although none was made")
	}
}

// TestKindsOfAnOpenLoop: for each kind, both response and service times are shown.
func TestKindsOfAnOpenLoop(t *testing.T) {
	r := reporttest.OpenLoopRun()
	r.LatencyByOperation = map[string]report.Times{"increment": report.TimesOf(upTo(10)), "read": report.TimesOf(upTo(20))}
	r.ResponseByOperation = map[string]report.Times{"increment": report.TimesOf(upTo(30)), "read": report.TimesOf(upTo(40))}
	var labels []string
	for _, row := range row.Latency(r) {
		labels = append(labels, strings.TrimSpace(row.Label))
	}
	if got := strings.Join(labels, ", "); !strings.HasPrefix(got, "response, increment, read, service, increment, read, attempt") {
		t.Errorf("got %s", got)
	}
}

func TestPercentilesThatAreTheMaximum(t *testing.T) {
	r := &report.Report{Latencies: report.Latencies{
		Latency: report.Timing{Response: report.TimesOf(upTo(150))}, LatencyByOperation: map[string]report.Times{"read": report.TimesOf(upTo(19))},
	}}
	for text, want := range map[string]string{
		"p99 < 1s":            "", // what every report says
		"service.p99.9 < 1s":  "",
		"p99.5 < 1s":          "p99.5 is just the maximum of 150 values: it needs at least 200",
		"p99.2 < 1s":          "",
		"p100 < 1s":           "",
		"read.p95 < 1s":       "read.p95 is just the maximum of 19 values: it needs at least 20",
		"read.p94 < 1s":       "",
		"increment.p95 < 1s":  "", // has no sample, which is an error of its own
		"conflict_rate < 50%": "",
	} {
		limit := limitOf(t, text)
		if got := strings.Join(report.TooFewForLimits([]threshold.Threshold{limit, limit}, r), "; "); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}
