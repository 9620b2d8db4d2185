package fleet

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"contend/internal/clock"
	"contend/internal/crash"
	"contend/workload/history"
	"contend/workload/scenario"
)

// A mistake in a design must not cost the measurements made before it.
func TestAPanicOfAStrategyEndsTheRunAndKeepsWhatRan(t *testing.T) {
	var file bytes.Buffer
	s := &store{latency: 10 * time.Millisecond, fault: func(n int) (error, bool) {
		if n == 9 {
			panic("planted")
		}
		return nil, false
	}}
	synctest.Test(t, func(t *testing.T) {
		fleet := fleetOf(s, baseScenario(func(sc *scenario.Scenario) { sc.Load.Duration = time.Hour }))
		fleet.History = history.To(&file)
		result, err := fleet.Run(t.Context(), nil)
		var caught *crash.Error
		if !errors.As(err, &caught) || !strings.Contains(err.Error(), "operation 3 (increment)") || !strings.Contains(err.Error(), "planted (in crash_test.go:") {
			t.Errorf("got %v, want the panic with its operation", err)
		}
		check(t, "unknown", result.Tally.Unknown, 1) // it may have been sent
		if err := result.Verify(); err != nil {
			t.Error(err)
		}
		if applied := result.Tally.Applied; applied < 4*3-1 || applied > 4*4-2 {
			t.Errorf("applied %d", applied)
		}
		check(t, "final", result.Ledgers[0].Final, result.Tally.Applied)
	})
	r, ops := readHistory(t, &file)
	if r.Footer() == nil || !strings.Contains(r.Footer().Error, "planted") {
		t.Errorf("the history ends with %+v", r.Footer())
	}
	unknown := 0
	for _, op := range ops {
		if op.Ending == history.Unknown {
			unknown++
		}
	}
	check(t, "unknown in the history", unknown, 1)
}

func TestAPanicOfAReadChangesNothing(t *testing.T) {
	s := &store{latency: time.Millisecond, needsState: true, readFault: func(n int) error {
		if n == 9 {
			panic("planted")
		}
		return nil
	}}
	result, err := runFleet(t, s, baseScenario(func(sc *scenario.Scenario) { sc.Load.Duration = time.Second }))
	var caught *crash.Error
	if !errors.As(err, &caught) {
		t.Fatalf("got %v, want the panic", err)
	}
	check(t, "failed", result.Tally.Failed, 1)
	check(t, "final", result.Ledgers[0].Final, result.Tally.Applied)
}

func TestAPanicBeforeTheLoadIsAnError(t *testing.T) {
	s := &store{readFault: func(int) error { panic("planted") }}
	result, err := runFleet(t, s, baseScenario(func(sc *scenario.Scenario) { sc.Load.Operations = 1 }))
	var caught *crash.Error
	if result != nil || !errors.As(err, &caught) {
		t.Errorf("got %v, %v, want the panic and no result", result, err)
	}
}

// torn is a file that panics after its header.
type torn struct{ bytes.Buffer }

func (f *torn) Write(p []byte) (int, error) {
	if f.Len() > 0 {
		panic("planted")
	}
	return f.Buffer.Write(p)
}

func TestAPanicOfTheHistoryDoesNotStopTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fleet := fleetOf(&store{latency: time.Millisecond}, baseScenario(func(sc *scenario.Scenario) { sc.Load.Duration = 1999500 * time.Microsecond }))
		fleet.History = history.To(new(torn))
		result, err := fleet.Run(t.Context(), nil)
		var caught *crash.Error
		if !errors.As(err, &caught) {
			t.Errorf("got %v, want the panic", err)
		}
		check(t, "applied", result.Tally.Applied, 4*2000)
	})
}

// A panic after the load still leaves the history, which can be judged alone.
func TestAPanicOfTheResultKeepsTheHistory(t *testing.T) {
	var file bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		fleet := fleetOf(&store{latency: time.Millisecond}, baseScenario(func(sc *scenario.Scenario) { sc.Load.Operations = 20 }))
		fleet.History = history.To(&file)
		r := newRun(fleet, fleet.keys(), clock.Clock{})
		ledgers, err := fleet.open(t.Context(), nil, fleet.keys())
		if err != nil {
			t.Fatal(err)
		}
		if err := r.openHistory(ledgers); err != nil {
			t.Fatal(err)
		}
		loadErr := r.load(t.Context(), nil)
		r.workers = append(r.workers, nil) // which no result can be made of
		result, err := r.finish(t.Context(), ledgers, loadErr)
		var caught *crash.Error
		if result != nil || !errors.As(err, &caught) {
			t.Errorf("got %v, %v, want the panic", result, err)
		}
	})
	if _, ops := readHistory(t, &file); len(ops) != 20 {
		t.Errorf("%d operations are left, want 20", len(ops))
	}
}
