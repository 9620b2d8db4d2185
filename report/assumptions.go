package report

import (
	"fmt"
	"time"

	"contend/internal/format"
	"contend/workload/hist"
	"contend/workload/measure"
	"contend/workload/scenario"
)

// Assumptions returns warnings about conclusions that the numbers of a run do not
// support, one sentence each. They concern the meaning of the numbers, not the verdict.
func Assumptions(run *measure.Result, target Target) []string {
	var doubts []string
	for _, doubt := range append([]string{
		tooShort(run),
		tooBrief(run.Scenario),
		drifting(run),
		tooFewForTails(run.Latency.Succeeded.Service.Count()),
		outOfRange(&run.Latency),
		noContention(run),
		starving(run),
		modelIgnored(run.Scenario, target),
		unknownStore(target),
	}, withoutEffect(run.Scenario, target)...) {
		if doubt != "" {
			doubts = append(doubts, doubt)
		}
	}
	return doubts
}

// tooShort: the run ended before the first of its limits.
func tooShort(run *measure.Result) string {
	load := run.Scenario.Load
	load.Operations = run.Source.Of(load.Operations)
	// The last operation ends a little before the duration does, and earlier still if
	// its worker had a think time that would have passed the end.
	const tolerated = 0.95
	enough := time.Duration(tolerated*float64(load.Duration)) - load.LongestThink()
	ranOut := load.Duration > 0 && run.LoadEnded >= enough
	allDone := load.Operations > 0 && run.Tally.Due >= load.Operations
	if ranOut || allDone {
		return ""
	}
	ran := format.Seconds(run.LoadEnded.Seconds())
	switch {
	case load.Duration > 0 && load.Operations > 0:
		return fmt.Sprintf("the run ended after %s of %s and %d of %d operations", ran, format.Duration(load.Duration), run.Tally.Due, load.Operations)
	case load.Duration > 0:
		return fmt.Sprintf("the run ended after %s of %s", ran, format.Duration(load.Duration))
	case load.Operations > 0:
		return fmt.Sprintf("the run ended after %d of %d operations", run.Tally.Due, load.Operations)
	}
	return ""
}

// tooBrief: the run was too short for its seconds to be compared. A run with a number
// of operations takes as long as they need, and nobody reads its rates as those of a
// longer run.
func tooBrief(s scenario.Scenario) string {
	const least = 5 * time.Second
	load := s.Load
	measured := load.Duration - load.Warmup
	if load.Duration == 0 || load.Operations > 0 || measured >= least {
		return ""
	}
	dominates := "one pause of the machine or the store"
	if s.Target == scenario.TargetSimulated {
		dominates = "the start of the load"
	}
	return fmt.Sprintf("rates and latencies cover %s only: in less than %s, %s can dominate them",
		format.Seconds(measured.Seconds()), format.Duration(least), dominates)
}

func outOfRange(l *measure.Latency) string {
	var n int64
	for _, t := range []*measure.Timing{&l.Succeeded, &l.Others} {
		for _, h := range []*hist.Histogram{&t.Response, &t.Service, &t.Attempt} {
			n += h.OutOfRange()
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s negative or above %s and left out of every latency: was the clock set?", format.Count(n, "duration is", "durations are"), hist.Highest)
}

func noContention(run *measure.Result) string {
	switch {
	case run.Tally.UpdateAttempts == 0:
		return ""
	case run.Scenario.Load.Workers == 1:
		return "a single worker has nobody to contend with"
	case run.Tally.Conflicts+run.Tally.Throttles > 0 || !contends(run.Scenario):
		return ""
	}
	return fmt.Sprintf("none of %s met a conflict: the run says nothing about contention", format.Count(run.Tally.UpdateAttempts, "update attempt"))
}

func modelIgnored(s scenario.Scenario, target Target) string {
	if target.HasServer() || s.Embedded.IsZero() {
		return ""
	}
	return "the scenario's embedded settings (latency, capacity, read lag, misbehaviour) have no effect on this target"
}

// unknownStore: a URL does not say which store answers there.
func unknownStore(target Target) string {
	if target.Kind != "url" {
		return ""
	}
	return "the target may ignore capacity limits and answer eventual reads with strong ones, as DynamoDB Local does: " +
		"this run says nothing about throttling and staleness"
}
