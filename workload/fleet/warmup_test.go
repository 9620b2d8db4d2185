package fleet

import (
	"testing"
	"time"

	"contend/workload/measure"
	"contend/workload/scenario"
)

// TestWarmupIsLeftOutOfRatesOnly: a store that is slow and refuses in the first
// second.
func TestWarmupIsLeftOutOfRatesOnly(t *testing.T) {
	s := &store{latency: 10 * time.Millisecond}
	s.fault = func(n int) (error, bool) {
		if n <= 50 {
			return errRefused, false
		}
		return nil, false
	}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: 1, Duration: 1995 * time.Millisecond, Warmup: time.Second}
	}))
	check(t, "applied", result.Tally.Applied, 150)
	check(t, "conflicts", result.Tally.Conflicts, 50)
	check(t, "final", result.Ledgers[0].Final, 150)
	check(t, "operations of the account", result.Ledgers[0].Operations, 150)
	check(t, "applied in the first second", result.Seconds[0].Applied, 49)
	check(t, "warm-up, applied", result.Warmup.Applied, 50)

	measured := result.Measured()
	check(t, "measured", measured.Applied, 100)
	check(t, "measured attempts", measured.UpdateAttempts, 100)
	check(t, "measured conflicts", measured.Conflicts, 0)
	check(t, "measured writes", measured.Writes, 100)
	check(t, "measured time", result.MeasuredTime(), 995*time.Millisecond)
	check(t, "ended later", result.Late, measure.LateTally{Applied: 1, UpdatesApplied: 1})
	check(t, "service times", result.Latency.Succeeded.Service.Count(), 100)
	check(t, "attempt times", result.Latency.Succeeded.Attempt.Count()+result.Latency.Others.Attempt.Count(), 100)
	check(t, "operations of one attempt", result.AttemptsPerOperation[1], 100)
	check(t, "worker", result.Workers[0], measure.WorkerTally{UpdatesApplied: 100, UpdateAttempts: 100, Writes: 100})
}

// TestAnAttemptOfTheWarmupStaysThere: an attempt that began in the warm-up belongs to
// it, although it ends later, and so does its operation.
func TestAnAttemptOfTheWarmupStaysThere(t *testing.T) {
	s := &store{latency: 600 * time.Millisecond}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: 1, Operations: 3, Warmup: 600 * time.Millisecond}
	}))
	check(t, "warm-up, applied", result.Warmup.Applied, 1)
	check(t, "measured", result.Measured().Applied, 2)
}

// TestALosingOperationOfTheWarmupGoesOnLosing: one worker's only operation begins
// in the warm-up and never wins; its conflicts after that count.
func TestALosingOperationOfTheWarmupGoesOnLosing(t *testing.T) {
	s := &store{latency: 10 * time.Millisecond, fault: func(int) (error, bool) { return errRefused, false }}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: 1, Duration: 1995 * time.Millisecond, Warmup: time.Second}
	}))
	check(t, "operations", result.Measured().Started, 1)
	check(t, "conflicts", result.Measured().Conflicts, 100)
	check(t, "worker", result.Workers[0], measure.WorkerTally{UpdateAttempts: 100, Conflicts: 100, LosingStreak: 100, Writes: 100})
}

// TestAnOperationThatWinsAfterTheWarmupCounts: the operation began in the warm-up, and
// lost until the warm-up was over.
func TestAnOperationThatWinsAfterTheWarmupCounts(t *testing.T) {
	s := &store{latency: 10 * time.Millisecond, fault: func(n int) (error, bool) {
		if n <= 150 {
			return errRefused, false
		}
		return nil, false
	}}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: 1, Operations: 1, Warmup: time.Second}
	}))
	measured := result.Measured()
	check(t, "applied", measured.UpdatesApplied, 1)
	check(t, "attempts", measured.UpdateAttempts, 51)
	check(t, "service times", result.Latency.Succeeded.Service.Count(), 1)
}

func TestARunWithinItsWarmupMeasuresNothing(t *testing.T) {
	s := &store{latency: 10 * time.Millisecond}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) { sc.Load.Operations, sc.Load.Warmup = 40, time.Minute }))
	check(t, "applied", result.Tally.Applied, 40)
	check(t, "measured", result.Measured(), measure.Tally{})
	check(t, "measured time", result.MeasuredTime(), 0)
	check(t, "service times", result.Latency.Succeeded.Service.Count(), 0)
}
