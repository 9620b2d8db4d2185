package fleet

import (
	"contend/workload/retry"
	"contend/workload/scenario"
)

// policyOf is the retry policy of a worker: the scenario's, or that of its part of the mix.
func policyOf(s *scenario.Scenario, worker int) *retry.Policy {
	if _, part := s.Retry.Of(worker, s.Load.Workers); part >= 0 {
		return &s.Retry.Mix[part].Policy
	}
	return &s.Retry.Policy
}
