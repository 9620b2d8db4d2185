package fleet

import (
	"testing"
	"time"

	"contend/workload/history"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// TestPartsOfTheWorkersAreMeasured: the response times of each part of a mix and of each
// latency, and the requests of each worker, without the warm-up.
func TestPartsOfTheWorkersAreMeasured(t *testing.T) {
	s := &store{latency: 10 * time.Millisecond, needsState: true, readLatency: 10 * time.Millisecond}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: 4, Duration: 1995 * time.Millisecond, Warmup: 995 * time.Millisecond}
		sc.Counters = scenario.Counters{Count: 4, Pick: scenario.Pick{Kind: scenario.PickOwn}}
		sc.Operations = scenario.Mix{history.Increment: 1, history.Read: 1}
		policy := retry.Policy{Kind: retry.Immediate, Factor: 1}
		sc.Retry.Policy.Kind = ""
		sc.Retry.Mix = []scenario.RetryShare{{Share: 0.75, Policy: policy}, {Share: 0.25, Policy: policy}}
		part := scenario.LatencyShare{Share: 0.5}
		sc.Embedded.Latencies = []scenario.LatencyShare{part, part}
	}))
	for _, w := range result.Workers {
		if updates := w.Reads - w.ReadAttempts; w.Writes < 20 || w.Writes > 45 || updates < w.Writes-1 || updates > w.Writes+1 || w.ReadAttempts < 20 {
			t.Errorf("%+v", w)
		}
	}
	policies, latencies := result.Parts.Policies, result.Parts.Latencies
	all := result.Measured().Applied
	check(t, "by policy", policies[0].Count()+policies[1].Count(), all)
	check(t, "by latency", latencies[0].Count()+latencies[1].Count(), all)
	if part := float64(policies[1].Count()) / float64(all); part < 0.2 || part > 0.3 {
		t.Errorf("%.2f of the operations are of the quarter of the workers", part)
	}
	check(t, "longest", policies[0].Max().Round(time.Millisecond), 20*time.Millisecond)
	if err := result.Verify(); err != nil {
		t.Error(err)
	}
}
