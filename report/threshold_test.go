package report_test

import (
	"testing"

	"contend/report"
	"contend/report/reporttest"
	"contend/workload/check"
	"contend/workload/threshold"
)

func limitOf(t *testing.T, text string) threshold.Threshold {
	t.Helper()
	limit, err := threshold.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return limit
}

func TestThresholdsAreJudged(t *testing.T) {
	base := reporttest.Passing()
	withCheck := func(status check.Status) func(*report.Report) {
		return func(r *report.Report) { r.Verdict.Checks = []check.Result{{Name: "exactly-once", Status: status}} }
	}
	for _, c := range []struct {
		text   string
		change func(*report.Report)
		doubt  string
		want   report.Threshold
	}{
		{"throughput > 100", func(r *report.Report) { r.ThroughputPerS = new(250.5) }, "", report.Threshold{Value: "250.5", Status: report.Met}},
		{"throughput > 300/s", func(r *report.Report) { r.ThroughputPerS = new(250.5) }, "", report.Threshold{Value: "250.5", Status: report.Missed}},
		{"p99 < 0.2s", func(r *report.Report) { r.Latency.Response.P99 = new(199.9) }, "", report.Threshold{Value: "199.9", Status: report.Met}},
		{"p99 < 0.2s", func(r *report.Report) { r.Latency.Response.P99 = new(200.0) }, "", report.Threshold{Value: "200", Status: report.Missed}},
		{"conflict_rate <= 80%", func(r *report.Report) { r.ConflictRate.Overall = new(0.8) }, "", report.Threshold{Value: "0.8", Status: report.Met}},
		{"failed == 0", func(r *report.Report) { r.Tally.Failed = 0 }, "", report.Threshold{Value: "0", Status: report.Met}},

		// Without a measurement, no threshold is kept.
		{"failed == 0", func(r *report.Report) { r.Tally = report.Tally{} }, "", report.Threshold{Status: report.Unanswerable, Reason: "the run has no sample of it"}},
		{"p99 < 1000s", func(r *report.Report) { r.Latency.Response = report.Times{} }, "", report.Threshold{Status: report.Unanswerable, Reason: "the run has no sample of it"}},
		{"p99 != 3s", func(r *report.Report) { r.Latency.Response = report.Times{} }, "the client was busy", report.Threshold{Status: report.Unanswerable, Reason: "the run has no sample of it"}},

		// Doubts.
		{"p99 < 1s", func(r *report.Report) { r.Latency.Response.P99 = new(1.0) }, "the client was busy", report.Threshold{Value: "1", Status: report.Undecided, Reason: "the client was busy"}},
		{"p99 < 1s", func(r *report.Report) { r.Latency.Response.P99 = new(2000.0) }, "the client was busy", report.Threshold{Value: "2000", Status: report.Undecided, Reason: "the client was busy"}},
		{"throughput > 1", func(r *report.Report) { r.ThroughputPerS = new(2.0) }, "the client was busy", report.Threshold{Value: "2", Status: report.Undecided, Reason: "the client was busy"}},
		{"failed == 0", func(r *report.Report) { r.Tally.Failed = 0 }, "the client was busy", report.Threshold{Value: "0", Status: report.Met}},
		{"failed == 0", func(r *report.Report) { r.Error = "disk full" }, "", report.Threshold{Value: "0", Status: report.Undecided, Reason: "the run ended with an error"}},

		// Findings.
		{"exactly_once == pass", withCheck(check.Pass), "the client was busy", report.Threshold{Value: "pass", Status: report.Met}},
		{"exactly_once == pass", withCheck(check.Fail), "", report.Threshold{Value: "fail", Status: report.Missed}},
		{"exactly_once != fail", withCheck(check.Pass), "", report.Threshold{Value: "pass", Status: report.Met}},
		{"exactly_once != fail", withCheck(check.Inconclusive), "", report.Threshold{Value: "inconclusive", Status: report.Undecided, Reason: "the check is inconclusive"}},
		{"exactly_once == pass", withCheck(check.Inconclusive), "", report.Threshold{Value: "inconclusive", Status: report.Undecided, Reason: "the check is inconclusive"}},
		{"exactly_once != inconclusive", withCheck(check.Inconclusive), "", report.Threshold{Value: "inconclusive", Status: report.Missed}},
		{"exactly_once == skipped", withCheck(check.Skipped), "", report.Threshold{Value: "skipped", Status: report.Met}},
		{"exactly_once == pass", withCheck(check.Skipped), "", report.Threshold{Value: "skipped", Status: report.Unanswerable, Reason: "the check was skipped: it had nothing to judge"}},
		{"exactly_once == pass", func(r *report.Report) { r.Verdict.Checks = nil }, "", report.Threshold{Status: report.Unanswerable, Reason: "the check was not run"}},
		{"verdict == pass", func(*report.Report) {}, "", report.Threshold{Value: "pass", Status: report.Met}},
	} {
		r := new(*base)
		c.change(r)
		limit := limitOf(t, c.text)
		c.want.Text, c.want.Metric = limit.String(), limit.Metric
		if got := report.Judge(limit, r, c.doubt); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.text, got, c.want)
		}
	}
}

func TestWorstThreshold(t *testing.T) {
	for _, c := range []struct {
		statuses []report.ThresholdStatus
		want     report.ThresholdStatus
	}{
		{nil, report.Met},
		{[]report.ThresholdStatus{report.Met, report.Met}, report.Met},
		{[]report.ThresholdStatus{report.Met, report.Missed}, report.Missed},
		{[]report.ThresholdStatus{report.Missed, report.Undecided, report.Met}, report.Undecided},
		{[]report.ThresholdStatus{report.Undecided, report.Unanswerable, report.Missed}, report.Unanswerable},
	} {
		var all []report.Threshold
		for _, s := range c.statuses {
			all = append(all, report.Threshold{Status: s})
		}
		if got := report.WorstThreshold(all); got != c.want {
			t.Errorf("%q: got %s, want %s", c.statuses, got, c.want)
		}
	}
}
