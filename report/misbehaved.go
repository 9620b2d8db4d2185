package report

import (
	"fmt"

	"contend/internal/format"
	"contend/workload/trial"
)

// Misbehaved is a fault that was planted in the target on purpose.
type Misbehaved struct {
	Kind  string `json:"kind"`
	OneIn int64  `json:"one_in"` // requests of those that it concerns
	Times int64  `json:"times"`  // how often it happened
}

// misbehaved are the faults that were planted in a run's target.
func misbehaved(o *trial.Outcome) []Misbehaved {
	var list []Misbehaved
	for _, c := range o.Planted {
		list = append(list, Misbehaved{Kind: c.Kind, OneIn: c.OneIn, Times: c.Times})
	}
	return list
}

// neverHappened doubts a run whose planted faults did not show.
func neverHappened(planted []Misbehaved) []string {
	var doubts []string
	for _, m := range planted {
		if m.Times == 0 {
			doubts = append(doubts, fmt.Sprintf("the planted fault %q (one in %s) never happened: no check can have noticed it",
				m.Kind, format.Count(m.OneIn, "request")))
		}
	}
	return doubts
}
