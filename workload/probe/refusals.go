package probe

import (
	"fmt"

	"contend/counter"
	"contend/workload/history"
)

// refusals describes the refused attempts that are wrong.
func refusals(ops []history.Op, wrong func(history.Attempt) bool) []string {
	var evidence []string
	for _, op := range ops {
		for _, a := range op.Attempts {
			if a.Outcome == counter.Conflict && wrong(a) {
				evidence = append(evidence, fmt.Sprintf("%v, refused for the condition value = %d at %v, %s",
					op, a.Before.Value, moment(a.Returned), returned(a.Saw)))
			}
		}
	}
	return evidence
}

func returned(s history.State) string {
	if !s.Known {
		return "got no item"
	}
	return fmt.Sprintf("got version %d (value %d)", s.Version, s.Value)
}

func conflicts(ops []history.Op) int {
	n := 0
	for _, op := range ops {
		for _, a := range op.Attempts {
			if a.Outcome == counter.Conflict {
				n++
			}
		}
	}
	return n
}

// blindReads are strong reads after a refusal that do not show a newer version than the
// refused one. They work for counters that only go up.
func blindReads(ops []history.Op) []string {
	var evidence []string
	for _, op := range ops {
		for i := 1; i < len(op.Attempts); i++ {
			lost, next := op.Attempts[i-1], op.Attempts[i]
			if lost.Outcome != counter.Conflict || next.LookReturned == 0 || !next.Before.Known || next.Before.Version > lost.Before.Version {
				continue
			}
			evidence = append(evidence, fmt.Sprintf("%v was refused at %v, built on version %d (value %d), and at %v still read version %d",
				op, moment(lost.Returned), lost.Before.Version, lost.Before.Value, moment(next.LookReturned), next.Before.Version))
		}
	}
	return evidence
}
