package fleet

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/scenario"
)

// runWithHistory runs a scenario in virtual time and reads its history.
func runWithHistory(t *testing.T, s *store, sc scenario.Scenario) (*measure.Result, *history.Reader, []history.Op) {
	t.Helper()
	var file bytes.Buffer
	var result *measure.Result
	var err error
	synctest.Test(t, func(t *testing.T) {
		fleet := fleetOf(s, sc)
		fleet.History, fleet.Tool = history.To(&file), "test"
		result, err = fleet.Run(t.Context(), nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	r, ops := readHistory(t, &file)
	return result, r, ops
}

func readHistory(t *testing.T, file io.Reader) (*history.Reader, []history.Op) {
	t.Helper()
	r, err := history.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var ops []history.Op
	for {
		var op history.Op
		if err := r.Next(&op); errors.Is(err, io.EOF) {
			return r, ops
		} else if err != nil {
			t.Fatal(err)
		}
		ops = append(ops, op)
	}
}

func state(value, version int64) history.State {
	return history.State{Value: value, Version: version, Known: true}
}

func TestHistoryHasTheWholeRun(t *testing.T) {
	s := &store{latency: time.Millisecond, needsState: true}
	result, r, ops := runWithHistory(t, s, baseScenario(func(sc *scenario.Scenario) { sc.Load.Operations = 100 }))
	h, f := r.Header(), r.Footer()
	check(t, "tool", h.Tool, "test")
	check(t, "scenario", h.Scenario, "test")
	check(t, "workers", h.Workers, 4)
	check(t, "ordered", h.Ordered, true)
	check(t, "counter", h.Counters[0], history.CounterStart{Key: "counter-0", Initial: state(0, 1)})
	check(t, "started", h.StartedAt.Equal(result.StartedAt), true)
	if f == nil || r.Cut() {
		t.Fatal("no footer")
	}
	check(t, "operations", f.Operations, 100)
	check(t, "elapsed", f.Elapsed, result.Elapsed)
	check(t, "error", f.Error, "")
	check(t, "final", f.Finals[0], history.CounterEnd{
		Final: state(100, 101), Invoked: int64(result.Elapsed), Returned: int64(result.Elapsed + s.latency),
	})

	var ledger history.Ledger
	var attempts int64
	for i := range ops {
		ledger.Record(&ops[i])
		attempts += int64(len(ops[i].Attempts))
	}
	check(t, "acknowledged", ledger.Acknowledged, 100)
	check(t, "attempts", attempts, result.Tally.Attempts)
}

func TestHistoryHasWhatAttemptsSaw(t *testing.T) {
	const ms = int64(time.Millisecond)
	one := func(change func(*scenario.Scenario)) scenario.Scenario {
		return baseScenario(func(sc *scenario.Scenario) {
			sc.Load = scenario.Load{Workers: 1, Operations: 1}
			change(sc)
		})
	}
	refuseOnce := func(n int) (error, bool) {
		if n == 1 {
			return errRefused, false
		}
		return nil, false
	}
	applied := history.Attempt{
		Invoked: ms, Returned: 2 * ms, Outcome: counter.Applied, Written: true, Before: state(0, 1), After: state(1, 2),
		LookReturned: ms, ReadUnits: 1, WriteUnits: 1,
	}
	refused := history.Attempt{
		Invoked: ms, Returned: 2 * ms, Outcome: counter.Conflict, Written: true, Reason: counter.Classify(errRefused).Reason,
		Before: state(0, 1), LookReturned: ms, ReadUnits: 1,
	}
	second := applied
	second.Invoked, second.Returned, second.LookInvoked, second.LookReturned = 3*ms, 4*ms, 2*ms, 3*ms
	for _, c := range []struct {
		what         string
		store        *store
		baseScenario scenario.Scenario
		want         []history.Attempt
	}{
		{"a conditional write", &store{needsState: true}, one(func(*scenario.Scenario) {}), []history.Attempt{applied}},
		{"an atomic write needs no state", &store{}, one(func(*scenario.Scenario) {}), []history.Attempt{{
			Returned: ms, Outcome: counter.Applied, Written: true, After: state(1, 2), WriteUnits: 1,
		}}},
		{"a read", &store{}, one(func(sc *scenario.Scenario) { sc.Operations = scenario.Mix{history.Read: 1} }), []history.Attempt{{
			Returned: ms, Outcome: counter.Applied, Saw: state(0, 1), ReadUnits: 1,
		}}},
		{"a look after a conflict", &store{needsState: true, fault: refuseOnce}, one(func(*scenario.Scenario) {}), []history.Attempt{refused, second}},
		{"a look at a conflict is the next attempt's", &store{needsState: true, fault: refuseOnce},
			one(func(sc *scenario.Scenario) { sc.Retry.Refresh = scenario.RefreshAtConflict }), []history.Attempt{refused, second}},
		{"a look that is lost", &store{needsState: true, readFault: func(n int) error {
			if n == 2 {
				return errTimeout
			}
			return nil
		}}, one(func(*scenario.Scenario) {}), []history.Attempt{
			{Returned: ms, Outcome: counter.Unknown, Reason: counter.ReasonTimeout, LookReturned: ms},
			func() history.Attempt {
				a := second
				a.LookInvoked, a.LookReturned, a.Invoked, a.Returned = ms, 2*ms, 2*ms, 3*ms
				return a
			}(),
		}},
	} {
		c.store.latency = time.Millisecond
		_, _, ops := runWithHistory(t, c.store, c.baseScenario)
		if len(ops) != 1 || !reflect.DeepEqual(ops[0].Attempts, c.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", c.what, ops[0].Attempts, c.want)
		}
	}
}

func TestAKeptViewIsBuiltOnWithoutALook(t *testing.T) {
	s := &store{latency: time.Millisecond, needsState: true}
	_, _, ops := runWithHistory(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: 1, Operations: 2}
		sc.View = scenario.ViewKept
	}))
	a := ops[1].Attempts[0]
	check(t, "before", a.Before, state(1, 2))
	check(t, "look", a.LookReturned, 0)
	check(t, "read units", a.ReadUnits, 0)
}

