package crew

import (
	"context"
	"errors"
	"time"

	"contend/workload/exec"
	"contend/workload/fleet"
	"contend/workload/history"
	"contend/workload/scenario"
)

// Perform implements [fleet.Performer]. The error is a breach of the protocol, if the scenario
// says that it ends the run, or that the program cannot be started again.
func (c *Crew) Perform(ctx context.Context, a fleet.Assignment) (fleet.Performance, error) {
	s := c.seats[a.Worker]
	if err := s.restart(ctx); err != nil {
		return fleet.Performance{Ending: history.GaveUp, Told: history.GaveUp, Answered: time.Now()}, err
	}
	place := s.place
	o := c.begin(place)
	answer, sent, err := s.ask(ctx, &a)
	answered := time.Now()
	if !sent && err != nil && c.Scenario.Exec.OnError == scenario.OnErrorGoOn && ctx.Err() == nil {
		c.end(ctx, place, o)
		return c.anew(ctx, a, err)
	}
	if sent {
		s.failed = 0
	}
	told := answer.End
	if err != nil {
		told = history.Unknown
		if !sent {
			told = history.GaveUp
		}
		err = c.broken(s, &a, err)
	}
	j := judged{crew: c, assignment: &a, operation: a.Sequence, process: s.number, answered: answered, told: told}
	done := j.performance(c.end(ctx, place, o))
	if err == nil {
		c.compare(&j, &done, &answer)
	}
	return done, err
}

// anew performs an operation, which has not reached the program, by a new process.
func (c *Crew) anew(ctx context.Context, a fleet.Assignment, breach error) (fleet.Performance, error) {
	s := c.seats[a.Worker]
	err := c.broken(s, &a, breach)
	if err == nil && s.noteUselessStart() {
		err = breach
	}
	if err != nil {
		return fleet.Performance{Ending: history.GaveUp, Told: history.GaveUp, Answered: time.Now()}, err
	}
	return c.Perform(ctx, a)
}

// ask asks the process for the operation.
func (s *seat) ask(ctx context.Context, a *fleet.Assignment) (exec.Answer, bool, error) {
	timeout := s.crew.Scenario.Exec.OperationTimeout
	r := exec.Request{
		ID: a.Sequence, Do: a.Kind.String(), Counter: a.Key.Name, Key: plainKey(s.crew.Scenario.Counters.Key, a.Key.Name), By: max(a.Delta, -a.Delta),
		WithinMS: max(timeout.Milliseconds(), 1),
	}
	if a.Kind != history.Read {
		r.Token = a.Token
	}
	return s.process.Ask(ctx, r)
}

// broken kills the process that broke the protocol. The error is nil if the run goes on.
func (c *Crew) broken(s *seat, a *fleet.Assignment, err error) error {
	killed := s.dismiss()
	var breach *exec.Breach
	if c.Scenario.Exec.OnError == scenario.OnErrorStop || !errors.As(err, &breach) {
		return errors.Join(err, killed)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.warnings.add("the program broke the protocol", "operation %d: %s", a.Sequence, breach)
	return killed
}

// compare notes what the program says of an operation and its requests do not bear out.
func (c *Crew) compare(j *judged, done *fleet.Performance, answer *exec.Answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	const kind = "the program said something else than its requests show"
	switch {
	case done.Told == history.Applied && done.Ending != history.Applied:
		c.warnings.add(kind, "process %d, operation %d: the program says that it was applied, but no request of it was", j.process, j.operation)
	case done.Told != history.Applied && done.Told != history.Unknown && done.Ending == history.Unknown:
		c.warnings.add(kind, "process %d, operation %d: the program says %q, but a request of it was applied, or may have been", j.process, j.operation, done.Told)
	}
	if answer.Value == nil || done.Ending != history.Applied {
		return
	}
	for i := range done.Tries {
		t := &done.Tries[i].Attempt
		if state := t.After; state.Known && state.Value != *answer.Value {
			c.warnings.add(kind, "process %d, operation %d: the program says that it left %d, but it left %d", j.process, j.operation, *answer.Value, state.Value)
		}
		if state := t.Saw; j.assignment.Kind == history.Read && i+1 == len(done.Tries) && state.Known && state.Value != *answer.Value {
			c.warnings.add(kind, "process %d, operation %d: the program says that it read %d, but it read %d", j.process, j.operation, *answer.Value, state.Value)
		}
	}
}
