package report

import (
	"fmt"

	"contend/internal/format"
	"contend/workload/trial"
)

// Misbehaved is a fault that was planted in the embedded server on purpose.
type Misbehaved struct {
	Kind  string `json:"kind"`
	OneIn int64  `json:"one_in"` // one in this many of the requests that can show it
	Times int64  `json:"times"`  // how often it happened
}

// misbehaved returns the faults that were planted in a run's target.
func misbehaved(o *trial.Outcome) []Misbehaved {
	var list []Misbehaved
	for _, c := range o.Planted {
		list = append(list, Misbehaved{Kind: c.Kind, OneIn: c.OneIn, Times: c.Times})
	}
	return list
}

// neverHappened warns of planted faults that never happened.
func neverHappened(planted []Misbehaved) []string {
	var doubts []string
	for _, m := range planted {
		if m.Times == 0 {
			doubts = append(doubts, fmt.Sprintf("the planted fault %q (one in %s) never happened, so no check can have noticed it",
				m.Kind, format.Count(m.OneIn, "request")))
		}
	}
	return doubts
}
