package advise

import (
	"errors"
	"math"

	"contend/workload/history"
	"contend/workload/scenario"
)

// Errors of [Options.ReadsPerS].
var (
	ErrClosedLoop = errors.New("reads at a rate need an open loop")
	ErrStages     = errors.New("reads at a rate need one rate, not stages")
	ErrNoUpdates  = errors.New("the scenario has no increments or decrements to which reads could be added")
)

// maxWeight bounds the weights of operations; see [scenario.Mix].
const maxWeight = 1_000_000

// withReads makes reads arrive at a rate of their own, in place of those of the scenario.
// As many increments and decrements arrive as before.
func withReads(s scenario.Scenario, readsPerS float64) (scenario.Scenario, error) {
	updates := updateShare(&s) * float64(s.Load.Rate)
	switch {
	case !s.Load.Open():
		return s, ErrClosedLoop
	case len(s.Load.Stages) > 0:
		return s, ErrStages
	case updates == 0:
		return s, ErrNoUpdates
	}
	s.Load.Rate = scenario.Rate(updates + readsPerS)
	// The weights are the rates, multiplied so that they are whole numbers.
	rates, whole := scenario.Mix{}, 0
	for _, kind := range []history.Kind{history.Increment, history.Decrement, history.Transfer} {
		whole += s.Operations.Weight(kind)
	}
	multiple := 1.0
	if updates != math.Trunc(updates) || readsPerS != math.Trunc(readsPerS) || s.Operations.Weight(history.Increment) != whole {
		multiple = math.Min(1000, maxWeight/(updates+readsPerS))
	}
	for _, kind := range []history.Kind{history.Increment, history.Decrement, history.Transfer} {
		rates[kind] = weightOf(updates * float64(s.Operations.Weight(kind)) / float64(whole) * multiple)
	}
	rates[history.Read] = weightOf(readsPerS * multiple)
	s.Operations = rates
	return s, nil
}

func weightOf(w float64) int { return int(math.Min(math.Round(w), maxWeight)) }

// updateShare is the share of the operations that change a counter.
func updateShare(s *scenario.Scenario) float64 {
	var updates, all float64
	for _, kind := range history.Kinds() {
		weight := float64(s.Operations.Weight(kind))
		if all += weight; kind != history.Read {
			updates += weight
		}
	}
	return updates / all
}

// operationsPerS is the mean rate of the operations of an open loop.
func operationsPerS(l *scenario.Load) float64 {
	if len(l.Stages) == 0 {
		return float64(l.Rate)
	}
	due := 0.0
	for _, s := range l.Segments() {
		due += (s.From + s.To) / 2 * s.Duration.Seconds()
	}
	return due / l.Duration.Seconds()
}
