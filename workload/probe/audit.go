package probe

import (
	"fmt"

	"contend/counter"
	"contend/workload/check"
	"contend/workload/history"
)

// failures are the checks that fail, by their names.
type failures map[string]check.Result

// audit gives what happened to one counter to the checks of "contend check".
func (t trial) audit(name string) (failures, error) {
	audit := check.NewAudit(history.Header{Counters: []history.CounterStart{{Key: name, Initial: t.initial}}})
	for i := range t.ops {
		if err := audit.Add(&t.ops[i]); err != nil {
			return nil, fmt.Errorf("judge %q: %w", name, err)
		}
	}
	findings := audit.Close(history.Footer{Finals: []history.CounterEnd{{Final: t.final}}}, false)
	failed := failures{}
	for _, c := range findings.Checks {
		if c.Status == check.Fail {
			failed[c.Name] = c
		}
	}
	return failed, nil
}

// suspect is the suspicion that a check failed, with its evidence if it did.
func (f failures) suspect(name, finding string) suspicion {
	c, failed := f[name]
	if failed && len(c.Evidence) == 0 {
		c.Evidence = []string{c.Reason}
	}
	return suspicion{c.Evidence, finding}
}

// without leaves out the checks that also fail in other.
func (f failures) without(other failures) failures {
	rest := failures{}
	for name, c := range f {
		if _, failed := other[name]; !failed {
			rest[name] = c
		}
	}
	return rest
}

// writes is the trial without its clients' reads and without the items returned with
// refusals.
func (t trial) writes() trial { return t.withReads() }

// withReads is the trial with the acknowledgements of its writes and, of the other
// answers, only those from the given sources. Each of these counts as a strong read of
// its own.
func (t trial) withReads(sources ...source) trial {
	only := trial{initial: t.unversioned(t.initial), final: t.unversioned(t.final)}
	for i := range t.ops {
		op := t.ops[i]
		if op.Kind == history.Read {
			continue
		}
		op.Attempts = make([]history.Attempt, len(op.Attempts))
		for j, a := range t.ops[i].Attempts {
			a.LookInvoked, a.LookReturned, a.Saw = 0, 0, history.State{}
			a.Before, a.After = t.unversioned(a.Before), t.unversioned(a.After)
			op.Attempts[j] = a
		}
		only.ops = append(only.ops, op)
	}
	for _, s := range of(sightings(t.ops), sources...) {
		only.ops = append(only.ops, history.Op{
			Worker: s.op.Worker, Sequence: s.op.Sequence, Kind: history.Read, Ending: history.Applied,
			Due: s.invoked, Invoked: s.invoked, Returned: s.returned,
			Attempts: []history.Attempt{{
				Invoked: s.invoked, Returned: s.returned, Outcome: counter.Applied, Saw: t.unversioned(s.state),
			}},
		})
	}
	return only
}

// unversioned is the state in the form that package check expects: a counter that began
// without a version is followed by its values.
func (t trial) unversioned(s history.State) history.State {
	if t.initial.Version == 0 {
		s.Version = 0
	}
	return s
}

// misread lists the suspicions about the answers from the sources; called is what they
// are called in findings. It leaves out faults that the writes alone already show.
func (t trial) misread(name, called string, sources ...source) ([]suspicion, error) {
	own, err := t.writes().audit(name)
	if err != nil {
		return nil, err
	}
	failed, err := t.withReads(sources...).audit(name)
	if err != nil {
		return nil, err
	}
	failed = failed.without(own)
	return []suspicion{
		failed.suspect("chain", called+" showed a state that nobody wrote"),
		failed.suspect("reads", called+" showed an older state than one seen before it was sent"),
		failed.suspect("linearizable", called+" showed a state that nobody had written yet"),
	}, nil
}
