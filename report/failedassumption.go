package report

import (
	"fmt"
	"math"
	"strings"

	"contend/internal/format"
	"contend/workload/measure"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// FailedAssumption is an assumption of the law of contention that does not hold in a run.
type FailedAssumption struct {
	Name   FailedName `json:"name"`
	Reason string     `json:"reason"` // with its evidence, as a clause without a full stop
}

// FailedName is the name of a [FailedAssumption]. The zero value is not a name.
type FailedName string

// The names, in the order in which they are looked for.
const (
	// FailedClient: the gap is the client's own time as much as the store's. It is named
	// even where prediction and measurement agree.
	FailedClient FailedName = "saturated client"
	// FailedQueueing: more is due than the item, or the workers, can sustain. It is named even
	// where prediction and measurement agree.
	FailedQueueing     FailedName = "queueing"
	FailedThrottling   FailedName = "throttling"
	FailedLostAnswers  FailedName = "lost answers"
	FailedCoordination FailedName = "coordination" // attempts are arranged, or carry several increments
	FailedEvenArrivals FailedName = "even arrivals"
	FailedDrift        FailedName = "drift"
	FailedOldState     FailedName = "old states" // losers write from states that were read long before
	FailedKeptView     FailedName = "kept view"  // winners write again from the state that they left
	FailedStep         FailedName = "in step"    // gaps are so equal that workers stay in step
	// FailedSpread: fast clients win more. It is also named where prediction and measurement
	// agree, if the writes that won had far smaller gaps than all, or the workers different
	// latencies.
	FailedSpread     FailedName = "spread of gaps"
	FailedFewWorkers FailedName = "few workers"
	FailedRandomness FailedName = "randomness" // no other reason was found
)

// evidence is what a run shows about the law's assumptions.
type evidence struct {
	run                          *measure.Result
	client                       string // why the client is doubtful; "" if it is not
	attempts, throttles, unknown float64
	wonShare                     float64 // writes that won, of the applied updates
	spread                       float64 // σ/G of all gaps
	ageing                       float64 // mean gap of all writes, divided by that of those that won
	drift                        *Drift
	even                         bool // arrivals are evenly spaced
}

func newEvidence(r *Report, run *measure.Result) *evidence {
	t := run.Measured()
	e := &evidence{
		run: run, client: r.ClientDoubt(), attempts: float64(t.UpdateAttempts), throttles: float64(t.Throttles), unknown: float64(t.UnknownAttempts),
		wonShare: float64(t.Wins) / float64(max(t.UpdatesApplied, 1)), spread: t.GapSpread(), drift: r.Drift, even: r.OpenLoop != nil && r.OpenLoop.Arrivals != "poisson",
	}
	if t.WonGap > 0 && t.ConditionalWrites > 0 {
		e.ageing = float64(t.Gap) / float64(t.ConditionalWrites) / (float64(t.WonGap) / float64(t.Wins))
	}
	if e.client == "" && r.Simulated {
		e.client = simulatedClient(&run.Scenario)
	}
	return e
}

// simulatedClient says that most of a request's time is the modelled client's; "" if not.
func simulatedClient(s *scenario.Scenario) string {
	var store, shares float64
	for _, kind := range s.Embedded.Kinds() {
		store, shares = store+kind.Mean.Seconds(), shares+1
	}
	client := s.Simulated.Client.Seconds()
	if store /= max(shares, 1); client <= store {
		return ""
	}
	return fmt.Sprintf("the client takes %s of the %s of a request (simulated.client)", format.Seconds(client), format.Seconds(client+store))
}

// failedAssumptions compares a prediction with what was measured. Those that explain a
// difference are looked for in the order in which they hide others; the first is named.
func failedAssumptions(e *evidence, l *hotLoad, p *Prediction) (failed []FailedAssumption) {
	if e.client != "" {
		failed = append(failed, FailedAssumption{FailedClient, strings.TrimPrefix(e.client, "the client was saturated: ") + ": G is that of this client, and the store may sustain more"})
	}
	if l.behind {
		return append(failed, FailedAssumption{FailedQueueing, queueing(l, p)})
	}
	if !p.differs(l) {
		fasterWin := e.ageing >= old && !e.keepsStates() || len(e.run.Scenario.Embedded.Latencies) > 0
		if name, reason := spreadOut(e, l, p); len(failed) == 0 && fasterWin && reason != "" {
			failed = append(failed, FailedAssumption{name, reason})
		}
		return failed
	}
	for _, look := range []func(*evidence, *hotLoad, *Prediction) (FailedName, string){
		throttled, lostAnswers, coordinated, evenArrivals, drifted, oldStates, keptView, inStep, spreadOut, fewWorkers,
	} {
		if name, reason := look(e, l, p); reason != "" {
			return append(failed, FailedAssumption{name, reason})
		}
	}
	if len(failed) > 0 {
		return failed
	}
	return append(failed, FailedAssumption{FailedRandomness, notRandom(p)})
}

// differs reports whether the measurement is farther from the prediction than chance and
// the law's own inexactness explain. With several workers whose gaps spread by a sixth the
// law was seen to be 6 % off.
func (p *Prediction) differs(l *hotLoad) bool {
	const inexact, sigmas = 0.1, 3
	chance := sigmas / math.Sqrt(l.successes)
	if p.CycleMS != nil { // the closed loop, whose throughput is not given
		tolerated := inexact + chance
		return apart(p.Measured.ThroughputPerS, p.Predicted.ThroughputPerS) > tolerated || apart(p.Measured.WritesPerSuccess, p.Predicted.WritesPerSuccess) > tolerated ||
			math.Abs(p.Measured.ConflictRate-p.Predicted.ConflictRate) > tolerated
	}
	conflicts := l.successes * max(p.Predicted.ConflictRate, 1/l.successes)
	return apart(p.Measured.ConflictRate, p.Predicted.ConflictRate) > inexact+sigmas/math.Sqrt(conflicts)
}

// apart is the relative difference of a measured value from a predicted one.
func apart(measured, predicted float64) float64 {
	if predicted == 0 {
		return math.Abs(measured)
	}
	return math.Abs(measured/predicted - 1)
}

func queueing(l *hotLoad, p *Prediction) string {
	if l.rate < p.LimitPerS {
		return fmt.Sprintf("%s/s were due, and all %d workers were busy with less: a backlog grew; the item itself sustains %s/s at this gap",
			format.Number(l.rate), l.workers, format.Number(p.LimitPerS))
	}
	const matters = 0.95
	bound := "1/G"
	if p.WriteLimitPerS != nil && p.LimitPerS*l.gap < matters {
		bound = fmt.Sprintf("W/(1 + W·G) with W = %s", format.Number(*p.WriteLimitPerS))
	}
	return fmt.Sprintf("%s/s were due, and one item sustains %s/s at most at this gap (%s): a backlog grew", format.Number(l.rate), format.Number(p.LimitPerS), bound)
}

func throttled(e *evidence, _ *hotLoad, _ *Prediction) (FailedName, string) {
	const least = 0.02
	if e.throttles < least*e.attempts {
		return "", ""
	}
	return FailedThrottling, fmt.Sprintf("the store throttled %s of the attempts, which neither won nor lost", format.Percent(e.throttles/e.attempts))
}

func lostAnswers(e *evidence, _ *hotLoad, _ *Prediction) (FailedName, string) {
	const least = 0.01
	if e.unknown < least*e.attempts {
		return "", ""
	}
	return FailedLostAnswers, fmt.Sprintf("%s of the attempts had no answer: their writes may have made others lose, and count as no success", format.Percent(e.unknown/e.attempts))
}

func coordinated(e *evidence, _ *hotLoad, p *Prediction) (FailedName, string) {
	const alone = 0.95
	better := "which does better than attempts at random"
	if p.Measured.WritesPerSuccess > p.Predicted.WritesPerSuccess {
		better = "so that attempts are not random"
	}
	if e.wonShare < alone {
		return FailedCoordination, fmt.Sprintf("one write carries %s increments, %s", format.Number(1/e.wonShare), better)
	}
	if kind := pacing(e.run.Scenario.Retry); kind != "" {
		return FailedCoordination, fmt.Sprintf("the policy %s arranges who tries when, %s", kind, better)
	}
	return "", ""
}

func evenArrivals(e *evidence, l *hotLoad, p *Prediction) (FailedName, string) {
	switch {
	case p.Measured.ConflictRate > p.Predicted.ConflictRate:
		return "", ""
	case l.think > l.gap && !e.run.Scenario.Load.ThinkVaries:
		return FailedEvenArrivals, "workers come back after always the same think time, so that those that are once apart stay apart (load.think: exponential(…) varies it)"
	case !e.even || l.rate == 0:
		return "", ""
	}
	return FailedEvenArrivals, "operations came evenly spaced, and so met less often than at random (load.arrivals: poisson)"
}

func drifted(e *evidence, _ *hotLoad, _ *Prediction) (FailedName, string) {
	if e.drift == nil {
		return "", ""
	}
	return FailedDrift, fmt.Sprintf("the load was not steady: throughput drifted from %s/s to %s/s", format.Number(e.drift.FirstPerS), format.Number(e.drift.LastPerS))
}

// old is how many times the gap of the writes that won the mean gap must be to matter.
const old = 1.25

// keepsStates reports whether workers write from states that they have not just read.
func (e *evidence) keepsStates() bool {
	s := &e.run.Scenario
	return s.View == scenario.ViewKept || s.Retry.Refresh != scenario.RefreshAfterWait
}

func keptView(e *evidence, _ *hotLoad, _ *Prediction) (FailedName, string) {
	if e.run.Scenario.View != scenario.ViewKept {
		return "", ""
	}
	return FailedKeptView, "a worker that won writes again from the state that it left, before another has read it (view: kept)"
}

// oldStates: states that are kept through a wait are as old as the wait is long.
func oldStates(e *evidence, _ *hotLoad, _ *Prediction) (FailedName, string) {
	if e.ageing < old || !e.keepsStates() {
		return "", ""
	}
	s := &e.run.Scenario
	kept := "refresh: " + string(s.Retry.Refresh)
	if s.View == scenario.ViewKept {
		kept = "view: kept, " + kept
	}
	return FailedOldState, fmt.Sprintf("writes start from states that are %s times as old as those of the writes that won (%s)", format.Number(e.ageing), kept)
}

func inStep(e *evidence, _ *hotLoad, _ *Prediction) (FailedName, string) {
	const most = 0.05
	if e.spread > most {
		return "", ""
	}
	return FailedStep, fmt.Sprintf("gaps are so equal (σ/G = %.3f) that workers stay in step: they read at the same moments", e.spread)
}

func spreadOut(e *evidence, _ *hotLoad, _ *Prediction) (FailedName, string) {
	const least = 0.2
	if e.spread < least {
		return "", ""
	}
	reason := fmt.Sprintf("gaps differ by σ/G = %.2f, so that fast attempts win more: all writes had %s times the gap of those that won", e.spread, format.Number(e.ageing))
	if len(e.run.Scenario.Embedded.Latencies) > 0 {
		reason += "; the workers have different latencies"
	}
	return FailedSpread, reason
}

func fewWorkers(_ *evidence, l *hotLoad, _ *Prediction) (FailedName, string) {
	const most = 3
	if l.workers > most {
		return "", ""
	}
	return FailedFewWorkers, fmt.Sprintf("with %d workers the next attempt of the one is hardly random to the other", l.workers)
}

func notRandom(p *Prediction) string {
	switch {
	case p.Measured.WritesPerSuccess < p.Predicted.WritesPerSuccess || p.Measured.ConflictRate < p.Predicted.ConflictRate:
		return "attempts meet less often than at random: winners or waits keep them apart"
	default:
		return "attempts meet more often than at random: they come in bursts"
	}
}

// waitsBetween reports whether some worker waits before it tries again.
func waitsBetween(r scenario.Retry) (kinds string) {
	var names []string
	for _, p := range r.Policies() {
		if p.Kind.Waits() && p.Kind != retry.Fixed {
			names = append(names, string(p.Kind))
		}
	}
	return strings.Join(names, ", ")
}
