package report_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"contend/report"
	"contend/report/reporttest"
	"contend/report/row"
	"contend/workload/check"
	"contend/workload/measure"
	"contend/workload/scenario"
	"contend/workload/threshold"
)

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

// TestALimitThatAStallHidesIsInconclusive: it is decided only if the measured and the
// corrected times agree.
func TestALimitThatAStallHidesIsInconclusive(t *testing.T) {
	limits := map[string]report.ThresholdStatus{
		"p99 < 50ms":           report.Undecided,
		"service.p99 < 50ms":   report.Undecided,
		"attempt.p99 < 50ms":   report.Undecided,
		"increment.p99 < 50ms": report.Undecided,
		"mean < 50ms":          report.Undecided,
		"p99 > 50ms":           report.Undecided,
		"p99 < 5s":             report.Met, // whatever they had asked for
		"p50 < 50ms":           report.Met, // 400 of 1402 would not change it
		"p71 < 50ms":           report.Met,
		"p75 < 50ms":           report.Undecided,
		"p99.9 < 50ms":         report.Missed, // two were measured
		"p99 < 1ms":            report.Missed,
		"corrected.p99 < 50ms": report.Missed,
		"corrected.p99 < 3s":   report.Met,
		"longest_stall < 1s":   report.Missed,
		"stalled_share < 50%":  report.Met,
		"throughput > 1/s":     report.Met,
		"max < 4s":             report.Met,
	}
	texts := slices.Sorted(maps.Keys(limits))
	for i, got := range stalledRun(texts...).Thresholds {
		text := texts[i]
		if want := limits[text]; got.Status != want {
			t.Errorf("%s: got %+v, want %s", text, got, want)
		}
		if got.Status == report.Undecided && !strings.HasPrefix(got.Reason, "no operation succeeded for 3.00 s while workers waited; with the operations that they would have begun meanwhile it is ") {
			t.Errorf("%s: the reason is %q", text, got.Reason)
		}
	}
}

// TestARunWithoutStallsIsNotCorrected: its corrected metrics equal the response times.
// They are absent in files from before stalls were measured.
func TestARunWithoutStallsIsNotCorrected(t *testing.T) {
	r := reporttest.Passing()
	if r.ResponseCorrected != nil || r.Stalls == nil || r.Stalls.Count != 0 || len(row.Stalls(r)) != 0 {
		t.Errorf("got %+v, corrected %v", r.Stalls, r.ResponseCorrected)
	}
	if got := metricOf(t, r, "corrected.p99"); got != *r.Latency.Response.P99 {
		t.Errorf("got %v, want the response, %v", got, *r.Latency.Response.P99)
	}
	r.Stalls = nil
	for _, name := range []string{"corrected.p99", "longest_stall", "stalled_share"} {
		if m, _ := report.MetricNamed(name); has(m, r) {
			t.Errorf("%s was not measured", name)
		}
	}
}

// TestWhenSuccessEnded: the report says when the last success was, or that there was
// none.
func TestWhenSuccessEnded(t *testing.T) {
	dead := func(change func(*measure.Result)) string {
		f := reporttest.NewFixture(1)
		run := &f.Result
		run.Scenario.Load = scenario.Load{Workers: 2, Duration: 6 * time.Second}
		run.LoadEnded = 6 * time.Second
		run.Tally = measure.Tally{Due: 1010, Started: 1010, Applied: 1000, Unknown: 10}
		run.Stalls = measure.Stalls{LastSuccess: 2500 * time.Millisecond, Succeeded: true}
		change(run)
		r := f.Report()
		return strings.Join(report.StallDoubts(r, 0), "; ")
	}
	const ended = "no operation succeeded after 2.50 s of 6.00 s"
	stall := measure.Stall{From: 2500 * time.Millisecond, To: 6 * time.Second, Workers: 2}
	for name, c := range map[string]struct {
		change func(*measure.Result)
		want   string
	}{
		"in a stall": {func(r *measure.Result) {
			r.Stalls.All, r.Stalls.Total = []measure.Stall{stall}, 3500*time.Millisecond
		},
			"no operation succeeded for 3.50 s (58.3% of the load) while workers waited: from 2.50 s to 6.00 s, 2 workers waiting; " + ended},
		"all failed at once":         {func(*measure.Result) {}, ended},
		"nothing else was asked for": {func(r *measure.Result) { r.Tally.Started, r.Tally.Unknown = 1000, 0 }, ""},
		"seldom anything succeeds":   {func(r *measure.Result) { r.Tally.Applied = 2 }, ""},
		"to the end":                 {func(r *measure.Result) { r.Stalls.LastSuccess = 5900 * time.Millisecond }, ""},
		"never":                      {func(r *measure.Result) { r.Stalls.Succeeded, r.Stalls.LastSuccess, r.Tally.Applied = false, 0, 0 }, "no operation succeeded in 6.00 s"},
		"nothing was asked for":      {func(r *measure.Result) { r.Stalls.Succeeded, r.Tally = false, measure.Tally{} }, ""},
	} {
		if got := dead(c.change); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// TestAStallOfThisProcessIsTold: if this process stood still, the store may have been
// well, and the report says so.
func TestAStallOfThisProcessIsTold(t *testing.T) {
	r := stalledRun()
	if got := strings.Join(report.StallDoubts(r, 2900*time.Millisecond), "; "); !strings.HasSuffix(got, "; this process itself stood still for 2.90 s") {
		t.Errorf("got %q", got)
	}
}
