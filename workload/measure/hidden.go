package measure

import "time"

// hide finds what the workers of a closed loop would have begun in stalls.
func (r *Result) hide() {
	every := r.usualCycle()
	if r.OpenLoop != nil || every <= 0 {
		return
	}
	for i := range r.Stalls.All {
		r.Stalls.All[i].hide(every, r)
	}
}

// usualCycle is the mean time from the begin of an operation of a worker to the begin
// of its next one, stalls apart; 0 if none was applied.
func (r *Result) usualCycle() time.Duration {
	applied, _ := r.InTime()
	if applied == 0 {
		return 0
	}
	load := &r.Scenario.Load
	workers := float64(load.Workers)
	if len(load.Stages) > 0 && load.Duration > 0 {
		workers = load.WorkerSeconds() / load.Duration.Seconds()
	}
	if load.Workers > 0 { // some may be of machines that others have
		workers *= float64(len(r.Workers)) / float64(load.Workers)
	}
	return time.Duration(workers * float64(r.MeasuredTime()-r.Stalls.Total) / float64(applied))
}

// maxHiddenSteps bounds the time that it takes to fill in a long stall: then several
// operations are taken to begin together.
const maxHiddenSteps = 10000

// hide records the operations that would have begun in the stall, every so often
// from when each worker began to wait. The one that a worker waited for is among the
// measured ones, if the stall ended; and what would have waited for less than a
// cycle is not counted, as it may have begun late only by chance. A stall that did
// not end was at least as long as the load.
func (s *Stall) hide(every time.Duration, r *Result) {
	from, to := r.Scenario.Load.Warmup, r.LoadEnded
	for step, workers := range s.Waits {
		if workers == 0 {
			continue
		}
		since := s.Began + (s.Over-s.Began)*time.Duration(step)/stallSteps
		together := max((s.Over-since)/every/maxHiddenSteps, 1)
		first, least := since+every, every
		if !s.Ended && s.Over <= to {
			first, least = since, 0
		}
		for asked := first; asked < to && s.Over-asked >= least; asked += every * together {
			if asked >= from {
				r.Stalls.Hidden.RecordMany(s.Over-asked, int64(workers)*int64(together))
			}
		}
	}
}
