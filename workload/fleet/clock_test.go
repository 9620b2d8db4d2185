package fleet

import (
	"context"
	"testing"
	"time"

	"contend/counter"
	"contend/internal/clock"
	"contend/workload/measure"
	"contend/workload/scenario"
)

// apart is a counter that takes its time from the context's clock, and of two changes at
// the same time makes one.
type apart struct {
	state counter.State
	busy  bool
}

func (*apart) Name() string           { return counter.AtomicAddName }
func (*apart) Traits() counter.Traits { return counter.Traits{ReturnsState: true, Versions: true} }

func (a *apart) Create(_ context.Context, _ counter.Key, initial int64) error {
	a.state = counter.State{Value: initial, Version: 1}
	return nil
}

func (a *apart) Read(ctx context.Context, _ counter.Key, _ bool) (counter.State, counter.Units, error) {
	clock.Of(ctx).Sleep(ctx, time.Millisecond)
	return a.state, counter.Units{}, nil
}

func (a *apart) Add(ctx context.Context, _ counter.Key, change counter.Change) (counter.Receipt, error) {
	conflicts := a.busy
	a.busy = true
	clock.Of(ctx).Sleep(ctx, 3*time.Millisecond)
	if conflicts {
		return counter.Receipt{Classification: counter.Classification{Outcome: counter.Conflict}}, nil
	}
	a.busy = false
	a.state.Value += change.Delta
	a.state.Version++
	return counter.Receipt{Classification: counter.Classification{Outcome: counter.Applied}, State: a.state, StateKnown: true}, nil
}

// TestAFleetWaitsByTheClockAlone: in simulated time, whatever else it waited for would
// end the simulation with an error. The same seed gives the same numbers.
func TestAFleetWaitsByTheClockAlone(t *testing.T) {
	const lasts = 20 * time.Second
	run := func() *measure.Result {
		var result *measure.Result
		s := &apart{}
		f := fleetOf(nil, baseScenario(func(sc *scenario.Scenario) {
			sc.Load = scenario.Load{Workers: 8, Duration: lasts, Think: 5 * time.Millisecond}
		}))
		f.Setup, f.Strategy = s, func(int) counter.Strategy { return s }
		err := clock.Simulation{Start: time.Unix(0, 0)}.Run(t.Context(), func(ctx context.Context) (err error) {
			result, err = f.Run(ctx, nil)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
	first, second := run(), run()
	check(t, "elapsed", first.Elapsed >= lasts && first.Elapsed < lasts+10*time.Millisecond, true)
	check(t, "final", first.Ledgers[0].Final, first.Tally.Applied)
	check(t, "some are applied", first.Tally.Applied > 100, true)
	check(t, "some are in conflict", first.Tally.Conflicts > 100, true)
	check(t, "elapsed again", second.Elapsed, first.Elapsed)
	check(t, "the same numbers", second.Tally == first.Tally, true)
}
