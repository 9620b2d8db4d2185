package fleet

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"contend/counter"
	"contend/internal/clock"
	"contend/workload/history"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// TestNothingOfAnOperationStartsAfterItsDeadline, whatever it spends its time on.
func TestNothingOfAnOperationStartsAfterItsDeadline(t *testing.T) {
	const deadline, write = 100 * time.Millisecond, 10 * time.Millisecond
	lose := func(int) (error, bool) { return errRefused, false }
	for _, c := range []struct {
		what  string
		store *store
		set   func(*scenario.Scenario)
		ends  time.Duration // of each operation, at the latest
	}{
		{"retries at once", &store{fault: lose}, func(*scenario.Scenario) {}, deadline + write},
		{"waits", &store{fault: lose}, func(sc *scenario.Scenario) { sc.Retry.Kind, sc.Retry.Base = retry.Fixed, 35*time.Millisecond }, deadline},
		{"a slow look at the conflict", &store{fault: lose, needsState: true, readLatency: 70 * time.Millisecond},
			func(sc *scenario.Scenario) { sc.Retry.Refresh = scenario.RefreshAtConflict }, deadline},
		{"a look at the conflict, then a wait", &store{fault: lose, needsState: true, readLatency: 45 * time.Millisecond},
			func(sc *scenario.Scenario) {
				sc.Retry.Refresh, sc.Retry.Kind, sc.Retry.Base = scenario.RefreshAtConflict, retry.Fixed, 40*time.Millisecond
			}, deadline},
		{"a look at the conflict that is never answered", &store{fault: lose, needsState: true, readLatency: time.Hour},
			func(sc *scenario.Scenario) { sc.Retry.Refresh, sc.View = scenario.RefreshAtConflict, scenario.ViewKept }, deadline},
		{"a slow read before the first write", &store{needsState: true, readLatency: time.Hour}, func(*scenario.Scenario) {}, deadline},
		{"a slow read before a later write", &store{fault: lose, needsState: true, readLatency: 70 * time.Millisecond}, func(*scenario.Scenario) {}, deadline},
		{"pauses in an outage", &store{fault: func(int) (error, bool) { return errRefusedConnection, false }},
			func(sc *scenario.Scenario) { sc.Retry.On = retry.Outcomes(counter.Failed) }, deadline + write},
	} {
		t.Run(c.what, func(t *testing.T) {
			c.store.latency = write
			sc := baseScenario(func(sc *scenario.Scenario) {
				sc.Load, sc.Retry.Deadline = scenario.Load{Workers: 1, Operations: 3}, deadline
				c.set(sc)
			})
			_, _, ops := runWithHistory(t, c.store, sc)
			check(t, "operations", len(ops), 3)
			for _, op := range ops {
				for _, a := range op.Attempts {
					if began := time.Duration(a.Invoked - op.Invoked); began >= deadline {
						t.Errorf("an attempt began after %s", began)
					}
				}
				if took := time.Duration(op.Returned - op.Invoked); took > c.ends {
					t.Errorf("the operation took %s, want at most %s", took, c.ends)
				}
				check(t, "applied", op.Ending == history.Applied, false)
			}
		})
	}
}

// TestAReadThatTheDeadlineCutsOffIsNoTimeOut: it does not count as a time-out of the
// store.
func TestAReadThatTheDeadlineCutsOffIsNoTimeOut(t *testing.T) {
	s := &store{needsState: true, readLatency: time.Hour, latency: time.Millisecond}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Load, sc.Retry.Deadline = scenario.Load{Workers: 1, Operations: 2}, time.Second
	}))
	check(t, "cut off", result.Failures[reasonDeadline], 2)
	check(t, "reasons", len(result.Failures), 1)
	check(t, "gave up", result.Tally.GaveUp, 2)
	check(t, "writes", result.Tally.Writes, 0)
}

// TestAWriteBeforeTheDeadlineIsAwaited: only its answer says what it did.
func TestAWriteBeforeTheDeadlineIsAwaited(t *testing.T) {
	s := &store{latency: time.Second}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Load, sc.Retry.Deadline = scenario.Load{Workers: 1, Operations: 2}, 10*time.Millisecond
	}))
	check(t, "applied", result.Tally.Applied, 2)
	check(t, "elapsed", result.Elapsed, 2*time.Second)
}

// TestAProcessThatStoodStillStartsNothingLate: it may notice the end of a wait or a
// read only after the deadline has passed.
func TestAProcessThatStoodStillStartsNothingLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := baseScenario(func(sc *scenario.Scenario) { sc.Retry.Deadline = time.Second })
		w := &worker{role: role{scenario: &sc, policy: &sc.Retry.Policy, run: &run{began: time.Now()}}}
		check(t, "at the beginning", w.misses(0), false)
		check(t, "a wait that ends before it", w.misses(time.Second-1), false)
		check(t, "a wait to the deadline", w.misses(time.Second), true)
		time.Sleep(time.Second - 1)
		check(t, "just before it", w.misses(0), false)
		time.Sleep(time.Nanosecond)
		check(t, "at the deadline", w.misses(0), true)
		time.Sleep(time.Hour)
		check(t, "after it", w.misses(0), true)
		sc.Retry.Deadline = 0
		check(t, "without one", w.misses(time.Hour), false)
	})
}

// TestEveryOperationHasItsWholeDeadline: the deadline counts from the beginning of the
// operation, not of the run.
func TestEveryOperationHasItsWholeDeadline(t *testing.T) {
	s := &store{latency: 10 * time.Millisecond, fault: func(int) (error, bool) { return errRefused, false }}
	_, _, ops := runWithHistory(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Load, sc.Retry.Deadline = scenario.Load{Workers: 1, Operations: 3}, 100*time.Millisecond
	}))
	check(t, "operations", len(ops), 3)
	for i := range ops {
		check(t, "attempts of 10 ms in 100 ms", len(ops[i].Attempts), 10)
	}
}

