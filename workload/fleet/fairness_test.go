package fleet

import (
	"testing"
	"time"

	"contend/workload/measure"
	"contend/workload/scenario"
)

// TestWorkersAreToldApart: four workers read and write at the same moments. One wins
// every race, and its operation ends first.
func TestWorkersAreToldApart(t *testing.T) {
	s := &store{latency: 10 * time.Millisecond, needsState: true}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) { sc.Load.Duration = 995 * time.Millisecond }))
	check(t, "workers", len(result.Workers), 4)
	var conflicts, longest int64
	for _, w := range result.Workers {
		check(t, "attempts = applied + conflicts", w.UpdateAttempts, w.UpdatesApplied+w.Conflicts)
		conflicts += w.Conflicts
		longest = max(longest, w.LosingStreak)
	}
	check(t, "conflicts", conflicts, result.Tally.Conflicts)
	check(t, "three lose when one wins", conflicts, 3*result.Tally.Applied)
	if longest < 2 {
		t.Errorf("longest losing streak: got %d of 50 rounds", longest)
	}
}

// TestAStreakGoesOnAcrossOperations: the operations give up after one attempt each, and
// the streak of losses continues.
func TestAStreakGoesOnAcrossOperations(t *testing.T) {
	s := &store{latency: time.Millisecond, fault: func(n int) (error, bool) {
		if n <= 5 {
			return errRefused, false
		}
		return nil, false
	}}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: 1, Operations: 8}
		sc.Retry.MaxAttempts = 1
	}))
	check(t, "worker", result.Workers[0], measure.WorkerTally{UpdatesApplied: 3, UpdateAttempts: 8, Conflicts: 5, LosingStreak: 5, Writes: 8})
}
