package report

import (
	"fmt"
	"strings"

	"contend/counter"
	"contend/workload/history"
)

// Counted is how many operations or attempts ended in one way, with the word for it.
// The word is the one that histories use.
type Counted struct {
	Word  string
	Count int64
}

// Endings counts operations by outcome.
type Endings struct {
	Applied int64 `json:"applied"`
	GaveUp  int64 `json:"gave_up"`
	Unknown int64 `json:"unknown"`
	Failed  int64 `json:"failed"`
}

// Counts lists the counts with their words, always in the same order.
func (e Endings) Counts() []Counted {
	return []Counted{
		{history.Applied.String(), e.Applied}, {history.GaveUp.String(), e.GaveUp},
		{history.Unknown.String(), e.Unknown}, {history.Failed.String(), e.Failed},
	}
}

// String lists the outcomes, as in "5 applied, 0 gave up, 1 unknown, 0 failed".
func (e Endings) String() string {
	var parts []string
	for _, c := range e.Counts() {
		parts = append(parts, fmt.Sprintf("%d %s", c.Count, c.Word))
	}
	return strings.Join(parts, ", ")
}

// Endings is how the operations that started ended.
func (t Tally) Endings() Endings {
	return Endings{Applied: t.Applied, GaveUp: t.GaveUp, Unknown: t.Unknown, Failed: t.Failed}
}

// AttemptCounts lists the attempts by outcome, always in the same order.
func (t Tally) AttemptCounts() []Counted {
	return []Counted{
		{counter.Applied.String(), t.AppliedAttempts}, {counter.Conflict.String(), t.Conflicts},
		{counter.Throttled.String(), t.Throttles}, {counter.Unknown.String(), t.UnknownAttempts},
		{counter.Failed.String(), t.FailedAttempts},
	}
}
