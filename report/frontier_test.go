package report_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"contend/report"
	"contend/report/reporttest"
	"contend/report/text"
	"contend/workload/measure"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// TestFrontier starts from 2000 updates in 10 s, 3000 writes, a gap of 2 ms.
func TestFrontier(t *testing.T) {
	const absent = -1
	for _, c := range []struct {
		what       string
		change     func(*measure.Result)
		c, t, gap  float64
		product    float64
		wantInText string
	}{
		{"uncoordinated", func(*measure.Result) {}, 1.5, 2.5, 2, 0.75, "near 1, the best that workers can do without coordination"},
		{"wasteful", func(r *measure.Result) { r.Tally.WonGap /= 4 }, 1.5, 10, 2, 4.5, "above 1, the policy wastes writes or time"},
		{"coordinated", func(r *measure.Result) { r.Tally.Writes = 2100 }, 1.05, 2.5, 2, 0.075, "below 1, attempts are not random: they queue or run in step"},
		{"one worker has C = 1", func(r *measure.Result) { r.Tally.Writes, r.Scenario.Load.Workers = 2000, 1 }, 1, 2.5, 2, 0, ""},
		{"a warm-up", func(r *measure.Result) {
			r.Scenario.Load.Warmup = 5 * time.Second
			r.Warmup = measure.Tally{UpdatesApplied: 1000, Writes: 1000, Gaps: measure.Gaps{ConditionalWrites: 1000, Gap: 2 * time.Second, Wins: 1000, WonGap: 2 * time.Second}}
		}, 2, 2.5, 2, 1.5, "near 1"},
		{"several counters", func(r *measure.Result) { r.Scenario.Counters.Count = 2 }, absent, absent, 2, absent, "2.00 ms  from reading to writing, mean of all writes"},
		{"writes that start from nothing", func(r *measure.Result) {
			r.Tally.ConditionalWrites, r.Tally.Gap, r.Tally.Wins, r.Tally.WonGap = 0, 0, 0, 0
		}, absent, absent, absent, absent, ""},
		{"a number of workers that changes", func(r *measure.Result) { r.Scenario.Load.Stages = []scenario.Stage{{Workers: 1}, {Workers: 9}} }, absent, absent, 2, absent, "2.00 ms  from reading to writing, mean of all writes"},
		{"no success", func(r *measure.Result) { r.Tally.UpdatesApplied, r.Tally.Wins, r.Tally.WonGap = 0, 0, 0 }, absent, absent, 2, absent, "2.00 ms  from reading to writing, mean of all writes"},
		{"only a warm-up", func(r *measure.Result) { r.Scenario.Load.Warmup, r.Warmup = time.Minute, r.Tally }, absent, absent, absent, absent, ""},
	} {
		run := report.SoundRun()
		run.Scenario.Counters.Count = 1
		run.Tally.Writes, run.Tally.ConditionalWrites, run.Tally.Gap = 3000, 3000, 3000*2*time.Millisecond
		run.Tally.Wins, run.Tally.WonGap = 2000, 2000*2*time.Millisecond
		c.change(run)
		r := report.New(&trial.Outcome{Result: run, Verdict: reporttest.Passing().Verdict}, report.About{})
		same := func(what string, got *float64, want float64) {
			t.Helper()
			switch {
			case want == absent:
				if got != nil {
					t.Errorf("%s: %s: got %v, want none", c.what, what, *got)
				}
			case got == nil || math.Abs(*got-want) > 1e-9:
				t.Errorf("%s: %s: got %v, want %v", c.what, what, got, want)
			}
		}
		same("gap", r.GapMS, c.gap)
		f := r.Frontier
		if f == nil {
			same("frontier", nil, c.product)
		} else {
			same("C", &f.C, c.c)
			same("T", &f.T, c.t)
			same("product", &f.Product, c.product)
		}
		got := rendered(t, r, text.Options{Width: 200})
		if !strings.Contains(got, c.wantInText) || (c.product == absent || r.Workers == 1) && strings.Contains(got, "frontier") {
			t.Errorf("%s: want %q in\n%s", c.what, c.wantInText, got)
		}
	}
}
