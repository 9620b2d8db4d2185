package report

import (
	"fmt"

	"contend/internal/format"
)

// Misbehaved is a fault that was planted in the target on purpose.
type Misbehaved struct {
	Kind  string `json:"kind"`
	OneIn int64  `json:"one_in"` // requests of those that it concerns
	Times int64  `json:"times"`  // how often it happened
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
