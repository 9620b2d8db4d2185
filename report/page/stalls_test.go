package page

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"

	"contend/report"
	"contend/report/reporttest"
	"contend/report/text"
	"contend/workload/check"
	"contend/workload/measure"
	"contend/workload/scenario"
	"contend/workload/threshold"
)

// alike reports whether a time in milliseconds is right within the precision of a
// histogram.
func alike(got, want float64) bool { return math.Abs(got-want) <= 0.002*want }

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

// TestAStallIsSeenEverywhere: the page shows the stall, although the measured p99 is 4
// ms and does not show it.
func TestAStallIsSeenEverywhere(t *testing.T) {
	r := stalledRun()
	if got := metricOf(t, r, "p99"); !alike(got, 4) {
		t.Fatalf("p99 is %v: nothing is hidden", got)
	}
	if got := metricOf(t, r, "corrected.p99"); got < 2800 || got > 3000 {
		t.Errorf("corrected p99: got %v, want nearly 3000", got)
	}
	for name, want := range map[string]float64{"longest_stall": 3000, "stalled_share": 0.375, "corrected.p50": 4} {
		if got := metricOf(t, r, name); !alike(got, want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	words := strings.Join(strings.Fields(rendered(t, r, text.Options{Width: 200})), " ")
	for _, want := range []string{
		"stalled 3.00 s (37.5% of the load) without a success while workers waited: from 2.00 s to 5.00 s, 2 workers waiting",
		"hidden 400 operations that the waiting workers would have begun meanwhile",
		"corrected 1402 ",
		"! no operation succeeded for 3.00 s (37.5% of the load) while workers waited: from 2.00 s to 5.00 s, 2 workers waiting; " +
			"with the operations that they would have begun meanwhile, the p99 of the response is 29",
	} {
		if !strings.Contains(words, want) {
			t.Errorf("there is no %q in\n%s", want, words)
		}
	}
	var page bytes.Buffer
	if err := Report(&page, r); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Corrected p99", "response, corrected for stalls", "workers waiting", ">Stalls<"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if windows := windowsOf(r); len(windows) != 1 || windows[0].Label != "stall" || windows[0].From != 2 || windows[0].To != 5 {
		t.Errorf("the plots over time are shaded by %+v", windows)
	}
	if doubts := strings.Join(pair(runsOf(r), runsOf(r)).Warnings, "; "); !strings.Contains(doubts, "2 of 2 runs had stalls") {
		t.Errorf("the comparison says %q", doubts)
	}
	var file bytes.Buffer
	if err := r.Encode(&file); err != nil {
		t.Fatal(err)
	}
	again, err := report.Decode(&file)
	if err != nil {
		t.Fatal(err)
	}
	if got := metricOf(t, again, "corrected.p99.5"); got < 2800 {
		t.Errorf("corrected p99.5 of the file: got %v", got)
	}
}

// stalledRun stood still for 3 of 8 s. 1000 operations took 4 ms, and two took 3 s. 400
// operations were not sent; they would have waited for up to 3 s.
func stalledRun(limits ...string) *report.Report {
	const ms = time.Millisecond
	f := reporttest.NewFixture(1)
	run := &f.Result
	run.Scenario.Load = scenario.Load{Workers: 2, Duration: 8 * time.Second}
	run.Elapsed, run.LoadEnded = 8001*ms, 8*time.Second
	run.Tally = measure.Tally{Due: 1002, Started: 1002, Applied: 1002, UpdatesApplied: 1002, UpdateAttempts: 1002, Attempts: 1002, AppliedAttempts: 1002}
	for range 1000 {
		run.Latency.Succeeded.Response.Record(4 * ms)
	}
	run.Latency.Succeeded.Response.RecordMany(3*time.Second, 2)
	run.Latency.Succeeded.Service.Merge(&run.Latency.Succeeded.Response)
	run.Latency.Succeeded.Attempt.Merge(&run.Latency.Succeeded.Response)
	run.Latency.ByKind[0].Merge(&run.Latency.Succeeded.Response)
	s := &run.Stalls
	s.All = []measure.Stall{{From: 2 * time.Second, To: 5 * time.Second, Workers: 2, Ended: true}}
	s.Total, s.LastSuccess, s.Succeeded = 3*time.Second, 7999*ms, true
	for i := range 400 {
		s.Hidden.Record(time.Duration(i+1) * 3 * time.Second / 400)
	}
	for _, text := range limits {
		run.Scenario.Thresholds = append(run.Scenario.Thresholds, mustLimit(text))
	}
	return f.Report(reporttest.ExactlyOnce(check.Pass, "as acknowledged"))
}

func mustLimit(text string) threshold.Threshold {
	limit, err := threshold.Parse(text)
	if err != nil {
		panic(err)
	}
	return limit
}
