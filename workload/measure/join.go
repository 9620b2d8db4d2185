package measure

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"

	"contend/workload/history"
	"contend/workload/scenario"
)

// Join adds up what the machines of one run measured. Counts and histograms are added, so that
// percentiles are those of all operations. All times are since the common start. Some values
// are less exact than those of one process:
//
//   - a stall is a time in which all machines stalled;
//   - [OpenLoop.MaxWaiting] is the most that can have waited, as if all machines had their
//     most at one moment;
//   - [Result.Late] and [Second.AfterLoad] are of what ended after the load of its machine,
//     which may be over before that of others;
//   - [Result.Client] is zero, and so is [Result.Source].
//
// Join returns an error if the parts do not belong to one run. The parts must not be used
// afterwards, because the result shares their memory.
func Join(parts []*Result) (*Result, error) {
	if len(parts) == 0 {
		return nil, errors.New("join: there is nothing to join")
	}
	parts = slices.Clone(parts)
	slices.SortStableFunc(parts, func(a, b *Result) int { return cmp.Compare(a.Source.Machine, b.Source.Machine) })
	if err := sameRun(parts); err != nil {
		return nil, fmt.Errorf("join: %w", err)
	}
	first := parts[0]
	r := &Result{
		Scenario: first.Scenario, Course: Course{StartedAt: first.StartedAt}, Ledgers: slices.Clone(first.Ledgers),
		Reasons: newReasons(), Parts: newParts(&first.Scenario),
	}
	for i, part := range parts {
		r.Course.join(part)
		r.joinCounts(part)
		if i > 0 {
			for n := range r.Ledgers {
				joinLedger(&r.Ledgers[n], &part.Ledgers[n])
			}
		}
		r.Workers = append(r.Workers, part.Workers...)
		r.Seconds = joinSeconds(r.Seconds, part.Seconds)
		r.joinOpenLoop(part.OpenLoop)
		r.Stages = joinStages(r.Stages, part.Stages)
	}
	slices.SortFunc(r.Workers, func(a, b WorkerTally) int { return cmp.Compare(a.Number, b.Number) })
	for i := range r.Seconds {
		r.Seconds[i].percentiles()
	}
	r.Warnings = joinWarnings(parts)
	r.joinStalls(parts)
	return r, nil
}

// sameRun refuses parts that are not of one run. They are in the order of the machines.
func sameRun(parts []*Result) error {
	first := parts[0]
	text := withoutTarget(first.Scenario)
	for i, part := range parts {
		switch {
		case part.Source.Run != first.Source.Run:
			return fmt.Errorf("the runs %q and %q are not one", first.Source.Run, part.Source.Run)
		case part.Source.Machines != first.Source.Machines:
			return fmt.Errorf("run %q is of %d machines and of %d", first.Source.Run, first.Source.Machines, part.Source.Machines)
		case i > 0 && part.Source.Machine == parts[i-1].Source.Machine:
			return fmt.Errorf("machine %d occurs twice", part.Source.Machine)
		case !bytes.Equal(text, withoutTarget(part.Scenario)):
			return fmt.Errorf("machines %d and %d had different scenarios", first.Source.Machine, part.Source.Machine)
		case len(part.Ledgers) != len(first.Ledgers):
			return fmt.Errorf("machines %d and %d had different counters", first.Source.Machine, part.Source.Machine)
		}
		for n := range part.Ledgers {
			a, b := &first.Ledgers[n], &part.Ledgers[n]
			if a.Key != b.Key || a.Initial != b.Initial || a.InitialVersion != b.InitialVersion {
				return fmt.Errorf("machine %d began with %q at %d, machine %d with %q at %d",
					first.Source.Machine, a.Key, a.Initial, part.Source.Machine, b.Key, b.Initial)
			}
		}
	}
	return nil
}

// withoutTarget is the text of a scenario without the store's address, which may be another
// on each machine.
func withoutTarget(s scenario.Scenario) []byte {
	s.Target = ""
	return scenario.Encode(s)
}