// TestNothingIsReadForARetryThatTheDeadlineRulesOut: after 20 of 100 ms, a wait of 90
// ms cannot end in time, so a read after the conflict would be useless.
func TestNothingIsReadForARetryThatTheDeadlineRulesOut(t *testing.T) {
	s := &store{latency: 10 * time.Millisecond, needsState: true, fault: func(int) (error, bool) { return errRefused, false }}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
		fixedWait(90*time.Millisecond, scenario.RefreshAtConflict)(sc)
		sc.Load, sc.Retry.Deadline = scenario.Load{Workers: 1, Operations: 3}, 100*time.Millisecond
	}))
	check(t, "conflicts", result.Tally.Conflicts, 3)
	check(t, "reads, one before each write", result.Tally.Reads, 3)
}

// deafReader is a store whose reads ignore deadlines.
type deafReader struct{ *store }

func (r deafReader) Read(_ context.Context, key counter.Key, consistent bool) (counter.State, counter.Units, error) {
	return r.store.Read(context.Background(), key, consistent)
}

// TestNoWriteFollowsAReadThatSucceededTooLate: a design that reads in its own way
// may not stop when its context does.
func TestNoWriteFollowsAReadThatSucceededTooLate(t *testing.T) {
	for _, late := range []time.Duration{time.Second, time.Minute} { // at the deadline, and after it
		synctest.Test(t, func(t *testing.T) {
			s := &store{latency: 10 * time.Millisecond, readLatency: late, needsState: true}
			fleet := fleetOf(s, baseScenario(func(sc *scenario.Scenario) {
				sc.Load, sc.Retry.Deadline = scenario.Load{Workers: 1, Operations: 2}, time.Second
			}))
			fleet.Strategy = func(int) counter.Strategy { return deafReader{s} }
			result, err := fleet.Run(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			check(t, "writes", s.writes, 0)
			check(t, "writes that were counted", result.Tally.Writes, 0)
			check(t, "stopped by the deadline", result.Failures[reasonDeadline], 2)
			check(t, "attempts with an unknown outcome", result.Tally.UnknownAttempts, 2)
			check(t, "gave up, as nothing was sent", result.Tally.GaveUp, 2)
		})
	}
}

// TestAWaitThatEndsAfterTheDeadlineIsTheLast: a process that stands still notices the
// end of a wait when the deadline has passed.
func TestAWaitThatEndsAfterTheDeadlineIsTheLast(t *testing.T) {
	for noticed, want := range map[time.Duration]bool{
		time.Second - 1: true, time.Second: false, time.Hour: false,
	} {
		err := clock.Simulation{Start: time.Unix(0, 0)}.Run(t.Context(), func(ctx context.Context) error {
			const pause = 500 * time.Millisecond
			sc, c := baseScenario(func(sc *scenario.Scenario) { sc.Retry.Deadline = time.Second }), clock.Of(ctx)
			w := &worker{role: role{scenario: &sc, policy: &sc.Retry.Policy, run: &run{began: c.Now(), clock: c}}, sleeper: c.NewSleeper()}
			late := c.NewGroup()
			late.Go("what makes the end of the pause late", func() error {
				c.Sleep(ctx, pause/2)
				w.run.began = w.run.began.Add(pause - noticed)
				return nil
			})
			check(t, noticed.String(), w.waitInTime(pause), want)
			_ = late.Wait() // it has no error
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// TestALookThatIsCutOffMissedNoDeadline: the run ended before the deadline.
func TestALookThatIsCutOffMissedNoDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cut := context.WithCancel(t.Context())
		fleet := fleetOf(&store{latency: time.Second, needsState: true}, baseScenario(func(sc *scenario.Scenario) {
			sc.Load, sc.Retry.Deadline = scenario.Load{Workers: 1, Operations: 1}, time.Hour
		}))
		fleet.OnStart = func(time.Time) { time.AfterFunc(time.Millisecond, cut) }
		result, err := fleet.Run(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		check(t, "cut off", result.Failures[counter.ReasonCanceled], 1)
		check(t, "at the deadline", result.Failures[reasonDeadline], 0)
	})
}

// lateReader is a store whose reads fail: the deadline passes before the SDK sends
// them, or while the answer is under way.
type lateReader struct {
	*store
	sends int
}

func (r lateReader) Read(ctx context.Context, _ counter.Key, _ bool) (counter.State, counter.Units, error) {
	for range r.sends {
		wire := counter.WireOf(ctx)
		wire.Sends = append(wire.Sends, counter.Send{Began: time.Now(), Attempt: 1})
	}
	<-ctx.Done()
	return counter.State{}, counter.Units{}, ctx.Err()
}

// TestAReadThatWasNotSentInTimeIsNone: there are as many reads as requests on the wire.
func TestAReadThatWasNotSentInTimeIsNone(t *testing.T) {
	for _, sends := range []int{0, 1} {
		synctest.Test(t, func(t *testing.T) {
			s := &store{needsState: true}
			f := fleetOf(s, baseScenario(func(sc *scenario.Scenario) {
				sc.Load, sc.Retry.Deadline = scenario.Load{Workers: 1, Operations: 3}, time.Second
			}))
			f.Strategy = func(int) counter.Strategy { return lateReader{s, sends} }
			result, _ := f.Run(t.Context(), nil) // the final value cannot be read either
			check(t, "reads", result.Tally.Reads, int64(3*sends))
			check(t, "requests", result.Wire.Requests, int64(3*sends))
		})
	}
}
