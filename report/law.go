package report

// Law is what a run would have measured if its attempts had come at random, at the same
// rate and with the same gap; see [Frontier].
type Law struct {
	ThroughputPerS   float64 // updates
	WritesPerSuccess float64
	ConflictRate     float64 // in [0, 1)
}

// Law returns nil for runs that the law is not for: those without a frontier, and those
// in which nobody lost a race.
func (r *Report) Law() *Law { return r.Frontier.Law() }

// Law is [Report.Law]; f may be nil.
func (f *Frontier) Law() *Law {
	if f == nil || f.C <= 1 || f.T <= 0 || f.GapMS <= 0 {
		return nil
	}
	arrivals := f.C / f.T // in a gap
	const second = 1000   // ms
	return &Law{
		ThroughputPerS:   arrivals / (1 + arrivals) * second / f.GapMS,
		WritesPerSuccess: 1 + arrivals,
		ConflictRate:     arrivals / (1 + arrivals),
	}
}

// Values are the law's figures by the names of their metrics.
func (l *Law) Values() map[string]float64 {
	return map[string]float64{"throughput": l.ThroughputPerS, "writes_per_success": l.WritesPerSuccess, "conflict_rate": l.ConflictRate}
}
