package report

import (
	"fmt"
	"math"
	"time"

	"contend/workload/check"
	"contend/workload/hist"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/scenario"
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
		AttemptsPerSuccess:  ratio(float64(measured.UpdateAttempts), float64(measured.UpdatesApplied)),
		WritesPerSuccess:    ratio(float64(measured.Writes), float64(measured.UpdatesApplied)),
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

func throughput(run *measure.Result) *float64 {
	applied, _ := run.InTime()
	return ratio(float64(applied), run.MeasuredTime().Seconds())
}

// endedLater is nil if nothing did.
func endedLater(run *measure.Result) *EndedLater {
	late := &run.Late
	if late.Operations() == 0 {
		return nil
	}
	return &EndedLater{Operations: late.Operations(), Applied: late.Applied, GaveUp: late.GaveUp, Unknown: late.Unknown, Failed: late.Failed}
}

// loadS is how long the load lasted.
func (r *Report) loadS() float64 {
	if r.LoadS == nil {
		return r.ElapsedS
	}
	return *r.LoadS
}

func setup(s scenario.Scenario) Setup {
	u := Setup{
		Retry:   policy(s.Retry),
		Refresh: string(s.Retry.Refresh),
		View:    string(s.View),
		Reads:   string(s.Reads),
		Pick:    pick(s.Counters.Pick),
		ThinkMS: millis(s.Load.Think),
		Stages:  len(s.Load.Stages),
		Mix:     map[string]int{},
	}
	if s.Load.Duration > 0 {
		u.DurationS = new(s.Load.Duration.Seconds())
	}
	if s.Load.Operations > 0 {
		u.Operations = new(s.Load.Operations)
	}
	for _, kind := range history.Kinds() {
		if weight := s.Operations.Weight(kind); weight > 0 {
			u.Mix[kind.String()] = weight
		}
	}
	return u
}

// The policies that do not use the length of a wait.
const (
	policyNone      = "none"
	policyImmediate = "immediate"
)

// policy tells a retry policy in the words of scenarios.
func policy(p scenario.Retry) string {
	text := string(p.Kind)
	switch text {
	case "", policyNone:
		return policyNone
	case policyImmediate:
	default:
		text += fmt.Sprintf(", base %s", p.Base)
		if p.Cap > 0 {
			text += fmt.Sprintf(", cap %s", p.Cap)
		}
	}
	if p.MaxAttempts > 0 {
		text += fmt.Sprintf(", at most %s", plural(int64(p.MaxAttempts), "attempt"))
	}
	if p.Deadline > 0 {
		text += fmt.Sprintf(", deadline %s", p.Deadline)
	}
	return text + ", on " + p.On.String()
}

func pick(p scenario.Pick) string {
	if p.Kind == scenario.PickZipf {
		return fmt.Sprintf("%s(%g)", p.Kind, p.Zipf)
	}
	return string(p.Kind)
}

func counters(ledgers []history.Ledger) []Counter {
	list := make([]Counter, 0, len(ledgers))
	for i := range ledgers {
		l := &ledgers[i]
		c := Counter{
			Key: l.Key, Initial: l.Initial, Acknowledged: l.Acknowledged,
			Lowest: l.Lowest(), Highest: l.Highest(), Operations: l.Operations,
			Traced: l.Initial + l.Traced, Untraced: l.Untraced,
		}
		if l.FinalKnown {
			c.Final = new(l.Final)
		}
		list = append(list, c)
	}
	return list
}

func tally(t measure.Tally) Tally {
	return Tally{
		Due: t.Due, Dropped: t.Dropped, Started: t.Started,
		Applied: t.Applied, GaveUp: t.GaveUp, Unknown: t.Unknown, Failed: t.Failed, Refused: t.Refused,
		Attempts: t.Attempts, AppliedAttempts: t.AppliedAttempts, Conflicts: t.Conflicts, Throttles: t.Throttles,
		UnknownAttempts: t.UnknownAttempts, FailedAttempts: t.FailedAttempts,
		UpdateAttempts: t.UpdateAttempts, UpdatesApplied: t.UpdatesApplied,
		Reads: t.Reads, Writes: t.Writes,
	}
}

func conflictRate(run *measure.Result) ConflictRate {
	measured := run.Measured()
	rate := ConflictRate{
		Overall:           ratio(float64(measured.Conflicts), float64(measured.UpdateAttempts)),
		PerSecond:         make([]*float64, 0, len(run.Seconds)),
		AttemptsHistogram: []AttemptsBar{},
	}
	for _, s := range run.Seconds {
		rate.PerSecond = append(rate.PerSecond, ratio(float64(s.Conflicts), float64(s.Attempts)))
	}
	for attempts, operations := range run.AttemptsPerOperation {
		if operations > 0 {
			rate.AttemptsHistogram = append(rate.AttemptsHistogram, AttemptsBar{int64(attempts), operations})
		}
	}
	return rate
}

func seconds(measured []measure.Second) []Second {
	list := make([]Second, 0, len(measured))
	for _, s := range measured {
		second := Second{SecondCounts: SecondCounts(s.SecondCounts)}
		if s.AfterLoad != (measure.SecondCounts{}) {
			second.AfterLoad = new(SecondCounts(s.AfterLoad))
		}
		if s.Operations > 0 {
			second.P50MS, second.P99MS = new(millis(s.P50)), new(millis(s.P99))
		}
		list = append(list, second)
	}
	return list
}

func byOperation(all *[3]hist.Histogram) map[string]Times {
	byKind := map[string]Times{}
	for _, kind := range history.Kinds() {
		if h := &all[kind]; h.Count()+h.OutOfRange() > 0 {
			byKind[kind.String()] = times(h)
		}
	}
	return byKind
}

func timing(t *measure.Timing) Timing {
	return Timing{Response: times(&t.Response), Service: times(&t.Service), Attempt: times(&t.Attempt)}
}

func times(h *hist.Histogram) Times {
	t := Times{Count: h.Count(), OutOfRange: h.OutOfRange()}
	if t.Count == 0 {
		return t
	}
	t.Min, t.Mean, t.Max = new(millis(h.Min())), new(millis(h.Mean())), new(millis(h.Max()))
	t.P50, t.P90, t.P95 = new(millis(h.At(50))), new(millis(h.At(90))), new(millis(h.At(95)))
	t.P99, t.P999 = new(millis(h.At(99))), new(millis(h.At(99.9)))
	t.Histogram = h
	return t
}

// percentile is nil if it was not measured. Those that a report has by name are as
// it has them.
func (t *Times) percentile(p float64) *float64 {
	switch named := map[float64]*float64{50: t.P50, 90: t.P90, 95: t.P95, 99: t.P99, 99.9: t.P999, 100: t.Max}[p]; {
	case named != nil:
		return named
	case t.Histogram == nil || t.Histogram.Count() == 0:
		return nil
	}
	return new(millis(t.Histogram.At(p)))
}

func counts(measured map[string]int64) map[string]int64 {
	copied := make(map[string]int64, len(measured))
	for reason, n := range measured {
		copied[reason] = n
	}
	return copied
}

// ratio is nil if there is nothing to divide by.
func ratio(part, whole float64) *float64 {
	if whole == 0 {
		return nil
	}
	return new(part / whole)
}

// millis rounds to microseconds, the precision of the histograms.
func millis(d time.Duration) float64 {
	return math.Round(float64(d)/float64(time.Microsecond)) / 1000
}
