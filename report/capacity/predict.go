package capacity

import (
	"math"
	"time"

	"contend/counter"
	"contend/report"
	"contend/workload/estimate"
	"contend/workload/history"
	"contend/workload/law"
	"contend/workload/scenario"
	"contend/workload/threshold"
)

// Law is what the law of contention predicts for a trial.
type Law struct {
	ThroughputPerS float64 `json:"throughput_per_s"`
	// WritesPerSuccess is absent if the load is beyond the limit of a key without a write
	// limit: the law then does not bound it.
	WritesPerSuccess *float64 `json:"writes_per_success,omitempty"`
	ConflictRate     float64  `json:"conflict_rate"`
}

func newLaw(throughput, writes, conflicts float64) *Law {
	l := &Law{ThroughputPerS: throughput, ConflictRate: conflicts}
	if !math.IsInf(writes, 1) {
		l.WritesPerSuccess = &writes
	}
	return l
}

// usualLatency is of a request to a store of which the scenario says nothing, and usualWrites
// what one key of DynamoDB takes (developer guide, partition-key design). They only decide
// where a search begins.
const (
	usualLatency = 5 * time.Millisecond
	usualWrites  = 1000
)

// hasLaw reports whether the law holds for a scenario: for one counter that is changed by
// conditional writes.
func hasLaw(s *scenario.Scenario) bool {
	traits, _ := counter.TraitsOf(s.Strategy)
	return traits.NeedsState && s.Counters.Count == 1 && len(s.Embedded.Latencies) == 0
}

// lawOf is nil where the law does not hold, and in closed loops.
func lawOf(s *scenario.Scenario, f *Figures) *Law {
	if !hasLaw(s) || f.GapMS == nil || f.DueRatePerS == nil {
		return nil
	}
	const millis = 1000
	p, err := law.Open{RatePerS: *f.DueRatePerS * updateShare(s), GapS: *f.GapMS / millis, WritesPerS: writesOf(s)}.Predict()
	if err != nil {
		return nil
	}
	return newLaw(p.ThroughputPerS, p.WritesPerSuccess, p.ConflictRate)
}

// closedLawOf is nil for a run without a lost race.
func closedLawOf(r *report.Report) *Law {
	l := r.Law()
	if l == nil {
		return nil
	}
	return newLaw(l.ThroughputPerS, l.WritesPerSuccess, l.ConflictRate)
}

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

// writesOf is how many writes one item takes in a second; 0: no limit is known.
func writesOf(s *scenario.Scenario) float64 {
	units := float64(s.Embedded.KeyLimit())
	if !s.HasServer() {
		units = usualWrites
	}
	write, _ := estimate.UnitsOf(s)
	return units / write
}

// latencyOf is the mean time of a request, with that in the client.
func latencyOf(s *scenario.Scenario) time.Duration {
	var sum time.Duration
	kinds := s.Embedded.Kinds()
	for _, l := range kinds {
		sum += l.Mean
	}
	mean := sum / time.Duration(len(kinds))
	if mean == 0 && !s.HasServer() {
		mean = usualLatency
	}
	return max(mean+s.Simulated.Client, 100*time.Microsecond)
}

// predict is the load at which a search begins: by the law, from what the scenario says of
// latencies and limits, or about that for designs of which the law says nothing.
func predict(s *scenario.Scenario, find Find) float64 {
	switch find {
	case Workers:
		return max(1, math.Round(predictWorkers(s)))
	case Shards:
		one := *s
		one.Parameters.Shards = 1
		return min(max(1, math.Ceil(float64(s.Load.Rate)/sustained(&one))), counter.MaxShards)
	}
	const rare = 20 // a rate so much lower than the most is as good as none
	most := sustained(s)
	rate := most
	for _, rho := range refusedShares(s) {
		rate = min(rate, rho/latencyOf(s).Seconds()/updateShare(s))
	}
	return min(max(rate, most/rare, leastRate), mostRate)
}

// sustained is the most operations a second that a scenario's counters and workers sustain.
func sustained(s *scenario.Scenario) float64 {
	latency := latencyOf(s).Seconds()
	workers := float64(s.Load.Workers)
	traits, _ := counter.TraitsOf(s.Strategy)
	items := float64(s.Counters.Count)
	if s.Strategy == counter.ShardedName {
		items *= float64(s.Parameters.Shards)
	}
	writes := writesOf(s)
	requests := 1.0
	one := math.Inf(1)
	switch {
	case traits.NeedsState:
		one, requests = law.Limit(latency, writes), 2
	case writes > 0:
		one = writes
	}
	return min(items*one/updateShare(s), workers/(requests*latency))
}

// refusedShares returns, for each limit of a percentile of the response, the share of
// refused writes at which the attempts of that percentile take just that long, without
// waits between them.
func refusedShares(s *scenario.Scenario) []float64 {
	if !hasLaw(s) {
		return nil
	}
	attempt := 2 * latencyOf(s).Seconds()
	var all []float64
	for _, t := range s.Thresholds {
		of, p, ok := threshold.Percentile(t.Metric)
		if !ok || of != "" && of != "response." && of != "service." || p >= 100 || t.Operator != threshold.Less && t.Operator != threshold.AtMost {
			continue
		}
		const millis, percent = 1000, 100
		attempts := t.Limit() / millis / attempt
		all = append(all, math.Pow(1-p/percent, 1/max(attempts, 0.1)))
	}
	return all
}

// predictWorkers is the number of workers that meets the percentiles of the thresholds, or
// the scenario's own.
func predictWorkers(s *scenario.Scenario) float64 {
	workers := float64(s.Load.Workers)
	for _, rho := range refusedShares(s) {
		latency := latencyOf(s).Seconds()
		arrivals := rho / (1 - rho) // N = λR/G + X·Z, with R = 2G
		workers = min(workers, 2*arrivals+rho/latency*s.Load.Think.Seconds())
	}
	return workers
}
