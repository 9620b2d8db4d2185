package explore

import (
	"slices"

	"contend/counter"
	"contend/workload/fault"
	"contend/workload/pace"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// varies reports whether two seeds may make different runs. It does not know what a design
// of the caller's own does.
func (e *Explorer) varies() bool {
	if e.Strategy != nil || e.Space.Draws() {
		return true
	}
	v, err := e.Space.Draw(e.First)
	return err != nil || isRandom(&v.Scenario)
}

// isRandom reports whether a run of the scenario draws anything that can matter.
func isRandom(s *scenario.Scenario) bool {
	return slices.ContainsFunc(s.Embedded.Kinds(), func(l scenario.ModelledLatency) bool { return l.SD > 0 }) || len(s.Embedded.Latencies) > 0 || hasRandomFaults(s) || hasRandomLoad(s) || s.Shards() > 1 ||
		mayRetry(s) && (s.Retry.Any(retry.Kind.Jitters) || s.SDKRetry != scenario.SDKRetryNone)
}

func hasRandomFaults(s *scenario.Scenario) bool {
	return slices.ContainsFunc(s.Faults, func(r fault.Rule) bool {
		return r.Kind == fault.Reset || r.Probability > 0 && r.Probability < 1 || r.Delay.SD > 0
	}) || slices.ContainsFunc(s.Embedded.Misbehave, func(m scenario.Misbehaviour) bool { return m.OneIn > 1 })
}

// hasRandomLoad reports whether arrivals, counters or kinds of operations are drawn.
func hasRandomLoad(s *scenario.Scenario) bool {
	kinds := 0
	for _, weight := range s.Operations {
		kinds += min(weight, 1)
	}
	picks := s.Counters.Pick.Kind == scenario.PickUniform || s.Counters.Pick.Kind == scenario.PickZipf
	return kinds > 1 || s.Counters.Count > 1 && picks || s.Load.Arrivals == pace.Poisson
}

// mayRetry reports whether an attempt can fail.
func mayRetry(s *scenario.Scenario) bool {
	traits, known := counter.TraitsOf(s.Strategy)
	return s.Load.Workers > 1 && (traits.Contends || !known) || len(s.Faults) > 0 || len(s.Embedded.Misbehave) > 0 ||
		s.Embedded.WriteCapacity > 0 || s.Embedded.ReadCapacity > 0 || s.Embedded.HasThroughput()
}
