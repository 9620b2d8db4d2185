package fleet

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"contend/counter"
	"contend/internal/clock"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/retry"
	"contend/workload/scenario"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// baseScenario is the base that the tests change: one increment after the other, on
// one counter, immediate retries.
func baseScenario(change func(*scenario.Scenario)) scenario.Scenario {
	s := scenario.Scenario{
		Name:       "test",
		Seed:       1,
		Counters:   scenario.Counters{Count: 1, Pick: scenario.Pick{Kind: scenario.PickUniform}},
		Retry:      scenario.Retry{Policy: retry.Policy{Kind: retry.Immediate, Factor: 1, On: retry.Outcomes(counter.Conflict, counter.Throttled, counter.Unknown)}, Refresh: scenario.RefreshAfterWait},
		Load:       scenario.Load{Workers: 4},
		Operations: scenario.Mix{history.Increment: 1},
		Amount:     scenario.Amount{Low: 1, High: 1},
		Reads:      scenario.ReadsStrong,
		View:       scenario.ViewFresh,
	}
	change(&s)
	return s
}

// runFleet runs a scenario on a store in virtual time.
func runFleet(t *testing.T, s *store, sc scenario.Scenario) (result *measure.Result, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		result, err = fleetOf(s, sc).Run(t.Context(), nil)
	})
	return result, err
}

func fleetOf(s *store, sc scenario.Scenario) Fleet {
	return Fleet{Scenario: sc, Table: "table", Setup: s, Strategy: func(int) counter.Strategy { return s }}
}

func mustRun(t *testing.T, s *store, sc scenario.Scenario) *measure.Result {
	t.Helper()
	result, err := runFleet(t, s, sc)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func check[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestOperationsAreExactlyAsMany(t *testing.T) {
	for _, operations := range []int64{1, 3, 1000} {
		s := &store{latency: time.Millisecond}
		result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) { sc.Load.Operations = operations }))
		check(t, "due", result.Tally.Due, operations)
		check(t, "applied", result.Tally.Applied, operations)
		check(t, "final", result.Ledgers[0].Final, operations)
		check(t, "acknowledged", result.Ledgers[0].Acknowledged, operations)
	}
}

func TestDurationEndsTheLoad(t *testing.T) {
	s := &store{latency: 10 * time.Millisecond}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) { sc.Load.Duration = 995 * time.Millisecond }))
	check(t, "applied", result.Tally.Applied, 4*100)
	check(t, "elapsed", result.Elapsed, time.Second)
	check(t, "interrupted", result.Interrupted, false)
}

func TestAWaitBeyondTheEndGivesUpAtTheEnd(t *testing.T) {
	s := &store{latency: 10 * time.Millisecond, fault: func(int) (error, bool) { return errThrottled, false }}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Load.Duration = time.Second
		sc.Retry.Kind, sc.Retry.Base, sc.Retry.Factor = retry.Fixed, time.Minute, 2
	}))
	check(t, "elapsed", result.Elapsed, time.Second)
	check(t, "gave up", result.Tally.GaveUp, 4)
	check(t, "attempts", result.Tally.Attempts, 4)
	check(t, "throttles by reason", result.Throttles["hot key"], 4)
	check(t, "service time of those that gave up", result.Latency.Others.Service.Max().Round(time.Millisecond), time.Second)
	check(t, "service times of success", result.Latency.Succeeded.Service.Count(), 0)
}

func TestThinkPausesBetweenOperations(t *testing.T) {
	s := &store{latency: 10 * time.Millisecond}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: 1, Duration: 995 * time.Millisecond, Think: 90 * time.Millisecond}
	}))
	check(t, "applied", result.Tally.Applied, 10)
}

func TestStopAwaitsRequestsAndReadsFinals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{latency: 10 * time.Millisecond}
		stop := make(chan struct{})
		time.AfterFunc(115*time.Millisecond, func() { close(stop) }) // the load begins after a read, at 10 ms
		result, err := fleetOf(s, baseScenario(func(sc *scenario.Scenario) { sc.Load.Duration = time.Hour })).Run(t.Context(), stop)
		if err != nil {
			t.Fatal(err)
		}
		check(t, "interrupted", result.Interrupted, true)
		check(t, "elapsed", result.Elapsed, 110*time.Millisecond)
		check(t, "applied", result.Tally.Applied, 4*11)
		check(t, "final", result.Ledgers[0].Final, 4*11)
		check(t, "final known", result.Ledgers[0].FinalKnown, true)
	})
}

func TestStopBeforeTheLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{latency: 10 * time.Millisecond}
		stop := make(chan struct{})
		time.AfterFunc(105*time.Millisecond, func() { close(stop) })
		began := time.Now()
		result, err := fleetOf(s, baseScenario(func(sc *scenario.Scenario) {
			sc.Counters.Count = 100_000
			sc.Load.Duration = time.Hour
		})).Run(t.Context(), stop)
		if !errors.Is(err, ErrStopped) || result != nil {
			t.Errorf("got %v, %v", result, err)
		}
		check(t, "elapsed", time.Since(began), 105*time.Millisecond) // what is in flight is not awaited
	})
}

func TestASlowSetupIsToldOnce(t *testing.T) {
	for latency, want := range map[time.Duration]string{
		time.Second: "", 3 * time.Second: "still creating the counters, 2 of them, before the load begins",
	} {
		synctest.Test(t, func(t *testing.T) {
			fleet := fleetOf(&store{latency: latency}, baseScenario(func(sc *scenario.Scenario) {
				sc.Counters.Count, sc.Load.Operations = 2, 1
			}))
			var said []string
			fleet.OnSlow = func(sentence string) { said = append(said, sentence) }
			if _, err := fleet.Run(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			check(t, latency.String(), strings.Join(said, "\n"), want)
		})
	}
}

func TestCutOffIsUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{latency: 10 * time.Millisecond}
		ctx, cut := context.WithCancel(t.Context())
		time.AfterFunc(115*time.Millisecond, cut)
		result, err := fleetOf(s, baseScenario(func(sc *scenario.Scenario) { sc.Load.Duration = time.Hour })).Run(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		check(t, "elapsed", result.Elapsed, 105*time.Millisecond)
		check(t, "applied", result.Tally.Applied, 4*10)
		check(t, "unknown", result.Tally.Unknown, 4)
		check(t, "final known", result.Ledgers[0].FinalKnown, false)
		check(t, "highest", result.Ledgers[0].Highest(), 44)
		if len(result.Warnings) != 1 || !strings.Contains(result.Warnings[0], "cut off") {
			t.Errorf("warnings %q", result.Warnings)
		}
	})
}

// TestCutOffDuringTheLastReads: the load was stopped, and then the run while it read the
// final value.
func TestCutOffDuringTheLastReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{latency: 10 * time.Millisecond}
		stop := make(chan struct{})
		ctx, cut := context.WithCancel(t.Context())
		time.AfterFunc(115*time.Millisecond, func() { close(stop) }) // requests in flight end at 120 ms
		time.AfterFunc(125*time.Millisecond, cut)
		result, err := fleetOf(s, baseScenario(func(sc *scenario.Scenario) { sc.Load.Duration = time.Hour })).Run(ctx, stop)
		if err != nil {
			t.Fatal(err)
		}
		check(t, "applied", result.Tally.Applied, 4*11)
		check(t, "final known", result.Ledgers[0].FinalKnown, false)
		if len(result.Warnings) != 1 || !strings.Contains(result.Warnings[0], "cut off: 1 of 1 final values") {
			t.Errorf("warnings %q", result.Warnings)
		}
	})
}

// TestAWorkerThatIsCutOffBeginsNothing: the requests end long before the load does, as
// may happen on a busy machine.
func TestAWorkerThatIsCutOffBeginsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{latency: 10 * time.Millisecond}
		fleet := fleetOf(s, baseScenario(func(sc *scenario.Scenario) { sc.Load = scenario.Load{Workers: 1, Operations: 1000} }))
		r := newRun(fleet, fleet.keys(), clock.Clock{})
		if err := s.Create(t.Context(), fleet.keys()[0], 0); err != nil {
			t.Fatal(err)
		}
		r.began = time.Now()
		ctx, cut := context.WithTimeout(t.Context(), 15*time.Millisecond)
		defer cut()
		w := r.workers[0]
		if _, more, err := w.step(w.start(ctx, clock.Clock{}.NewEvent())); more || err != nil {
			t.Fatal(more, err)
		}
		check(t, "begun", r.budget.taken.Load(), 2)
		check(t, "elapsed", time.Since(r.began), 15*time.Millisecond)
	})
}

