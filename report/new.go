package report

import (
	"contend/workload/check"
	"contend/workload/measure"
)

// About is what a result does not know about itself.
type About struct {
	ToolVersion string
	Target      Target
	Misbehaved  []Misbehaved // the faults that were planted in the target
	Staleness   *Staleness   // nil: nothing was read eventually consistent
	SDK         SDK          // its version, mode and parameters
	Price       Price
	// Faults are the kinds that were to be injected.
	Faults []string
	// Machine is the one that the load came from; nil if it is not known.
	Machine *Machine
	// ViolationDrawn: there is a picture of one beside the report.
	ViolationDrawn bool
}

// New reports a run and its verdict. Its warnings are those of the run, then
// doubts about the client and the rate, then [Assumptions], then planted faults that did not happen. The report shares the run's histograms, which must not be
// recorded to any more.
func New(run *measure.Result, verdict check.Verdict, about About) *Report {
	measured := run.Measured()
	r := &Report{
		Version:     Version,
		ToolVersion: about.ToolVersion,
		Scenario:    run.Scenario.Name,
		Description: run.Scenario.Description,
		Strategy:    run.Scenario.Strategy,
		RetryPolicy: string(run.Scenario.Retry.Kind),
		Workers:     run.Scenario.Load.Workers,
		Setup:       setup(run.Scenario),
		Seed:        run.Scenario.Seed,
		Target:      about.Target,
		Machine:     about.Machine,
		StartedAt:   run.StartedAt.UTC().Round(0),
		ElapsedS:    run.Elapsed.Seconds(),
		LoadS:       new(run.LoadEnded.Seconds()),
		EndedLater:  endedLater(run),
		Interrupted: run.Interrupted,
		Verdict:     verdict,
		Counters:    counters(run.Ledgers),
		Tally:       tally(run.Tally),

		WarmupS:             run.Scenario.Load.Warmup.Seconds(),
		ThroughputPerS:      throughput(run),
		AttemptsPerSuccess:  Ratio(float64(measured.UpdateAttempts), float64(measured.UpdatesApplied)),
		WritesPerSuccess:    Ratio(float64(measured.Writes), float64(measured.UpdatesApplied)),
		Fairness:            fairness(run),
		GapMS:               gapMS(run),
		Frontier:            frontier(run),
		Drift:               driftOf(run),
		ConflictRate:        conflictRate(run),
		Seconds:             seconds(run.Seconds),
		Latency:             timing(&run.Latency.Succeeded),
		LatencyUnsuccessful: timing(&run.Latency.Others),
		LatencyByOperation:  byOperation(&run.Latency.ByKind),
		ResponseByOperation: byOperation(&run.Latency.ResponseByKind),
		ConflictsByReason:   counts(run.Conflicts),
		ThrottlesByReason:   counts(run.Throttles),
		FailuresByReason:    counts(run.Failures),
		Capacity:            capacity(run, about.Price),
		SDK:                 about.SDK.withRequests(run.Wire),
		Wire:                wire(run),
		Faults:              faults(run),
		Misbehaved:          about.Misbehaved,
		ViolationDrawn:      about.ViolationDrawn,
		Staleness:           about.Staleness,
		Client:              client(run),
		Stalls:              stalls(run),
		OpenLoop:            openLoop(run),
		Stages:              stages(run),
		Warnings:            append([]string{}, run.Warnings...),
	}
	if r.Verdict.Checks == nil {
		r.Verdict.Checks = []check.Result{}
	}
	if run.Err != nil {
		r.Error = run.Err.Error()
	}
	r.correct()
	r.Warnings = append(r.Warnings, stallDoubts(r, run.Client.Delay.Max())...)
	r.Warnings = append(r.Warnings, r.Client.doubts()...)
	r.Warnings = append(r.Warnings, r.OpenLoop.doubts()...)
	r.Warnings = append(r.Warnings, Assumptions(run, about.Target)...)
	if doubt := neverRepeated(r.SDK, run.Elapsed); doubt != "" {
		r.Warnings = append(r.Warnings, doubt)
	}
	r.Warnings = append(r.Warnings, neverInjected(about.Faults, r.Faults)...)
	r.Warnings = append(r.Warnings, neverHappened(about.Misbehaved)...)
	r.Warnings = append(r.Warnings, tooFewForLimits(run.Scenario.Thresholds, r)...)
	r.Thresholds = thresholds(run.Scenario.Thresholds, r) // last, of the whole report
	return r
}
