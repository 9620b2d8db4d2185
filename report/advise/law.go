package advise

import (
	"contend/counter"
	"contend/workload/history"
	"contend/workload/scenario"
)

// Law is what the law of contention says of the scenario as it is, beside what its run
// measured; see [contend/report.Frontier].
type Law struct {
	GapMS float64 `json:"gap_ms"` // G, from reading to writing
	// ArrivalsPerGap is λ, of attempts.
	ArrivalsPerGap float64 `json:"arrivals_per_gap"`
	// SuccessesPerGap is ρ = X·G, which is a·G in an open loop that keeps up: the share of
	// the writes that are refused.
	SuccessesPerGap  float64 `json:"successes_per_gap"`
	WritesPerSuccess float64 `json:"writes_per_success"` // C = 1 + λ = 1/(1−ρ)
	ThroughputPerS   float64 `json:"throughput_per_s"`   // X
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
		return &Law{GapMS: r.Frontier.GapMS, ArrivalsPerGap: arrivals, SuccessesPerGap: known.ConflictRate, WritesPerSuccess: known.WritesPerSuccess,
			ThroughputPerS: known.ThroughputPerS}
	}
	return nil
}

// openLaw takes the gap in seconds. It is nil beyond the limit.
func openLaw(s *scenario.Scenario, gap float64) *Law {
	var updates, all float64
	for _, kind := range history.Kinds() {
		weight := float64(s.Operations.Weight(kind))
		if all += weight; kind != history.Read {
			updates += weight
		}
	}
	rate := float64(s.Load.Rate) * updates / all
	limit := 1 / gap
	if w := float64(s.Embedded.KeyLimit()); w > 0 {
		limit = w / (1 + w*gap)
	}
	load := rate * gap
	law := &Law{GapMS: gap * 1000, SuccessesPerGap: load, ThroughputPerS: rate, Limit: limit}
	if rate >= limit {
		law.SuccessesPerGap, law.ThroughputPerS = limit*gap, limit
	}
	law.WritesPerSuccess = 1 / (1 - law.SuccessesPerGap)
	law.ArrivalsPerGap = law.WritesPerSuccess - 1
	return law
}
