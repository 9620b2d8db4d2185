package advise

import (
	"math"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/law"
	"contend/workload/scenario"
)

// Law is what the law of contention says of the scenario as it is, beside what its run
// measured; see [contend/report.Frontier].
type Law struct {
	GapMS float64 `json:"gap_ms"` // G, from reading to writing
	// ArrivalsPerGap is λ, of attempts. It is absent, as WritesPerSuccess is, where both grow
	// without bound: in an open loop beyond 1/G.
	ArrivalsPerGap *float64 `json:"arrivals_per_gap,omitempty"`
	// SuccessesPerGap is ρ = X·G, which is a·G in an open loop that keeps up: the share of
	// the writes that are refused.
	SuccessesPerGap  float64  `json:"successes_per_gap"`
	WritesPerSuccess *float64 `json:"writes_per_success,omitempty"` // C = 1 + λ = 1/(1−ρ)
	ThroughputPerS   float64  `json:"throughput_per_s"`             // X
	// Limit is the rate of an open loop that no policy without a queue can go beyond:
	// 1/G, or W/(1 + W·G) with a limit of W write units; 0 in a closed loop.
	Limit float64 `json:"limit_per_s,omitempty"`
}

// lawOf is nil where the law does not hold: for designs that build on no state, for
// several counters, for workers with different latencies, and where the load changes.
func lawOf(s *scenario.Scenario, r simulated) *Law {
	traits, _ := counter.TraitsOf(s.Strategy)
	if !traits.NeedsState || s.Counters.Count != 1 || len(s.Load.Stages) > 0 || len(s.Embedded.Latencies) > 0 || r.GapMS == nil || *r.GapMS <= 0 {
		return nil
	}
	const second = 1000 // ms
	if s.Load.Open() {
		return openLaw(s, *r.GapMS/second)
	}
	if known := r.Law(); known != nil {
		arrivals := known.WritesPerSuccess - 1
		return &Law{GapMS: r.Frontier.GapMS, ArrivalsPerGap: &arrivals, SuccessesPerGap: known.ConflictRate, WritesPerSuccess: &known.WritesPerSuccess,
			ThroughputPerS: known.ThroughputPerS}
	}
	return nil
}

// openLaw takes the gap in seconds. Beyond the limit it is the law at the limit.
func openLaw(s *scenario.Scenario, gap float64) *Law {
	var updates, all float64
	for _, kind := range history.Kinds() {
		weight := float64(s.Operations.Weight(kind))
		if all += weight; kind != history.Read {
			updates += weight
		}
	}
	limit := float64(s.Embedded.KeyLimit())
	p, err := law.Open{RatePerS: float64(s.Load.Rate) * updates / all, GapS: gap, WritesPerS: limit}.Predict()
	if err != nil {
		return nil
	}
	l := &Law{GapMS: gap * 1000, SuccessesPerGap: p.ConflictRate, ThroughputPerS: p.ThroughputPerS, Limit: law.Limit(gap, limit)}
	if !math.IsInf(p.WritesPerSuccess, 1) {
		l.ArrivalsPerGap, l.WritesPerSuccess = &p.AttemptsPerGap, &p.WritesPerSuccess
	}
	return l
}
