package report

import (
	"slices"

	"contend/workload/check"
	"contend/workload/measure"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// About holds the facts about a run that its outcome does not contain.
type About struct {
	ToolVersion string
	// Machine is the machine that made the load; nil if it is not known.
	Machine *Machine
	// Machines are those of a merged run, by number; nil for any other.
	Machines []MachineRun
}

// New makes the report of a run and its verdict. Its warnings are those of the run,
// then doubts about the client and the rate, then [Assumptions], then faults that did
// not happen. The report shares the run's histograms; nothing may be recorded to them
// any more.
func New(o *trial.Outcome, about About) *Report {
	run := o.Result
	r := &Report{
		Conditions: conditions(o, about),
		Course:     course(o),
		Together:   Together{Part: part(o), Machines: about.Machines},
		Verdict:    o.Verdict,
		Counters:   counters(run.Ledgers),
		Tally:      tally(run.Tally),

		Capacity:       capacity(run, Price{run.Scenario.Price.Write, run.Scenario.Price.Read}),
		SDK:            sdk(o),
		Wire:           wire(run),
		Faults:         faults(run),
		Misbehaved:     misbehaved(o),
		ViolationDrawn: o.Drawn,
		Staleness:      NewStaleness(o.Staleness),
	}
	if r.Verdict.Checks == nil {
		r.Verdict.Checks = []check.Result{}
	}
	r.measure(run)
	if r.Part != nil {
		r.alone(len(run.Workers))
	}
	r.correct()
	r.Warnings = r.warnings(run)
	if r.Part == nil {
		r.Thresholds = thresholds(run.Scenario.Thresholds, r) // last, because they need the whole report
	}
	return r
}

func conditions(o *trial.Outcome, about About) Conditions {
	run := o.Result
	c := Conditions{
		Version:     Version,
		ToolVersion: about.ToolVersion,
		Scenario:    run.Scenario.Name,
		Description: run.Scenario.Description,
		Strategy:    run.Scenario.Strategy,
		RetryPolicy: policyName(run.Scenario.Retry),
		Workers:     run.Scenario.Load.Workers,
		Setup:       setup(run.Scenario, Target{Kind: o.Place.Kind}),
		Seed:        run.Scenario.Seed,
		Target:      Target{Kind: o.Place.Kind, Endpoint: o.Place.Endpoint},
		Machine:     about.Machine,
		StartedAt:   run.StartedAt.UTC().Round(0),
	}
	if o.Items != nil {
		c.Items = o.Items.String()
	}
	if s := o.Simulation; s != nil {
		c.Simulated, c.StartedAt = true, s.StartedAt.UTC().Round(0)
	}
	return c
}

func course(o *trial.Outcome) Course {
	run := o.Result
	c := Course{
		ElapsedS:    run.Elapsed.Seconds(),
		LoadS:       new(run.LoadEnded.Seconds()),
		EndedLater:  endedLater(run),
		Interrupted: run.Interrupted,
		EndedEarly:  endedEarly(run),
		CostReached: costReached(run),
	}
	if o.Simulation != nil {
		c.RealS = new(o.Simulation.Took.Seconds())
	}
	if run.Err != nil {
		c.Error = run.Err.Error()
	}
	return c
}

// measure sets the rates and latencies of a run, and what they show about its load.
func (r *Report) measure(run *measure.Result) {
	measured := run.Measured()
	r.WarmupS = run.Scenario.Load.Warmup.Seconds()
	r.ThroughputPerS = throughput(run)
	r.AttemptsPerSuccess = Ratio(float64(measured.UpdateAttempts), float64(measured.UpdatesApplied))
	r.WritesPerSuccess = Ratio(float64(measured.Writes), float64(measured.UpdatesApplied))
	readOperations := measured.Attempts - measured.UpdateAttempts
	r.ReadsPerSuccess = Ratio(float64(measured.Reads-readOperations), float64(measured.UpdatesApplied))
	r.Fairness = fairness(run)
	r.Groups = groups(run)
	r.GapMS = gapMS(run)
	r.Frontier = frontier(run)
	r.Drift = driftOf(run)
	r.ConflictRate = conflictRate(run)
	r.Seconds = seconds(run.Seconds)
	r.Latency = timing(&run.Latency.Succeeded)
	r.LatencyUnsuccessful = timing(&run.Latency.Others)
	r.LatencyByOperation = byOperation(&run.Latency.ByKind)
	r.ResponseByOperation = byOperation(&run.Latency.ResponseByKind)
	r.ConflictsByReason = counts(run.Conflicts)
	r.ThrottlesByReason = counts(run.Throttles)
	r.FailuresByReason = counts(run.Failures)
	r.GivenUp = counts(run.GaveUp)
	r.Client = client(run)
	r.Stalls = stalls(run)
	r.OpenLoop = openLoop(run)
	r.Stages = r.stages(run)
	r.Prediction = r.prediction(run)
}

// warnings are the doubts about the run's numbers, one sentence each.
func (r *Report) warnings(run *measure.Result) []string {
	all := append([]string{}, run.Warnings...) // an empty list, not null
	all = append(all, stallDoubts(r, run.Client.Delay.Max())...)
	all = append(all, r.Client.doubts()...)
	all = append(all, machineDoubts(r.Machines)...)
	all = append(all, r.OpenLoop.doubts()...)
	all = append(all, Assumptions(run, r.Target)...)
	if doubt := neverRepeated(r.SDK, run.Elapsed); doubt != "" {
		all = append(all, doubt)
	}
	all = append(all, neverInjected(faultKinds(run.Scenario), r.Faults)...)
	all = append(all, neverHappened(r.Misbehaved)...)
	if unjudged := r.Part.unjudged(len(run.Scenario.Thresholds)); unjudged != "" {
		return append(all, unjudged)
	}
	return append(all, tooFewForLimits(run.Scenario.Thresholds, r)...)
}

// faultKinds lists the kinds of faults that a scenario asks for, each once.
func faultKinds(s scenario.Scenario) []string {
	var kinds []string
	for _, rule := range s.Faults {
		if kind := string(rule.Kind); !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}
