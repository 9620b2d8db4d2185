package page

import (
	"strings"
	"testing"
	"time"

	"contend/report"
	"contend/report/reporttest"
	"contend/report/text"
	"contend/workload/check"
	"contend/workload/measure"
	"contend/workload/scenario"
)

func rendered(t *testing.T, r *report.Report, options text.Options) string {
	t.Helper()
	var b strings.Builder
	if err := text.Report(&b, r, options); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestRatesAreOfTheLoad: answers after the load count in no rate, and their time is not
// part of the time that rates are divided by.
func TestRatesAreOfTheLoad(t *testing.T) {
	r := lateRun()
	if got := *r.ThroughputPerS; got != 800 {
		t.Errorf("throughput: got %v, want 800", got)
	}
	if got := r.Frontier.T; got != 1.25 { // 1.5 s for 1200 successes, in gaps of 1 ms
		t.Errorf("time for each success, in gaps: got %v, want 1.25", got)
	}
	if got := *r.Client.CPU; got != 2 {
		t.Errorf("processors: got %v, want 2", got)
	}
	if got, want := *r.EndedLater, (report.EndedLater{Operations: 2, Applied: 1, Unknown: 1}); got != want {
		t.Errorf("ended later: got %+v, want %+v", got, want)
	}
	if got := strings.Join(strings.Fields(rendered(t, r, text.Options{Width: 120})), " "); !strings.Contains(got,
		"throughput 800/s 1200 operations applied in 1.50 s; 2 more operations ended later, the last at 5.90 s, 1 of them applied") {
		t.Error(got)
	}
	steps := stepsOf(r)
	if len(steps) != 2 {
		t.Fatalf("got %d steps, want those of the load, 2", len(steps))
	}
	for _, s := range steps {
		if rate := float64(s.Operations) / s.lastsS; rate != 800 {
			t.Errorf("from %v s: got %v/s, want 800", s.fromS, rate)
		}
	}
	if lead := timeLead(r); !strings.Contains(lead, "no rate includes 2 operations that ended later, the last at 5.90 s") {
		t.Errorf("the page says %q", lead)
	}
}

// lateRun is a run of 1.5 s. One answer came in its last half second, and one after 6
// s.
func lateRun() *report.Report {
	f := reporttest.NewFixture(1)
	f.Result.Stalls = measure.Stalls{Succeeded: true, LastSuccess: time.Second}
	run := &f.Result
	run.Scenario.Load = scenario.Load{Workers: 4, Duration: 1500 * time.Millisecond}
	run.Elapsed, run.LoadEnded = 5900*time.Millisecond, 1500*time.Millisecond
	run.Tally = measure.Tally{Due: 1202, Started: 1202, Applied: 1201, Unknown: 1, UpdatesApplied: 1201, UpdateAttempts: 1202,
		Gaps: measure.Gaps{ConditionalWrites: 1201, Gap: 1201 * time.Millisecond, Wins: 1201, WonGap: 1201 * time.Millisecond}, Writes: 1202}
	run.Late = measure.LateTally{Applied: 1, UpdatesApplied: 1, Unknown: 1}
	counts := func(n int64) measure.SecondCounts {
		return measure.SecondCounts{Attempts: n, Applied: n, Operations: n}
	}
	run.Scenario.Load.Think = 0
	run.Seconds = []measure.Second{{SecondCounts: counts(800)}, {SecondCounts: counts(401), AfterLoad: counts(1)}, {}, {}, {},
		{SecondCounts: measure.SecondCounts{Attempts: 1}, AfterLoad: measure.SecondCounts{Attempts: 1}}}
	run.Client = measure.ClientUse{CPUs: 2, CPU: 3 * time.Second, CPUIn: 1500 * time.Millisecond, CPUKnown: true}
	return f.Report(reporttest.ExactlyOnce(check.Pass, "as acknowledged"))
}
