package measure

import "time"

func (r *Result) joinOpenLoop(part *OpenLoop) {
	if part == nil {
		return
	}
	if r.OpenLoop == nil {
		r.OpenLoop = new(OpenLoop)
	}
	o := r.OpenLoop
	o.Lasted, o.BegunIn = max(o.Lasted, part.Lasted), max(o.BegunIn, part.BegunIn)
	o.Queued += part.Queued
	o.MaxWaiting += part.MaxWaiting
	for len(o.Due) < len(part.Due) {
		o.Due = append(o.Due, 0)
	}
	for i, n := range part.Due {
		o.Due[i] += n
	}
	o.Lateness.Absorb(&part.Lateness)
	o.Delay.Absorb(&part.Delay)
}

// joinStages adds the stages that a machine reached to those that others did.
func joinStages(sum, part []StageTally) []StageTally {
	for i := range part {
		p := &part[i]
		if i == len(sum) {
			sum = append(sum, StageTally{Stage: p.Stage, From: p.From, To: p.To})
		}
		s := &sum[i]
		s.To = max(s.To, p.To)
		s.Due += p.Due
		s.Dropped += p.Dropped
		s.Started += p.Started
		s.Applied += p.Applied
		s.UpdateAttempts += p.UpdateAttempts
		s.Conflicts += p.Conflicts
		s.UpdatesApplied += p.UpdatesApplied
		s.Throttles += p.Throttles
		s.Wins += p.Wins
		s.WonGap += p.WonGap
		s.Served += p.Served
		s.Response.Absorb(&p.Response)
	}
	return sum
}

// joinStalls finds the times in which all machines stalled, and what their workers would
// have begun in them.
func (r *Result) joinStalls(parts []*Result) {
	joined := &r.Stalls
	joined.All = parts[0].Stalls.All
	for i, part := range parts {
		s := &part.Stalls
		if i > 0 {
			joined.All = bothStalled(joined.All, s.All)
		}
		joined.Least = max(joined.Least, s.Least)
		joined.LastSuccess = max(joined.LastSuccess, s.LastSuccess)
		joined.Succeeded = joined.Succeeded || s.Succeeded
	}
	var all []Stall
	for _, stall := range joined.All {
		if stall.To-stall.From >= joined.Least {
			all = append(all, stall)
			joined.Total += stall.To - stall.From
		}
	}
	joined.All = all
	r.hide()
}

// bothStalled are the times in which workers of both waited and neither had a success. Both
// lists are in order, and no stall of one overlaps another of the same.
func bothStalled(some, others []Stall) []Stall {
	var both []Stall
	for i, j := 0, 0; i < len(some) && j < len(others); {
		a, b := &some[i], &others[j]
		if from, to := max(a.From, b.From), min(a.To, b.To); from < to && len(both) < maxStalls {
			both = append(both, joinStall(a, b))
		}
		if a.Over <= b.Over {
			i++
		} else {
			j++
		}
	}
	return both
}

// joinStall is the part of time that two stalls share. A success of either ends it.
func joinStall(a, b *Stall) Stall {
	s := Stall{
		From: max(a.From, b.From), To: min(a.To, b.To), Workers: a.Workers + b.Workers, Ended: a.Ended || b.Ended,
		Began: max(a.Began, b.Began), Over: min(a.Over, b.Over),
	}
	for _, one := range []*Stall{a, b} {
		for step, workers := range one.Waits {
			since := one.Began + (one.Over-one.Began)*time.Duration(step)/stallSteps
			s.Waits[s.step(int64(since))] += workers
		}
	}
	return s
}