func TestAPermanentErrorStopsTheFleetAndNamesTheOperation(t *testing.T) {
	s := &store{latency: 10 * time.Millisecond, fault: func(n int) (error, bool) {
		if n == 9 {
			return errPermanent, false
		}
		return nil, false
	}}
	result, err := runFleet(t, s, baseScenario(func(sc *scenario.Scenario) { sc.Load.Duration = time.Hour }))
	if !errors.Is(err, errPermanent) || !strings.Contains(err.Error(), "operation 3 (increment)") || !strings.Contains(err.Error(), "worker ") {
		t.Errorf("got %v, want the overflow with its operation", err)
	}
	check(t, "failed", result.Tally.Failed, 1)
	// The other three may have begun one more operation at the same moment.
	if applied := result.Tally.Applied; applied < 4*3-1 || applied > 4*4-2 {
		t.Errorf("applied %d", applied)
	}
	check(t, "final", result.Ledgers[0].Final, result.Tally.Applied)
	if err := result.Verify(); err != nil {
		t.Error(err)
	}
}

func TestUnknownAttempts(t *testing.T) {
	// The first write is lost after it was applied, then tried again.
	once := func(n int) (error, bool) {
		if n == 1 {
			return errTimeout, true
		}
		return nil, false
	}
	t.Run("retried, counts twice", func(t *testing.T) {
		result := mustRun(t, &store{fault: once}, baseScenario(func(sc *scenario.Scenario) { sc.Load = scenario.Load{Workers: 1, Operations: 3} }))
		l := result.Ledgers[0]
		check(t, "applied", result.Tally.Applied, 3)
		check(t, "acknowledged", l.Acknowledged, 3)
		check(t, "final", l.Final, 4)
		check(t, "lowest", l.Lowest(), 3)
		check(t, "highest", l.Highest(), 4)
		check(t, "doubtful", len(l.Doubtful), 1)
		check(t, "its attempts", len(l.Doubtful[0].Attempts), 2)
	})
	t.Run("not retried, ends unknown", func(t *testing.T) {
		result := mustRun(t, &store{fault: once}, baseScenario(func(sc *scenario.Scenario) {
			sc.Load = scenario.Load{Workers: 1, Operations: 3}
			sc.Retry.On = retry.Outcomes(counter.Conflict)
		}))
		l := result.Ledgers[0]
		check(t, "applied", result.Tally.Applied, 2)
		check(t, "unknown", result.Tally.Unknown, 1)
		check(t, "acknowledged", l.Acknowledged, 2)
		check(t, "final", l.Final, 3)
		check(t, "unknown high", l.UnknownHigh, 1)
		check(t, "reason", result.Failures[counter.ReasonTimeout], 1)
	})
	t.Run("an unknown read changes nothing", func(t *testing.T) {
		result := mustRun(t, &store{readFault: func(n int) error {
			if n == 2 { // the first is the fleet's own
				return errTimeout
			}
			return nil
		}}, baseScenario(func(sc *scenario.Scenario) {
			sc.Load = scenario.Load{Workers: 1, Operations: 1}
			sc.Operations = scenario.Mix{history.Read: 1}
			sc.Retry.On = 0
		}))
		check(t, "gave up", result.Tally.GaveUp, 1)
		check(t, "highest", result.Ledgers[0].Highest(), 0)
		check(t, "doubtful", len(result.Ledgers[0].Doubtful), 0)
	})
}