// join adds the course of a part. What ended one of the machines early is told of all.
func (c *Course) join(part *Result) {
	c.Elapsed = max(c.Elapsed, part.Elapsed)
	c.LoadEnded = max(c.LoadEnded, part.LoadEnded)
	c.Interrupted = c.Interrupted || part.Interrupted
	if e := part.EndedEarly; e != nil && (c.EndedEarly == nil || e.At < c.EndedEarly.At) {
		c.EndedEarly = e
	}
	if reached := part.CostReached; reached != nil && (c.CostReached == nil || reached.At < c.CostReached.At) {
		c.CostReached = &CostReached{At: reached.At, Limit: reached.Limit * float64(part.Source.Machines)}
	}
	if part.Err != nil {
		c.Err = errors.Join(c.Err, fmt.Errorf("%s: %w", part.Source.name(), part.Err))
	}
}

// name is for sentences.
func (s *Share) name() string { return fmt.Sprintf("machine %d", s.Machine) }

func (r *Result) joinCounts(part *Result) {
	add(&r.Tally, &part.Tally)
	add(&r.Warmup, &part.Warmup)
	add(&r.Late, &part.Late)
	add(&r.Capacity, &part.Capacity)
	r.AppliedDelta += part.AppliedDelta
	r.Reasons.add(&part.Reasons)
	r.Wire.merge(part.Wire)
	r.WarmupWire.merge(part.WarmupWire)
	(*faultTallies)(&r.Faults).merge(part.Faults)
	r.Parts.merge(part.Parts)
	r.Latency.join(&part.Latency)
	for len(r.AttemptsPerOperation) < len(part.AttemptsPerOperation) {
		r.AttemptsPerOperation = append(r.AttemptsPerOperation, 0)
	}
	for n, operations := range part.AttemptsPerOperation {
		r.AttemptsPerOperation[n] += operations
	}
}

func (l *Latency) join(part *Latency) {
	for kind := range l.ByKind {
		l.ByKind[kind].Absorb(&part.ByKind[kind])
		l.ResponseByKind[kind].Absorb(&part.ResponseByKind[kind])
	}
	for _, pair := range [][2]*Timing{{&l.Succeeded, &part.Succeeded}, {&l.Others, &part.Others}} {
		pair[0].Response.Absorb(&pair[1].Response)
		pair[0].Service.Absorb(&pair[1].Service)
		pair[0].Attempt.Absorb(&pair[1].Attempt)
	}
}

// joinLedger adds the account of the same counter on another machine. The final value is
// the one that was read last.
func joinLedger(l, part *history.Ledger) {
	l.Merge(part)
	l.Idempotent = l.Idempotent && part.Idempotent
	l.Unseen = cmp.Or(l.Unseen, part.Unseen)
	if part.FinalKnown && (!l.FinalKnown || part.FinalAsked.After(l.FinalAsked)) {
		l.Final, l.FinalVersion, l.FinalKnown = part.Final, part.FinalVersion, true
		l.FinalAsked, l.FinalTold, l.Watched = part.FinalAsked, part.FinalTold, part.Watched
	}
}

func joinSeconds(sum, part []Second) []Second {
	for len(sum) < len(part) {
		sum = append(sum, Second{})
	}
	for i := range part {
		s, p := &sum[i], &part[i]
		add(&s.SecondCounts, &p.SecondCounts)
		add(&s.AfterLoad, &p.AfterLoad)
		s.Ended += p.Ended
		s.Responses = append(s.Responses, make([]uint32, max(len(p.Responses)-len(s.Responses), 0))...)
		for b, n := range p.Responses {
			s.Responses[b] += n
		}
	}
	return sum
}

// joinWarnings names the machine of each warning, unless all machines have it.
func joinWarnings(parts []*Result) []string {
	var all []string
	for _, part := range parts {
		for _, warning := range part.Warnings {
			common := !slices.ContainsFunc(parts, func(o *Result) bool { return !slices.Contains(o.Warnings, warning) })
			if !common {
				warning = part.Source.name() + ": " + warning
			}
			if !slices.Contains(all, warning) {
				all = append(all, warning)
			}
		}
	}
	return all
}
