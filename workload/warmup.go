package workload

import "time"

// Measured is the tally of what began when the warm-up was over: what rates are
// made of. Its attempts may be of operations that began before.
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
