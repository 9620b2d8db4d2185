package fleet

import (
	"testing"
	"time"

	"contend/workload/measure"
	"contend/workload/scenario"
)

// TestSecondsHaveTheirResponses: the store is slower in each second.
func TestSecondsHaveTheirResponses(t *testing.T) {
	s := &store{latency: 10 * time.Millisecond}
	s.fault = func(n int) (error, bool) {
		if n == 50 { // within the first second; there is one worker
			s.latency = 100 * time.Millisecond
		}
		return nil, false
	}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) { sc.Load = scenario.Load{Workers: 1, Duration: 1995 * time.Millisecond} }))
	within := func(what string, got, want time.Duration) {
		t.Helper()
		if (got - want).Abs() > want/20 {
			t.Errorf("%s: got %v, want %v within 5 %%", what, got, want)
		}
	}
	within("p50 of the first second", result.Seconds[0].P50, 10*time.Millisecond)
	within("p99 of the first second", result.Seconds[0].P99, 100*time.Millisecond)
	within("p50 of the second second", result.Seconds[1].P50, 100*time.Millisecond)
	var ended int64
	for _, second := range result.Seconds {
		ended += second.Operations
	}
	check(t, "operations that ended", ended, result.Tally.Applied)
}

// TestASecondWithoutAnEnd: a second in which nothing ends has no percentile, and reads
// have their own seconds.
func TestASecondWithoutAnEnd(t *testing.T) {
	s := &store{latency: 1500 * time.Millisecond}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) { sc.Load.Operations, sc.Operations = 4, scenario.Mix{0, 0, 1} }))
	check(t, "seconds", len(result.Seconds), 2)
	check(t, "the first", result.Seconds[0].SecondCounts, measure.SecondCounts{})
	check(t, "responses in the first", len(result.Seconds[0].Responses), 0)
	check(t, "ended in the second", result.Seconds[1].Operations, 4)
}
