package retry

import (
	"strings"

	"contend/counter"
)

// OutcomeSet is a set of attempt outcomes. It is comparable; the zero value is
// empty.
type OutcomeSet uint8

// Outcomes returns the set of the given outcomes.
func Outcomes(outcomes ...counter.Outcome) OutcomeSet {
	var set OutcomeSet
	for _, outcome := range outcomes {
		set |= bit(outcome)
	}
	return set
}

// Has reports whether the outcome is in the set.
func (s OutcomeSet) Has(outcome counter.Outcome) bool { return s&bit(outcome) != 0 }

// List returns the outcomes of the set in the order of [counter.Outcomes].
func (s OutcomeSet) List() []counter.Outcome {
	var list []counter.Outcome
	for _, outcome := range counter.Outcomes() {
		if s.Has(outcome) {
			list = append(list, outcome)
		}
	}
	return list
}

// String returns the set as scenarios write it: [conflict, unknown].
func (s OutcomeSet) String() string {
	var words []string
	for _, outcome := range s.List() {
		words = append(words, outcome.String())
	}
	return "[" + strings.Join(words, ", ") + "]"
}

// bit returns the bit of an outcome, 0 for a value that the set cannot hold.
func bit(outcome counter.Outcome) OutcomeSet { return 1 << outcome }