func TestAConflictTellsWhatItLostAgainst(t *testing.T) {
	s := &store{latency: time.Millisecond, needsState: true, conflictState: true}
	_, _, ops := runWithHistory(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: 2, Operations: 2}
		sc.Retry.Refresh = scenario.RefreshFromConflict
	}))
	// The file has the operations of each worker in their order, but not those of
	// all workers.
	loser := slices.MaxFunc(ops, func(a, b history.Op) int { return cmp.Compare(a.Returned, b.Returned) }).Attempts
	check(t, "attempts", len(loser), 2)
	check(t, "saw", loser[0].Saw, state(1, 2))
	check(t, "before", loser[1].Before, state(1, 2))
	check(t, "look", loser[1].LookReturned, 0)
}

// full is a disk with room for a header only.
type full struct{ writes int }

var errFull = errors.New("no space left on device")

func (f *full) Write(p []byte) (int, error) {
	if f.writes++; f.writes > 1 {
		return 0, errFull
	}
	return len(p), nil
}

func TestAFullDiskDoesNotStopTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fleet := fleetOf(&store{latency: time.Millisecond}, baseScenario(func(sc *scenario.Scenario) { sc.Load.Duration = 1999500 * time.Microsecond }))
		fleet.History = history.To(new(full))
		result, err := fleet.Run(t.Context(), nil)
		if !errors.Is(err, errFull) || !errors.Is(result.Err, errFull) {
			t.Errorf("got %v", err)
		}
		check(t, "applied", result.Tally.Applied, 4*2000)
	})
}

func TestHistoryOfARunThatWasCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var file bytes.Buffer
		fleet := fleetOf(&store{latency: 100 * time.Millisecond}, baseScenario(func(sc *scenario.Scenario) { sc.Load.Duration = time.Hour }))
		fleet.History = history.To(&file)
		ctx, cancel := context.WithTimeout(t.Context(), 10050*time.Millisecond)
		defer cancel()
		result, err := fleet.Run(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		r, ops := readHistory(t, &file)
		check(t, "operations", int64(len(ops)), result.Tally.Started)
		check(t, "final is known", r.Footer().Finals[0].Final.Known, false)
	})
}

func TestHistoryTellsTheError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var file bytes.Buffer
		s := &store{fault: func(n int) (error, bool) {
			if n == 3 {
				return errPermanent, false
			}
			return nil, false
		}}
		fleet := fleetOf(s, baseScenario(func(sc *scenario.Scenario) { sc.Load = scenario.Load{Workers: 1, Duration: time.Second} }))
		fleet.History = history.To(&file)
		if _, err := fleet.Run(t.Context(), nil); !errors.Is(err, errPermanent) {
			t.Fatal(err)
		}
		r, ops := readHistory(t, &file)
		check(t, "operations", len(ops), 3)
		check(t, "told", strings.Contains(r.Footer().Error, errPermanent.Error()), true)
	})
}

// TestFinalsNameTheirCounters, whether or not they could be read.
func TestFinalsNameTheirCounters(t *testing.T) {
	for _, known := range []bool{true, false} {
		s := &store{latency: time.Millisecond}
		var file bytes.Buffer
		synctest.Test(t, func(t *testing.T) {
			fleet := fleetOf(s, baseScenario(func(sc *scenario.Scenario) {
				sc.Counters.Count, sc.Load = 3, scenario.Load{Workers: 1, Operations: 3}
			}))
			fleet.History = history.To(&file)
			fleet.OnStart = func(time.Time) {
				if !known {
					s.readFault = func(int) error { return errPermanent }
				}
			}
			if _, err := fleet.Run(t.Context(), nil); (err == nil) != known {
				t.Fatal(err)
			}
		})
		r, _ := readHistory(t, &file)
		for i, final := range r.Footer().Finals {
			check(t, "counter", final.Counter, i)
			check(t, "known", final.Final.Known, known)
		}
	}
}
