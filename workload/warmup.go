package workload

import "time"

// Measured is the tally of the attempts that began when the warm-up was over, and
// of the operations whose last attempt did: what rates are made of.
func (r *Result) Measured() Tally {
	t := r.Tally
	t.subtract(&r.Warmup)
	return t
}

// MeasuredTime is the part of Elapsed after the warm-up; 0 if the run ended
// before that.
func (r *Result) MeasuredTime() time.Duration {
	return max(r.Elapsed-r.Scenario.Load.Warmup, 0)
}
