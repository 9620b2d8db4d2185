package fleet

import (
	"context"
	"io"
	"testing"
	"time"

	"contend/counter"
	"contend/internal/clock"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// still is a store that allocates nothing. Every third write conflicts.
type still struct{ writes int }

func (*still) Name() string                                     { return "still" }
func (*still) Traits() counter.Traits                           { return counter.Traits{NeedsState: true} }
func (*still) Create(context.Context, counter.Key, int64) error { return nil }
func (*still) Read(context.Context, counter.Key, bool) (counter.State, counter.Units, error) {
	return counter.State{Value: 1, Version: 1}, counter.Units{Read: 1, Reported: true}, nil
}

func (s *still) Add(context.Context, counter.Key, counter.Change) (counter.Receipt, error) {
	if s.writes++; s.writes%3 == 0 {
		return counter.Receipt{Classification: counter.Classification{Outcome: counter.Conflict, Reason: "x"}}, counter.ErrOutOfSync
	}
	return counter.Receipt{
		Classification: counter.Classification{Outcome: counter.Applied},
		StateKnown:     true,
		Units:          counter.Units{Write: 1, Reported: true},
	}, nil
}

// TestNothingIsAllocatedBetweenRequests: what a worker does itself must not
// disturb what it measures.
func TestNothingIsAllocatedBetweenRequests(t *testing.T) {
	s := &still{}
	sc := baseScenario(func(sc *scenario.Scenario) {
		sc.Counters = scenario.Counters{Count: 3, Pick: scenario.Pick{Kind: scenario.PickZipf, Zipf: 1.1}}
		sc.Load = scenario.Load{Workers: 1, Duration: time.Hour}
		sc.Operations = scenario.Mix{history.Increment: 5, history.Decrement: 2, history.Read: 3}
		sc.Retry.Kind, sc.Retry.Base, sc.Retry.Factor = retry.FullJitter, time.Nanosecond, 1
	})
	fleet := Fleet{Scenario: sc, Live: new(measure.Live), Strategy: func(int) counter.Strategy { return s }, History: history.To(io.Discard)}
	r := newRun(fleet, fleet.keys(), clock.Clock{})
	if err := r.openHistory(make([]history.Ledger, 3)); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := r.history.Close(nil); err != nil {
			t.Error(err)
		}
	}()
	r.began = time.Now()
	r.show(fleet.Live)
	w, ctx := r.workers[0], t.Context()
	w.ended, w.progress.due = clock.Clock{}.NewEvent(), whenBegun
	operate := func() {
		if err := w.operate(ctx); err != nil {
			t.Fatal(err)
		}
	}
	for range 1000 {
		operate() // the records of the first second, the first failed histograms
	}
	if allocations := testing.AllocsPerRun(5000, operate); allocations != 0 {
		t.Errorf("%v allocations for an operation", allocations)
	}
}
