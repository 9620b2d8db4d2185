package text

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"contend/internal/format"
	"contend/workload/check"
	"contend/workload/explore"
	"contend/workload/fault"
	"contend/workload/plan"
	"contend/workload/scenario"
)

// explored is an exploration that found a failure.
func explored() *Explored {
	first, small := scenario.Default(), scenario.Default()
	first.Seed = 12
	first.Embedded.Latency = scenario.ModelledLatency{Mean: 4 * time.Millisecond, SD: time.Millisecond}
	first.Faults = []fault.Rule{{Kind: fault.LostReply, Probability: 0.1}, {Kind: fault.Throttle, Count: 1}}
	small.Seed, small.Load = 15, scenario.Load{Workers: 1, Operations: 2}
	small.Faults = []fault.Rule{{Kind: fault.LostReply, Count: 1}}
	small.Embedded.Misbehave = []scenario.Misbehaviour{{Kind: "lose-update", OneIn: 1}}
	checks := []check.Result{{Name: "exactly-once", Status: check.Fail, Reason: `"counter-0" is 1 above what its clients were told`, Evidence: []string{"worker 0 did it"}}}
	return &Explored{
		Name: "lossy", Description: "A counter.", First: 10, Seeds: 100,
		Result: &explore.Result{
			Tally: explore.Tally{
				Seeds: 3, Passed: 1, Failed: 1, Inconclusive: 1, FirstInconclusive: 11, Doubt: "linearizable: there are too many ways", Operations: 1234, Elapsed: 2 * time.Hour,
				ByCheck: []explore.CheckTally{{Name: "exactly-once", Seeds: 1}, {Name: "chain", Seeds: 1}},
			},
			Failures: []explore.Failure{{
				Scenario: first, Drawn: []plan.Setting{{Path: "load.workers", Value: "32"}, {Path: "reads", Value: "strong"}},
				Checks: checks, Operations: 500,
			}},
			Smallest: &explore.Failure{Scenario: small, Checks: checks, Operations: 2}, Shrinking: 77, Exhausted: true,
		},
		Story: &explore.Story{
			Events: []explore.Event{
				{At: 0, Text: `"counter-0" begins at 0`},
				{At: 1234567 * time.Microsecond, Text: "worker 0, operation 1 (increment): read 0 (version 1) and sent +1: no usable answer (time-out; injected lost-reply, which the store had accepted)"},
			},
			Omitted: 3,
		},
		Replay: "contend run runs/lossy-explore-20260101T000000Z/scenario.yaml --target simulated --seed 15",
	}
}

func TestExplorationText(t *testing.T) {
	const width = 80
	var out bytes.Buffer
	if err := Exploration(&out, explored(), Options{Width: width}); err != nil {
		t.Fatal(err)
	}
	golden(t, "exploration.txt", out.Bytes())
	for line := range strings.Lines(out.String()) {
		if isCommand := strings.HasPrefix(line, "  contend run"); !isCommand && format.Columns(strings.TrimSuffix(line, "\n")) > width {
			t.Errorf("wider than %d: %s", width, line)
		}
	}
}

// The rate of failures is bounded by the seeds that passed, not by those tried.
func TestWhatExplorationsSayWithoutAFailure(t *testing.T) {
	for _, c := range []struct {
		passed, inconclusive, unfinished int64
		status                           check.Status
		want                             string
	}{
		{10000, 0, 0, check.Pass, "no failure in 10000 seeds: rate below 3/10000 at 95 %"},
		{95, 5, 0, check.Inconclusive, "no failure in 95 seeds that could be judged: rate below 3/95 at 95 %"},
		{3, 0, 0, check.Pass, "no failure in 3 seeds: too few to bound the rate"},
		{1, 1, 0, check.Inconclusive, "no failure in 1 seed that could be judged: too few to bound the rate"},
		{90, 4, 6, check.Inconclusive, "no failure in 90 seeds that could be judged: rate below 3/90 at 95 %"},
		{9, 0, 1, check.Inconclusive, "no failure in 9 seeds that could be judged: rate below 3/9 at 95 %"},
		{0, 0, 0, check.Inconclusive, "no failure in 0 seeds: too few to bound the rate"},
	} {
		x := &Explored{Name: "x", Seeds: 10000, Result: &explore.Result{Tally: explore.Tally{
			Seeds: c.passed + c.inconclusive + c.unfinished, Passed: c.passed,
			Inconclusive: c.inconclusive, FirstInconclusive: 77, Unfinished: c.unfinished, FirstUnfinished: 78,
		}}}
		var out bytes.Buffer
		if err := Exploration(&out, x, Options{}); err != nil {
			t.Fatal(err)
		}
		if x.Status() != c.status || !strings.Contains(out.String(), "\n"+c.want+"\n") {
			t.Errorf("%+v: %s\n%s", c, x.Status(), out.String())
		}
		if told := strings.Contains(out.String(), "seeds whose run no check could judge, first seed 77"); told != (c.inconclusive > 0) {
			t.Errorf("%+v: inconclusive seeds are told: %t\n%s", c, told, out.String())
		}
		if told := strings.Contains(out.String(), "seeds whose run did not end in time, first seed 78"); told != (c.unfinished > 0) {
			t.Errorf("%+v: unfinished seeds are told: %t\n%s", c, told, out.String())
		}
	}
}

func TestProgressOfAnExploration(t *testing.T) {
	var out bytes.Buffer
	e := &explore.Explorer{Seeds: 200, Tries: 50}
	line := NewExploring(&out, e)
	small := explored().Result.Smallest
	for _, p := range []struct {
		progress explore.Progress
		want     string
	}{
		{explore.Progress{}, "0 of 200 seeds  – left  0 failed  0 s"},
		{explore.Progress{Tally: explore.Tally{Seeds: 50, Failed: 2, Elapsed: time.Minute}}, "50 of 200 seeds  30s left  2 failed  60.0 s"},
		{explore.Progress{Shrinking: 25, Smallest: small}, "shrinking: 25 runs, 2 operations, 1 worker"},
	} {
		out.Reset()
		if err := line.Show(p.progress, 10*time.Second); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), p.want) {
			t.Errorf("got %q, want %q", out.String(), p.want)
		}
	}
	if err := line.Clear(); err != nil {
		t.Fatal(err)
	}
}
