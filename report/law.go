package report

import "contend/workload/law"

// Law is what the law of contention says of a load, or what was measured of it; see
// [contend/workload/law].
type Law struct {
	ThroughputPerS   float64 `json:"throughput_per_s"`   // applied increments and decrements per second
	WritesPerSuccess float64 `json:"writes_per_success"` // at least 1 by the law
	ConflictRate     float64 `json:"conflict_rate"`      // in [0, 1)
}

// Law returns what the run would have measured if its attempts had come at random, at the
// same rate and with the same gap. It is nil for a run that the law does not apply to: one
// without a frontier, or one in which no write lost a race. [Report.Prediction] also covers
// open loops and loops with think time.
func (r *Report) Law() *Law { return r.Frontier.Law() }

// Law is [Report.Law]; f may be nil.
func (f *Frontier) Law() *Law {
	if f == nil || f.C <= 1 || f.T <= 0 || f.GapMS <= 0 {
		return nil
	}
	const second = 1000 // ms
	gap := f.GapMS / second
	return newLaw(law.FromAttempts(f.C/f.T/gap, gap))
}

func newLaw(p law.Prediction) *Law {
	return &Law{ThroughputPerS: p.ThroughputPerS, WritesPerSuccess: p.WritesPerSuccess, ConflictRate: p.ConflictRate}
}

// Values returns the law's figures, keyed by the names of their metrics.
func (l *Law) Values() map[string]float64 {
	return map[string]float64{"throughput": l.ThroughputPerS, "writes_per_success": l.WritesPerSuccess, "conflict_rate": l.ConflictRate}
}
