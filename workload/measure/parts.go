package measure

import (
	"time"

	"contend/workload/hist"
	"contend/workload/scenario"
)

// Parts hold the response times of the applied operations of each part of the workers,
// reads included and without the warm-up: by the parts of the scenario's mix of policies, and
// by those of its latencies. A list is empty if the scenario has none.
type Parts struct{ Policies, Latencies []hist.Histogram }

// part is where a worker belongs: its numbers in the lists of [Parts], −1 for none.
type part struct{ policy, latency int }

func newParts(s *scenario.Scenario) Parts {
	return Parts{make([]hist.Histogram, len(s.Retry.Mix)), make([]hist.Histogram, len(s.Embedded.Latencies))}
}

func (r *Recording) partOf(worker int) part {
	p := part{latency: -1}
	_, p.policy = r.scenario.Retry.Of(worker, r.scenario.Load.Workers)
	if worker < len(r.latency) {
		p.latency = r.latency[worker]
	}
	return p
}

func (p *Parts) record(of part, response time.Duration) {
	if of.policy >= 0 {
		p.Policies[of.policy].Record(response)
	}
	if of.latency >= 0 {
		p.Latencies[of.latency].Record(response)
	}
}

func (p *Parts) merge(other Parts) {
	for i := range other.Policies {
		p.Policies[i].Absorb(&other.Policies[i])
	}
	for i := range other.Latencies {
		p.Latencies[i].Absorb(&other.Latencies[i])
	}
}
