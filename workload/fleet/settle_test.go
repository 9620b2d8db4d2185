package fleet

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// lostFirst is a store that gives no answer to the first write and applies it
// so long afterwards; 0: never.
func lostFirst(after time.Duration) *store {
	return &store{
		latency: time.Millisecond,
		fault: func(n int) (error, bool) {
			if n == 1 {
				return errTimeout, false
			}
			return nil, false
		},
		late: func(int) time.Duration { return after },
	}
}

func threeOperations(sc *scenario.Scenario) { sc.Load = scenario.Load{Workers: 1, Operations: 3} }

// wantWarning checks that there is exactly one warning, and that it contains the text.
// If the text is "", there must be none.
func wantWarning(t *testing.T, result *measure.Result, text string) {
	t.Helper()
	switch {
	case text == "" && len(result.Warnings) > 0:
		t.Errorf("warnings %q", result.Warnings)
	case text != "" && (len(result.Warnings) != 1 || !strings.Contains(result.Warnings[0], text)):
		t.Errorf("warnings %q, want one with %q", result.Warnings, text)
	}
}

func TestFinalsAreReadAfterALateWrite(t *testing.T) {
	result := mustRun(t, lostFirst(3*time.Second), baseScenario(threeOperations))
	check(t, "applied", result.Tally.Applied, 3)
	check(t, "final", result.Ledgers[0].Final, 4)
	check(t, "watched", result.Ledgers[0].Watched, 0)
	wantWarning(t, result, "")
}

func TestALateWriteThatDoesNotComeIsAWarning(t *testing.T) {
	result := mustRun(t, lostFirst(0), baseScenario(threeOperations))
	check(t, "final", result.Ledgers[0].Final, 3)
	check(t, "watched", result.Ledgers[0].Watched, 5*time.Second)
	wantWarning(t, result, `may still change "counter-0" although none came in the last 5s`)
}

// TestTheWatchBeginsAgainAfterAChange: of two lost writes one comes late and
// one never.
func TestTheWatchBeginsAgainAfterAChange(t *testing.T) {
	s := lostFirst(4 * time.Second)
	s.fault = func(n int) (error, bool) { return errTimeout, false }
	s.late = func(n int) time.Duration { return time.Duration(2-n) * 4 * time.Second }
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
		threeOperations(sc)
		sc.Load.Operations = 2
		sc.Retry.Kind = retry.None
	}))
	check(t, "final", result.Ledgers[0].Final, 1)
	check(t, "watched", result.Ledgers[0].Watched, 5*time.Second)
	wantWarning(t, result, "none came in the last 5s of 9")
}

func TestTheWatchIsAsLongAsARequest(t *testing.T) {
	result := mustRun(t, lostFirst(7*time.Second), baseScenario(func(sc *scenario.Scenario) {
		threeOperations(sc)
		sc.RequestTimeout = 8 * time.Second
	}))
	check(t, "final", result.Ledgers[0].Final, 4)
}

func TestNothingIsAwaitedWithoutNeed(t *testing.T) {
	for _, c := range []struct {
		what  string
		store *store
	}{
		{"every write was answered", &store{latency: time.Millisecond}},
		{"the lost write was applied", &store{latency: time.Millisecond, fault: func(n int) (error, bool) {
			if n == 1 {
				return errTimeout, true
			}
			return nil, false
		}}},
	} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			result, err := fleetOf(c.store, baseScenario(threeOperations)).Run(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if took := time.Since(began); took > 10*time.Millisecond {
				t.Errorf("%s: %s", c.what, took)
			}
			wantWarning(t, result, "")
		})
	}
}

func TestTheWatchCanBeCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cut := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cut)
		fleet := fleetOf(lostFirst(3*time.Second), baseScenario(threeOperations))
		said := make(chan string, 1)
		fleet.OnSlow = func(sentence string) { said <- sentence }
		began := time.Now()
		result, err := fleet.Run(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		check(t, "took", time.Since(began), time.Second)
		check(t, "final", result.Ledgers[0].Final, 3)
		check(t, "watched", result.Ledgers[0].Watched, 0)
		wantWarning(t, result, "not watched to the end: the run was cut off")
		check(t, "said", <-said, "writes without an answer may still come: watching the final values for 5s")
	})
}

// TestTheWatchHasAnEnd: another program may write all the time.
func TestTheWatchHasAnEnd(t *testing.T) {
	s := &store{latency: time.Millisecond, fault: func(int) (error, bool) { return errTimeout, false }}
	s.readFault = func(n int) error {
		state := s.states["counter-0"]
		state.Value = int64((n + 1) % 2)
		s.states["counter-0"] = state
		return nil
	}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: 1, Operations: 20}
		sc.Operations = scenario.Mix{history.Increment: 1, history.Decrement: 1}
		sc.Retry.On = retry.Outcomes(counter.Conflict)
	}))
	check(t, "watched", result.Ledgers[0].Watched, 0)
	wantWarning(t, result, "they were still changing")
}

func TestAWatchThatCannotReadSaysSo(t *testing.T) {
	s := lostFirst(0)
	s.readFault = func(n int) error {
		if n > 5 {
			return errPermanent
		}
		return nil
	}
	result := mustRun(t, s, baseScenario(threeOperations))
	check(t, "final", result.Ledgers[0].Final, 3)
	wantWarning(t, result, "not watched to the end: counter overflow")
}

// TestAllCountersThatMayChangeAreCounted in the warning, and the first of them named.
func TestAllCountersThatMayChangeAreCounted(t *testing.T) {
	s := &store{latency: time.Millisecond, fault: func(n int) (error, bool) { return errTimeout, false }}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
		threeOperations(sc)
		sc.Counters = scenario.Counters{Count: 3, Pick: scenario.Pick{Kind: scenario.PickRoundRobin}}
		sc.Retry.Kind = retry.None
	}))
	wantWarning(t, result, `writes without an answer may still change 3 counters, the first of them "counter-0", although none came`)
}
