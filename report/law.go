package report

// Law is the law of contention, applied to a run: what the run would have measured if its
// attempts had come at random, at the same rate and with the same gap; see [Frontier].
type Law struct {
	ThroughputPerS   float64 // applied updates per second
	WritesPerSuccess float64 // at least 1
	ConflictRate     float64 // in [0, 1)
}

// Law returns nil for a run that the law does not apply to: one without a frontier, or one
// in which no write lost a race.
func (r *Report) Law() *Law { return r.Frontier.Law() }

// Law is [Report.Law]; f may be nil.
func (f *Frontier) Law() *Law {
	if f == nil || f.C <= 1 || f.T <= 0 || f.GapMS <= 0 {
		return nil
	}
	arrivals := f.C / f.T // of attempts, per gap
	const second = 1000   // ms
	return &Law{
		ThroughputPerS:   arrivals / (1 + arrivals) * second / f.GapMS,
		WritesPerSuccess: 1 + arrivals,
		ConflictRate:     arrivals / (1 + arrivals),
	}
}

// Values returns the law's figures, keyed by the names of their metrics.
func (l *Law) Values() map[string]float64 {
	return map[string]float64{"throughput": l.ThroughputPerS, "writes_per_success": l.WritesPerSuccess, "conflict_rate": l.ConflictRate}
}
