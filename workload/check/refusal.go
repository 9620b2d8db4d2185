package check

import (
	"fmt"

	"contend/counter"
	"contend/workload/history"
)

// refusals looks for conditional writes that were refused although their condition was
// true: the refusal returned the state that the write was built on, and nobody else wrote
// meanwhile.
type refusals struct {
	writes   []span    // that may have been under way when a later line's was
	suspects []refusal // that nobody is known to have disturbed
	open     int64     // when the first write without an answer was sent
	any      bool      // there is one
}

// span is the time in which a write was in progress.
type span struct {
	invoked, returned int64
	worker            int32
	sequence          int64
}

func (s *span) overlaps(o *span) bool { return s.invoked <= o.returned && o.invoked <= s.returned }

// refusal is a refused write.
type refusal struct {
	span
	delta int64
	state history.State
}

// add enters an operation that has ended.
func (r *refusals) add(op *history.Op) {
	if op.Kind == history.Read {
		return
	}
	for i := range op.Attempts {
		a := &op.Attempts[i]
		if !a.Written && a.AmbiguousWrites == 0 {
			continue
		}
		s := span{a.Invoked, a.Returned, int32(op.Worker), op.Sequence}
		if a.Writes().Unknown > 0 && (!r.any || a.Invoked < r.open) {
			r.open, r.any = a.Invoked, true
		}
		r.disturb(&s)
		if needless(a) {
			r.suspect(refusal{s, op.Delta, a.Saw})
		}
		r.writes = append(r.writes, s)
	}
}

// needless reports whether an attempt was refused for a state that it allowed.
func needless(a *history.Attempt) bool {
	return a.Outcome == counter.Conflict && a.Written && a.AmbiguousWrites == 0 && a.Before.Known && a.Saw == a.Before
}

// disturb clears the refusals during which another operation was writing.
func (r *refusals) disturb(s *span) {
	kept := r.suspects[:0]
	for i := range r.suspects {
		if x := &r.suspects[i]; !x.overlaps(s) || x.worker == s.worker && x.sequence == s.sequence {
			kept = append(kept, *x)
		}
	}
	r.suspects = kept
}

func (r *refusals) suspect(x refusal) {
	const most = 1000
	for i := range r.writes {
		if s := &r.writes[i]; x.overlaps(s) && (x.worker != s.worker || x.sequence != s.sequence) {
			return
		}
	}
	if len(r.suspects) < most {
		r.suspects = append(r.suspects, x)
	}
}

// advance forgets the writes that were over by now: all that is not yet known
// began later.
func (r *refusals) advance(now int64) {
	kept := r.writes[:0]
	for _, s := range r.writes {
		if s.returned >= now {
			kept = append(kept, s)
		}
	}
	r.writes = kept
}

// needless gives the evidence of the refusals that had no reason. From the cut
// on, a line that is lost may be one. The second are the refused writes.
func (r *refusals) needless(cutAt int64) (evidence []string, of []entry) {
	for i := range r.suspects {
		x := &r.suspects[i]
		if x.returned >= cutAt || r.any && r.open <= x.returned {
			continue
		}
		state := fmt.Sprintf("value %d", x.state.Value)
		if x.state.Version != 0 {
			state += fmt.Sprintf(" of version %d", x.state.Version)
		}
		evidence = append(evidence, fmt.Sprintf("worker %d's %s (operation %d), built on %s, was refused because of that very state %s, and nobody else was writing",
			x.worker, changeWord(x.delta), x.sequence, state, interval(x.invoked, x.returned)))
		of = append(of, entry{kind: strongRead, sequence: x.sequence, worker: x.worker, value: x.state.Value, invoked: x.invoked, returned: x.returned})
	}
	return evidence, of
}
