package measure

import (
	"slices"

	"contend/workload/history"
)

// FaultTally counts the requests that faults of one kind hit, and how their operations ended.
type FaultTally struct {
	Kind     string
	Requests int64 // that were hit
	Writes   int64 // of these, those that ask for a change
	// Accepted counts the changes that the store made without an answer to the worker. A
	// request that carries several changes counts once for each.
	Accepted int64
	// Endings counts the operations with at least one such fault by how they
	// ended, indexed by [history.Ending].
	Endings [history.Failed + 1]int64
}

// faultTallies has one element a kind that happened, in the order of their
// first.
type faultTallies []FaultTally

func (t *faultTallies) of(kind string) *FaultTally {
	for i := range *t {
		if (*t)[i].Kind == kind {
			return &(*t)[i]
		}
	}
	*t = append(*t, FaultTally{Kind: kind})
	return &(*t)[len(*t)-1]
}

// operation counts the faults of an operation that has ended.
func (t *faultTallies) operation(op *history.Op) {
	var ended []string // the kinds whose ending was counted
	for i := range op.Attempts {
		for _, f := range op.Attempts[i].Faults {
			tally := t.of(f.Kind)
			if !op.Attempts[i].Carried {
				tally.Requests++
			}
			if f.Write && !op.Attempts[i].Carried {
				tally.Writes++
			}
			if f.Write {
				tally.Accepted += int64(f.AppliedUnacknowledged)
			}
			if !slices.Contains(ended, f.Kind) {
				ended = append(ended, f.Kind)
				tally.Endings[op.Ending]++
			}
		}
	}
}

func (t *faultTallies) merge(other faultTallies) {
	for _, o := range other {
		tally := t.of(o.Kind)
		tally.Requests += o.Requests
		tally.Writes += o.Writes
		tally.Accepted += o.Accepted
		for ending, n := range o.Endings {
			tally.Endings[ending] += n
		}
	}
}
