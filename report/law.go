package report

// Law is what a run would have measured if its attempts had come at random, at the same
// rate and with the same gap; see [Frontier].
type Law struct {
	ThroughputPerS   float64 // updates
	WritesPerSuccess float64
	ConflictRate     float64 // in [0, 1)
}

// Law returns nil for runs that the law is not for: those without a frontier, and those of
// one worker, who loses to nobody.
func (r *Report) Law() *Law {
	f := r.Frontier
	if f == nil || r.Workers < 2 || f.T <= 0 || f.GapMS <= 0 {
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
