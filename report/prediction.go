package report

import (
	"time"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/law"
	"contend/workload/measure"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// Prediction is what the law of contention ([contend/workload/law]) predicts for a steady
// load of conditional writes to one counter, from the gap that was measured, beside what
// was measured. Where both differ by more than chance and the law's own inexactness,
// Failed says which assumption of the law does not hold.
type Prediction struct {
	// GapMS is G, the mean time from reading to writing over the writes that won.
	// GapSpread is the standard deviation of the gaps of all conditional writes, divided by
	// their mean; absent if it is not known.
	GapMS     float64  `json:"gap_ms"`
	GapSpread *float64 `json:"gap_spread,omitempty"`
	// Workers is N, ThinkMS is Z, the pause of a worker for each success, and CycleMS is R,
	// the mean time from a worker's write to its next one, without the think time.
	Workers int      `json:"workers"`
	CycleMS *float64 `json:"cycle_ms,omitempty"` // absent in an open loop that kept up
	ThinkMS float64  `json:"think_ms,omitempty"`
	// RatePerS is a, of an open loop: the increments and decrements that were due per
	// second, without the share that gave up.
	RatePerS *float64 `json:"rate_per_s,omitempty"`
	// WriteLimitPerS is W, how many such writes the item takes per second; absent if no
	// limit is known. LimitPerS is the most successes that it sustains: 1/G or W/(1 + W·G).
	WriteLimitPerS *float64 `json:"write_limit_per_s,omitempty"`
	LimitPerS      float64  `json:"limit_per_s"`

	Predicted Law `json:"predicted"`
	Measured  Law `json:"measured"`
	// Attempts compares the attempts of applied updates with the law; absent for stages.
	Attempts *AttemptsFit `json:"attempts,omitempty"`
	// Failed has the assumptions of the law that do not hold, the most important first;
	// absent if the prediction and the measurement agree.
	Failed []FailedAssumption `json:"failed_assumptions,omitempty"`
}

// hotLoad is a steady load of conditional writes to one counter: that of a run, or of one
// of its stages. All numbers are without the warm-up.
type hotLoad struct {
	workers      int
	rate         float64 // of an open loop; 0 in a closed one
	gap          float64 // s, of the writes that won
	seconds      float64
	think        float64 // s for each success
	writeLimit   float64 // writes per second; 0: none
	successes    float64
	writesPerWin float64
	conflictRate float64
	// behind is true of an open loop that served clearly less than was due.
	behind bool
}

// leastServed is the share of the due operations that an open loop must apply in time;
// below it a backlog grew.
const leastServed = 0.95

// prediction is nil where the law does not apply: with several counters or a single
// worker, without conditional writes or successes, and with stages, which have
// predictions of their own.
func (r *Report) prediction(run *measure.Result) *Prediction {
	t, load := run.Measured(), &run.Scenario.Load
	if !mayBeHot(&run.Scenario) || len(load.Stages) > 0 || t.WonGap <= 0 || run.MeasuredTime() == 0 {
		return nil
	}
	applied, updates := run.InTime()
	if updates == 0 || r.WritesPerSuccess == nil || r.ConflictRate.Overall == nil {
		return nil
	}
	l := hotLoad{
		workers: load.Workers, gap: (t.WonGap / time.Duration(t.Wins)).Seconds(), seconds: run.MeasuredTime().Seconds(),
		think: load.Think.Seconds() * float64(applied) / float64(updates), writeLimit: writeLimit(run, r.Target), successes: float64(updates),
		writesPerWin: *r.WritesPerSuccess, conflictRate: *r.ConflictRate.Overall,
	}
	if o := r.OpenLoop; o != nil {
		served := float64(applied) / l.seconds
		l.rate = o.DueRatePerS * updatesShare(&run.Scenario) * (1 - lostShare(run))
		l.behind = served < leastServed*o.DueRatePerS*(1-lostShare(run))
	}
	p := l.predict()
	if p == nil {
		return nil
	}
	if spread := t.GapSpread(); spread > 0 {
		p.GapSpread = &spread
	}
	p.Attempts = attemptsFit(run)
	p.Failed = failedAssumptions(newEvidence(r, run), &l, p)
	return p
}

// predict is nil if the numbers make no load, as those of a damaged measurement.
func (l *hotLoad) predict() *Prediction {
	p := &Prediction{
		GapMS: l.gap * 1000, Workers: l.workers, ThinkMS: l.think * 1000, LimitPerS: law.Limit(l.gap, l.writeLimit),
		Measured: Law{ThroughputPerS: l.successes / l.seconds, WritesPerSuccess: l.writesPerWin, ConflictRate: l.conflictRate},
	}
	if l.writeLimit > 0 {
		p.WriteLimitPerS = &l.writeLimit
	}
	var by interface {
		Predict() (law.Prediction, error)
	}
	if l.rate > 0 {
		p.RatePerS = &l.rate
	}
	if l.rate > 0 && l.rate < p.LimitPerS && !l.behind {
		by = law.Open{RatePerS: l.rate, GapS: l.gap, WritesPerS: l.writeLimit}
	} else {
		// In an open loop that cannot keep up all workers are busy, as in a closed one.
		cycle := (float64(l.workers)*l.seconds - l.think*l.successes) / (l.writesPerWin * l.successes)
		if cycle <= 0 {
			return nil
		}
		p.CycleMS = new(cycle * 1000)
		by = law.Closed{Workers: float64(l.workers), GapS: l.gap, CycleS: cycle, ThinkS: l.think, WritesPerS: l.writeLimit}
	}
	predicted, err := by.Predict()
	if err != nil {
		return nil
	}
	p.Predicted = *newLaw(predicted)
	return p
}

func mayBeHot(s *scenario.Scenario) bool { return s.Counters.Count == 1 && s.Load.Workers > 1 }

// updatesShare is the share of the operations that change the counter.
func updatesShare(s *scenario.Scenario) float64 {
	var updates, all float64
	for _, kind := range history.Kinds() {
		weight := float64(s.Operations.Weight(kind))
		if all += weight; kind != history.Read {
			updates += weight
		}
	}
	return updates / max(all, 1)
}

// lostShare is the share of the operations that ended without success while the load was
// on: they are no part of the rate that is served.
func lostShare(run *measure.Result) float64 {
	lost := run.Tally.GaveUp + run.Tally.Failed - run.GaveUp[string(measure.LoadEnded)]
	return float64(lost) / float64(max(run.Tally.Started, 1))
}

// writeLimit is how many of the run's writes one item takes per second; 0 if it has no
// limit, or none that is known.
func writeLimit(run *measure.Result, target Target) float64 {
	perWrite := 1.0
	if written := run.Tally.ConditionalWrites + run.Tally.Tickets; run.Capacity.Reported && written > 0 {
		perWrite = max(1, run.Capacity.WriteUnits/float64(written))
	}
	return keyLimit(&run.Scenario, target.Kind, target.HasServer()) / perWrite
}

// keyLimit is how many write units one key takes per second; 0 if none are known.
func keyLimit(s *scenario.Scenario, target string, hasServer bool) float64 {
	const partition = 1000 // write units a second, by DynamoDB's developer guide
	switch {
	case hasServer:
		return float64(s.Embedded.KeyLimit())
	case target == scenario.TargetAWS:
		return partition
	}
	return 0
}

// stagePrediction is nil where the law does not apply, and for a ramp, whose load is not
// steady. A stage of which no gap was measured has that of the run.
func (r *Report) stagePrediction(run *measure.Result, s *measure.StageTally) *Prediction {
	traits, _ := counter.TraitsOf(run.Scenario.Strategy)
	t := run.Measured()
	seconds := (s.To - s.From).Seconds()
	if !mayBeHot(&run.Scenario) || !traits.NeedsState || s.Ramp || s.Served == 0 || s.UpdatesApplied == 0 || t.WonGap <= 0 || seconds <= 0 {
		return nil
	}
	gap := t.WonGap / time.Duration(t.Wins)
	if s.Wins > 0 && s.WonGap > 0 {
		gap = s.WonGap / time.Duration(s.Wins)
	}
	l := hotLoad{
		workers: s.Workers, gap: gap.Seconds(), seconds: seconds, writeLimit: writeLimit(run, r.Target), successes: float64(s.Served),
		think:        run.Scenario.Load.Think.Seconds() * float64(s.Applied) / float64(s.UpdatesApplied),
		writesPerWin: float64(s.UpdateAttempts) / float64(s.UpdatesApplied), conflictRate: float64(s.Conflicts) / float64(s.UpdateAttempts),
	}
	if s.Rate > 0 {
		l.workers = run.Scenario.Load.Workers
		l.rate = float64(s.Due) / seconds * updatesShare(&run.Scenario) * (1 - lostShare(run))
		// More operations were due and not ended than there are workers: a queue, by Little's law.
		l.behind = float64(s.Due)/seconds*s.Response.Mean().Seconds() > float64(l.workers)
	}
	if l.workers < 2 {
		return nil
	}
	p := l.predict()
	if p != nil {
		e := newEvidence(r, run)
		e.attempts, e.throttles = float64(s.UpdateAttempts), float64(s.Throttles)
		p.Failed = failedAssumptions(e, &l, p)
	}
	return p
}

// pacing returns the policy that lets clients queue or take turns; "" if none does.
func pacing(r scenario.Retry) retry.Kind {
	for _, p := range r.Policies() {
		if p.Kind.Paces() {
			return p.Kind
		}
	}
	return ""
}
