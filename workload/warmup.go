package workload

// Measured is the tally of the attempts that began when the warm-up was over, and
// of the operations whose last attempt did: what rates are made of.
func (r *Result) Measured() Tally {
	t := r.Tally
	t.subtract(&r.Warmup)
	return t
}