// TestRefreshAndView counts the reads that each mode needs: two workers meet, so
// that one of them loses once.
func TestRefreshAndView(t *testing.T) {
	for _, c := range []struct {
		refresh       scenario.Refresh
		view          scenario.View
		conflictState bool
		reads         int64
		warned        bool
	}{
		{scenario.RefreshAfterWait, scenario.ViewFresh, false, 3, false},
		{scenario.RefreshAtConflict, scenario.ViewFresh, false, 3, false},
		{scenario.RefreshFromConflict, scenario.ViewFresh, true, 2, false},
		{scenario.RefreshFromConflict, scenario.ViewFresh, false, 3, true}, // a server that does not return the item
		{scenario.RefreshAfterWait, scenario.ViewKept, false, 3, false},
	} {
		t.Run(string(c.refresh)+" "+string(c.view), func(t *testing.T) {
			s := &store{latency: time.Millisecond, needsState: true, conflictState: c.conflictState}
			result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
				sc.Load = scenario.Load{Workers: 2, Operations: 2}
				sc.Retry.Refresh, sc.View = c.refresh, c.view
			}))
			check(t, "applied", result.Tally.Applied, 2)
			check(t, "conflicts", result.Tally.Conflicts, 1)
			check(t, "writes", result.Tally.Writes, 3)
			check(t, "reads", result.Tally.Reads, c.reads)
			check(t, "wasted write units", result.Capacity.WastedWriteUnits, 1)
			check(t, "write units", result.Capacity.WriteUnits, 3)
			check(t, "read units", result.Capacity.ReadUnits, float64(c.reads))
			check(t, "operations after two attempts", result.AttemptsPerOperation[2], 1)
			check(t, "warned", len(result.Warnings) == 1, c.warned)
		})
	}
}

// TestAtConflictReadsBeforeTheWait: a state read before the wait is old after it; a
// state read after the wait is new.
func TestAtConflictReadsBeforeTheWait(t *testing.T) {
	for _, c := range []struct {
		refresh   scenario.Refresh
		conflicts int64
	}{{scenario.RefreshAtConflict, 2}, {scenario.RefreshAfterWait, 1}} {
		// The loser waits 10 ms; the winner writes once more at 5 ms.
		s := &store{latency: time.Millisecond, needsState: true}
		result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
			sc.Load = scenario.Load{Workers: 2, Operations: 3, Think: 3 * time.Millisecond}
			sc.Retry.Kind, sc.Retry.Base = retry.Fixed, 10*time.Millisecond
			sc.Retry.Refresh = c.refresh
		}))
		check(t, string(c.refresh)+": conflicts", result.Tally.Conflicts, c.conflicts)
		check(t, "final", result.Ledgers[0].Final, 3)
	}
}

// TestAtConflictDoesNotReadForNothing: of two workers, one loses and gives up, so
// nobody would use the state.
func TestAtConflictDoesNotReadForNothing(t *testing.T) {
	for _, view := range []scenario.View{scenario.ViewFresh, scenario.ViewKept} {
		s := &store{latency: time.Millisecond, needsState: true}
		result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
			sc.Load = scenario.Load{Workers: 2, Operations: 2}
			sc.Retry.Refresh, sc.Retry.MaxAttempts, sc.View = scenario.RefreshAtConflict, 1, view
		}))
		check(t, "gave up", result.Tally.GaveUp, 1)
		check(t, "reads", result.Tally.Reads, 2)
	}
}

// TestAKeptViewIsOldAfterAConflictThatWasGivenUp: the loser's next operation
// reads, and does not lose again.
func TestAKeptViewIsOldAfterAConflictThatWasGivenUp(t *testing.T) {
	s := &store{latency: time.Millisecond, needsState: true}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: 2, Operations: 3, Think: 10 * time.Millisecond}
		sc.Retry.Refresh, sc.Retry.MaxAttempts, sc.View = scenario.RefreshAtConflict, 1, scenario.ViewKept
	}))
	check(t, "conflicts", result.Tally.Conflicts, 1)
	check(t, "applied", result.Tally.Applied, 2)
}

func TestKeptViewSparesTheRead(t *testing.T) {
	s := &store{latency: time.Millisecond, needsState: true}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: 1, Operations: 5}
		sc.View = scenario.ViewKept
	}))
	check(t, "reads", result.Tally.Reads, 1)
	check(t, "writes", result.Tally.Writes, 5)
}

