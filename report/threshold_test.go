package report

import (
	"bytes"
	"strings"
	"testing"

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
	withCheck := func(status check.Status) func(*Report) {
		return func(r *Report) { r.Verdict.Checks = []check.Result{{Name: "exactly-once", Status: status}} }
	}
	for _, c := range []struct {
		text   string
		change func(*Report)
		doubt  string
		want   Threshold
	}{
		{"throughput > 100", func(r *Report) { r.ThroughputPerS = new(250.5) }, "", Threshold{Value: "250.5", Status: Met}},
		{"throughput > 300/s", func(r *Report) { r.ThroughputPerS = new(250.5) }, "", Threshold{Value: "250.5", Status: Missed}},
		{"p99 < 0.2s", func(r *Report) { r.Latency.Response.P99 = new(199.9) }, "", Threshold{Value: "199.9", Status: Met}},
		{"p99 < 0.2s", func(r *Report) { r.Latency.Response.P99 = new(200.0) }, "", Threshold{Value: "200", Status: Missed}},
		{"conflict_rate <= 80%", func(r *Report) { r.ConflictRate.Overall = new(0.8) }, "", Threshold{Value: "0.8", Status: Met}},
		{"failed == 0", func(r *Report) { r.Tally.Failed = 0 }, "", Threshold{Value: "0", Status: Met}},

		// Nothing measured is never kept.
		{"failed == 0", func(r *Report) { r.Tally = Tally{} }, "", Threshold{Status: Unanswerable, Reason: "the run has no sample of it"}},
		{"p99 < 1000s", func(r *Report) { r.Latency.Response = Times{} }, "", Threshold{Status: Unanswerable, Reason: "the run has no sample of it"}},
		{"p99 != 3s", func(r *Report) { r.Latency.Response = Times{} }, "the client was busy", Threshold{Status: Unanswerable, Reason: "the run has no sample of it"}},

		// Doubts.
		{"p99 < 1s", func(r *Report) { r.Latency.Response.P99 = new(1.0) }, "the client was busy", Threshold{Value: "1", Status: Undecided, Reason: "the client was busy"}},
		{"p99 < 1s", func(r *Report) { r.Latency.Response.P99 = new(2000.0) }, "the client was busy", Threshold{Value: "2000", Status: Undecided, Reason: "the client was busy"}},
		{"throughput > 1", func(r *Report) { r.ThroughputPerS = new(2.0) }, "the client was busy", Threshold{Value: "2", Status: Undecided, Reason: "the client was busy"}},
		{"failed == 0", func(r *Report) { r.Tally.Failed = 0 }, "the client was busy", Threshold{Value: "0", Status: Met}},
		{"failed == 0", func(r *Report) { r.Error = "disk full" }, "", Threshold{Value: "0", Status: Undecided, Reason: "the run ended with an error"}},

		// Findings.
		{"exactly_once == pass", withCheck(check.Pass), "the client was busy", Threshold{Value: "pass", Status: Met}},
		{"exactly_once == pass", withCheck(check.Fail), "", Threshold{Value: "fail", Status: Missed}},
		{"exactly_once != fail", withCheck(check.Pass), "", Threshold{Value: "pass", Status: Met}},
		{"exactly_once != fail", withCheck(check.Inconclusive), "", Threshold{Value: "inconclusive", Status: Undecided, Reason: "the check is inconclusive"}},
		{"exactly_once == pass", withCheck(check.Inconclusive), "", Threshold{Value: "inconclusive", Status: Undecided, Reason: "the check is inconclusive"}},
		{"exactly_once != inconclusive", withCheck(check.Inconclusive), "", Threshold{Value: "inconclusive", Status: Missed}},
		{"exactly_once == skipped", withCheck(check.Skipped), "", Threshold{Value: "skipped", Status: Met}},
		{"exactly_once == pass", withCheck(check.Skipped), "", Threshold{Value: "skipped", Status: Unanswerable, Reason: "the check was skipped: there was nothing that it could judge"}},
		{"exactly_once == pass", func(r *Report) { r.Verdict.Checks = nil }, "", Threshold{Status: Unanswerable, Reason: "the check was not made"}},
		{"verdict == pass", func(*Report) {}, "", Threshold{Value: "pass", Status: Met}},
	} {
		r := passing()
		c.change(r)
		limit := limitOf(t, c.text)
		c.want.Text, c.want.Metric = limit.String(), limit.Metric
		if got := judge(limit, r, c.doubt); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.text, got, c.want)
		}
	}
}

func TestWorstThreshold(t *testing.T) {
	for _, c := range []struct {
		statuses []ThresholdStatus
		want     ThresholdStatus
	}{
		{nil, Met},
		{[]ThresholdStatus{Met, Met}, Met},
		{[]ThresholdStatus{Met, Missed}, Missed},
		{[]ThresholdStatus{Missed, Undecided, Met}, Undecided},
		{[]ThresholdStatus{Undecided, Unanswerable, Missed}, Unanswerable},
	} {
		var all []Threshold
		for _, s := range c.statuses {
			all = append(all, Threshold{Status: s})
		}
		if got := WorstThreshold(all); got != c.want {
			t.Errorf("%q: got %s, want %s", c.statuses, got, c.want)
		}
	}
}

// limited has a threshold of each sort.
func limited() *Report {
	f := newFixture(1)
	f.load(1000)
	for _, text := range []string{"p99 < 10s", "conflict_rate < 1%", "cost_per_million < $0.01", "lateness.p99 < 1ms", "chain == pass", "failed == 0"} {
		limit, err := threshold.Parse(text)
		if err != nil {
			panic(err)
		}
		f.result.Scenario.Thresholds = append(f.result.Scenario.Thresholds, limit)
	}
	return f.report(exactlyOnce(check.Pass, "the counter moved by 1000, as acknowledged"),
		check.Result{Name: "chain", Status: check.Inconclusive, Reason: "there are too many ways to explain the missing states"})
}

func TestThresholdsOfMatrix(t *testing.T) {
	m := matrix()
	m.Variants[1] = NewVariant(m.Variants[1].Settings, m.Variants[1].Folder, limited())
	m.Variants = m.Variants[:2]
	var out bytes.Buffer
	if err := MatrixText(&out, m, TextOptions{Width: 100}); err != nil {
		t.Fatal(err)
	}
	compare(t, "matrix-thresholds.txt", out.Bytes())
	if _, err := DecodeMatrix(bytes.NewReader(encodedMatrix(t, m))); err != nil {
		t.Error(err)
	}
	m.Variants[1].Thresholds[0].Status = "fine"
	if _, err := DecodeMatrix(bytes.NewReader(encodedMatrix(t, m))); err == nil || !strings.Contains(err.Error(), `unknown status "fine"`) {
		t.Errorf("an unknown status: got %v", err)
	}
}
