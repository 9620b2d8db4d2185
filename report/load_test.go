package report_test

import (
	"math"
	"testing"
	"time"

	"contend/report"
	"contend/report/reporttest"
	"contend/workload/check"
	"contend/workload/measure"
	"contend/workload/scenario"
	"contend/workload/trial"
)

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

// TestReportsWithoutTheLoadsEnd: for a report from before the end of the load was
// measured, the time of the load is that of the whole run.
func TestReportsWithoutTheLoadsEnd(t *testing.T) {
	r := lateRun()
	r.LoadS, r.EndedLater = nil, nil
	if got := r.LoadSeconds(); got != 5.9 {
		t.Errorf("got %v s", got)
	}
	if got := r.AppliedInTime(); got != 1201 {
		t.Errorf("got %d operations", got)
	}
}

// TestARunThatWasStoppedIsShort: it is short even if its last answer took long.
func TestARunThatWasStoppedIsShort(t *testing.T) {
	run := measure.Result{Course: measure.Course{Elapsed: 10 * time.Second, LoadEnded: 3 * time.Second}, Scenario: scenario.Scenario{Load: scenario.Load{Duration: 10 * time.Second}}}
	if got := report.TooShort(&run); got != "the run ended after 3.00 s of 10 s" {
		t.Errorf("got %q", got)
	}
}

// TestWarmupIsLeftOut: the warm-up is left out of the rates, and of no other number.
func TestWarmupIsLeftOut(t *testing.T) {
	run := report.SoundRun()
	run.Scenario.Load.Warmup = 2e9
	run.Warmup = measure.Tally{Applied: 400, UpdateAttempts: 1000, UpdatesApplied: 400, Conflicts: 600, Writes: 1000}
	run.Tally.Writes = 3200
	r := report.New(&trial.Outcome{Result: run, Verdict: reporttest.Passing().Verdict}, report.About{})
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"warm-up", r.WarmupS, 2},
		{"throughput", *r.ThroughputPerS, 200},
		{"attempts per success", *r.AttemptsPerSuccess, 1.25},
		{"writes per success", *r.WritesPerSuccess, 1.375},
		{"conflict rate", *r.ConflictRate.Overall, 0.2},
		{"applied", float64(r.Tally.Applied), 2000},
	} {
		if math.Abs(c.got-c.want) > 1e-12 {
			t.Errorf("%s: got %v, want %v", c.what, c.got, c.want)
		}
	}
}
