package measure

import (
	"time"

	"contend/workload/hist"
	"contend/workload/scenario"
)

// Parts holds the response latency of applied operations, reads included and without the
// warm-up, for each part of the workers: by the scenario's mix of policies, and by its list of
// latencies. A list is empty if the scenario does not divide the workers that way.
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
