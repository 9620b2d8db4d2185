package fleet

import (
	"testing"
	"time"

	"contend/counter"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// TestWorkersHaveThePoliciesOfTheirPartOfTheMix: the store refuses every write, so that a
// worker has as many attempts as its policy allows.
func TestWorkersHaveThePoliciesOfTheirPartOfTheMix(t *testing.T) {
	s := &store{latency: time.Millisecond, fault: func(int) (error, bool) { return errThrottled, false }}
	_, _, ops := runWithHistory(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: 4, Operations: 8}
		patient := retry.Policy{Kind: retry.Immediate, Factor: 1, MaxAttempts: 5, On: retry.Outcomes(counter.Throttled)}
		sc.Retry.Policy.Kind = ""
		sc.Retry.Mix = []scenario.RetryShare{{Share: 0.75, Policy: retry.Policy{Kind: retry.None, Factor: 1}}, {Share: 0.25, Policy: patient}}
	}))
	seen := map[int]int{}
	for _, op := range ops {
		seen[op.Worker] = len(op.Attempts)
	}
	for worker, want := range []int{1, 1, 5, 1} {
		check(t, "attempts of an operation", seen[worker], want)
	}
}
