package fleet

import (
	"maps"
	"testing"
	"time"

	"contend/counter"
	"contend/workload/measure"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// TestEveryOperationThatGaveUpHasAReason of the policy's, or the end of the load.
func TestEveryOperationThatGaveUpHasAReason(t *testing.T) {
	refuse := func(int) (error, bool) { return errThrottled, false }
	for _, c := range []struct {
		reason retry.Reason
		store  *store
		set    func(*scenario.Scenario)
	}{
		{retry.ReasonPolicy, &store{}, func(sc *scenario.Scenario) { sc.Retry.Kind = retry.None }},
		{retry.ReasonOutcome, &store{}, func(sc *scenario.Scenario) { sc.Retry.On = retry.Outcomes(counter.Conflict) }},
		{retry.ReasonMaxAttempts, &store{}, func(sc *scenario.Scenario) { sc.Retry.MaxAttempts = 3 }},
		{retry.ReasonDeadline, &store{}, func(sc *scenario.Scenario) { sc.Retry.Deadline = 35 * time.Millisecond }},
		{retry.ReasonDeadline, &store{}, func(sc *scenario.Scenario) {
			sc.Retry.Deadline, sc.Retry.Kind, sc.Retry.Base = time.Second, retry.Fixed, time.Minute
		}},
		{retry.ReasonDeadline, &store{needsState: true, readLatency: time.Hour}, func(sc *scenario.Scenario) {
			sc.Retry.Deadline, sc.Retry.Kind = time.Second, retry.None
		}},
		{measure.LoadEnded, &store{}, func(sc *scenario.Scenario) {
			sc.Load = scenario.Load{Workers: 2, Duration: time.Second}
			sc.Retry.Kind, sc.Retry.Base = retry.Fixed, time.Minute
		}},
		{measure.LoadEnded, &store{}, func(sc *scenario.Scenario) { sc.Load = scenario.Load{Workers: 2, Duration: time.Second} }},
	} {
		t.Run(string(c.reason), func(t *testing.T) {
			c.store.latency = 10 * time.Millisecond
			if c.store.fault == nil {
				c.store.fault = refuse
			}
			result := mustRun(t, c.store, baseScenario(func(sc *scenario.Scenario) {
				sc.Load = scenario.Load{Workers: 1, Operations: 2}
				c.set(sc)
			}))
			if got, want := result.GaveUp, map[string]int64{string(c.reason): 2}; !maps.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}