func TestMixOfOperations(t *testing.T) {
	s := &store{latency: time.Millisecond}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Counters.Initial = 1000
		sc.Load.Operations = 3000
		sc.Operations = scenario.Mix{history.Increment: 1, history.Decrement: 2, history.Read: 3}
	}))
	increments := result.Latency.ByKind[history.Increment].Count()
	decrements := result.Latency.ByKind[history.Decrement].Count()
	reads := result.Latency.ByKind[history.Read].Count()
	check(t, "all", increments+decrements+reads, 3000)
	for _, c := range []struct {
		got, want int64
	}{{increments, 500}, {decrements, 1000}, {reads, 1500}} {
		if c.got < c.want*8/10 || c.got > c.want*12/10 {
			t.Errorf("got %d, want about %d", c.got, c.want)
		}
	}
	check(t, "final", result.Ledgers[0].Final, 1000+increments-decrements)
	check(t, "update attempts", result.Tally.UpdateAttempts, increments+decrements)
	check(t, "reads", result.Tally.Reads, reads)
}

// TestOneSeedOneRun: a single worker has no conflicts, so the seed decides everything.
func TestOneSeedOneRun(t *testing.T) {
	run := func(seed uint64) [3]int64 {
		result := mustRun(t, &store{latency: time.Millisecond}, baseScenario(func(sc *scenario.Scenario) {
			sc.Seed = seed
			sc.Counters = scenario.Counters{Count: 3, Pick: scenario.Pick{Kind: scenario.PickUniform}}
			sc.Load = scenario.Load{Workers: 1, Operations: 100}
			sc.Operations = scenario.Mix{history.Increment: 1, history.Decrement: 1}
		}))
		return [3]int64{result.Ledgers[0].Final, result.Ledgers[1].Final, result.Ledgers[2].Final}
	}
	check(t, "seed 7 again", run(7), run(7))
	if run(7) == run(8) {
		t.Error("seeds 7 and 8 give the same run")
	}
}

func TestSecondsAddUp(t *testing.T) {
	s := &store{latency: 100 * time.Millisecond, needsState: true}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) { sc.Load = scenario.Load{Workers: 2, Duration: 3 * time.Second} }))
	if len(result.Seconds) < 3 || result.Seconds[1].Attempts == 0 || result.Seconds[1].Conflicts == 0 {
		t.Errorf("seconds %+v", result.Seconds)
	}
}

func TestCountersThatExistKeepTheirValueAndThatIsSaid(t *testing.T) {
	s := &store{states: map[string]counter.State{"counter-1": {Value: 7, Version: 3}}}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Counters = scenario.Counters{Count: 3, Initial: 100, Pick: scenario.Pick{Kind: scenario.PickRoundRobin}}
		sc.Load = scenario.Load{Workers: 1, Operations: 3}
	}))
	check(t, "final", result.Ledgers[1].Final, 8)
	wantWarning(t, result, `1 of 3 counters existed already and did not begin with the scenario's counters.initial, 100: "counter-1" began with 7`)
}

func TestUnreadableFinalIsAnErrorWithTheResult(t *testing.T) {
	s := &store{readFault: func(n int) error {
		if n > 1 {
			return errPermanent
		}
		return nil
	}}
	result, err := runFleet(t, s, baseScenario(func(sc *scenario.Scenario) { sc.Load.Operations = 5 }))
	if err == nil || result == nil || result.Ledgers[0].FinalKnown {
		t.Fatalf("got %v with %+v", err, result)
	}
	check(t, "applied", result.Tally.Applied, 5)
}

func TestEventualReadsMayBeBehindTheCreation(t *testing.T) {
	notFound := func(from, to int) func(int) error {
		return func(n int) error {
			if n >= from && n <= to {
				return counter.ErrNotFound
			}
			return nil
		}
	}
	reads := baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: 1, Operations: 3}
		sc.Operations, sc.Reads = scenario.Mix{history.Read: 1}, scenario.ReadsEventual
	})
	t.Run("the load waits until the counter is seen", func(t *testing.T) {
		result := mustRun(t, &store{readFault: notFound(2, 5)}, reads)
		check(t, "applied", result.Tally.Applied, 3)
	})
	t.Run("one that is not seen later fails alone", func(t *testing.T) {
		result := mustRun(t, &store{readFault: notFound(4, 4)}, reads)
		check(t, "applied", result.Tally.Applied, 2)
		check(t, "failed", result.Tally.Failed, 1)
	})
}

func TestLiveSeesTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fleet := fleetOf(&store{latency: 10 * time.Millisecond}, baseScenario(func(sc *scenario.Scenario) { sc.Load.Duration = time.Second }))
		fleet.Live = new(measure.Live)
		check(t, "before", fleet.Live.Snapshot(), measure.Snapshot{})
		snapshots := make(chan measure.Snapshot, 1)
		time.AfterFunc(515*time.Millisecond, func() { snapshots <- fleet.Live.Snapshot() })
		if _, err := fleet.Run(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		middle := <-snapshots
		check(t, "operations", middle.Operations, 200)
		check(t, "attempts", middle.Attempts, 200)
		check(t, "elapsed", middle.Elapsed, 505*time.Millisecond)
		if middle.P99 < 10*time.Millisecond || middle.P99 > 12*time.Millisecond {
			t.Errorf("p99 %v, want within a sixteenth of 10ms", middle.P99)
		}
	})
}

// TestAnEventualReadMayFailForGood: only a read that does not find the counter may be
// behind its creation.
func TestAnEventualReadMayFailForGood(t *testing.T) {
	s := &store{readFault: func(n int) error {
		if n == 4 {
			return errPermanent
		}
		return nil
	}}
	_, err := runFleet(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: 1, Operations: 3}
		sc.Operations, sc.Reads = scenario.Mix{history.Read: 1}, scenario.ReadsEventual
	}))
	if !errors.Is(err, errPermanent) {
		t.Errorf("got %v", err)
	}
}

// TestWhatARefusalTellsOutlivesItsOperation: if a refusal came without a state, the
// next operation reads before it uses a view that was kept.
func TestWhatARefusalTellsOutlivesItsOperation(t *testing.T) {
	for refresh, reads := range map[scenario.Refresh]int64{scenario.RefreshAfterWait: 2, scenario.RefreshAtConflict: 2, scenario.RefreshFromConflict: 1} {
		s := &store{latency: time.Millisecond, needsState: true, conflictState: true, fault: func(n int) (error, bool) {
			if n == 1 {
				return errRefused, false
			}
			return nil, false
		}}
		result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
			sc.Load = scenario.Load{Workers: 1, Operations: 2}
			sc.Retry.Refresh, sc.Retry.Kind, sc.View = refresh, retry.None, scenario.ViewKept
		}))
		check(t, string(refresh)+": applied", result.Tally.Applied, 1)
		check(t, string(refresh)+": reads", result.Tally.Reads, reads)
	}
}

// TestALookThatFailsIsCounted: after a failed read, the next attempt reads again.
func TestALookThatFailsIsCounted(t *testing.T) {
	s := &store{latency: time.Millisecond, needsState: true,
		fault: func(n int) (error, bool) {
			if n == 1 {
				return errRefused, false
			}
			return nil, false
		},
		readFault: func(n int) error {
			if n == 3 { // after that of the setup and the first of the operation
				return errTimeout
			}
			return nil
		}}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Load, sc.Retry.Refresh = scenario.Load{Workers: 1, Operations: 1}, scenario.RefreshAtConflict
	}))
	check(t, "applied", result.Tally.Applied, 1)
	check(t, "looks that failed", result.Failures["refresh: "+counter.ReasonTimeout], 1)
}

func TestTheFirstOfSeveralCountersThatExistIsNamed(t *testing.T) {
	s := &store{states: map[string]counter.State{"counter-1": {Value: 7, Version: 3}, "counter-2": {Value: 8, Version: 3}}}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Counters = scenario.Counters{Count: 3, Pick: scenario.Pick{Kind: scenario.PickRoundRobin}}
		sc.Load = scenario.Load{Workers: 1, Operations: 3}
	}))
	wantWarning(t, result, `2 of 3 counters existed already and did not begin with the scenario's counters.initial, 0: "counter-1" began with 7`)
}
