package report

import (
	"time"

	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/scenario"
)

// SoFar is what a run has measured at a moment while it goes on, without the warm-up, beside
// what the law of contention predicts from that. A number that is not known yet is nil.
type SoFar struct {
	RatePerS         *float64 // applied increments, decrements and transfers per second
	WritesPerSuccess *float64 // C
	ConflictRate     *float64
	// GapMS is G, the mean over the writes that won; nil for designs whose writes start from
	// no state.
	GapMS *float64
	// Law is nil where the law does not apply, see [Report.Prediction], and in a load with
	// stages.
	Law *Law
}

// NewSoFar returns what a run of the scenario has measured by the moment at.
func NewSoFar(s *scenario.Scenario, at *measure.Snapshot) SoFar {
	m := &at.Measured
	applied, attempts, conflicts := m.Updates()
	elapsed := at.Elapsed
	if s.Load.Duration > 0 {
		elapsed = min(elapsed, s.Load.Duration) // after that, operations only end
	}
	seconds := (elapsed - s.Load.Warmup).Seconds()
	far := SoFar{
		WritesPerSuccess: Ratio(float64(m.Writes), float64(applied)), ConflictRate: Ratio(float64(conflicts), float64(attempts)),
	}
	if seconds > 0 {
		far.RatePerS = Ratio(float64(applied), seconds)
	}
	if m.Wins == 0 || m.WonGap <= 0 {
		return far
	}
	gap := m.WonGap / time.Duration(m.Wins)
	far.GapMS = new(millis(gap))
	if !mayBeHot(s) || len(s.Load.Stages) > 0 || applied == 0 || seconds <= 0 {
		return far
	}
	l := hotLoad{
		workers: s.Load.Workers, gap: gap.Seconds(), seconds: seconds, think: s.Load.Think.Seconds() / max(updatesShare(s), 1e-9),
		successes: float64(applied), writesPerWin: *far.WritesPerSuccess, conflictRate: *far.ConflictRate, writeLimit: writeLimitSoFar(s, m),
	}
	if s.Load.Open() {
		due := float64(at.Due) * updatesShare(s)
		l.rate = due / elapsed.Seconds() * (1 - lostSoFar(&at.All))
		// Operations in progress are not behind: there are at most as many as workers.
		l.behind = float64(at.Waiting) > (1-leastServed)*due && at.Waiting > int64(s.Load.Workers)
	}
	if p := l.predict(); p != nil {
		far.Law = &p.Predicted
	}
	return far
}

// writeLimitSoFar is [writeLimit] of a run that goes on.
func writeLimitSoFar(s *scenario.Scenario, m *measure.LiveTally) float64 {
	limit := keyLimit(s, s.Target, s.HasServer())
	if m.WriteUnits > 0 && m.Writes > 0 {
		limit /= max(1, m.WriteUnits/float64(m.Writes))
	}
	return limit
}

// lostSoFar is the share of the operations that ended without success.
func lostSoFar(t *measure.LiveTally) float64 {
	return float64(t.Ended(history.GaveUp)+t.Ended(history.Failed)) / float64(max(t.EndedInAll(), 1))
}
