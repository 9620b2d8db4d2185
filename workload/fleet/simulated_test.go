package fleet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"contend/counter"
	"contend/internal/clock"
	"contend/internal/longtest"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/pace"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// uneven is a store whose requests take random times. Some are throttled or lost, or
// lose their answers.
type uneven struct {
	store
	random     *rand.Rand
	idempotent bool
}

func newUneven(needsState bool) *uneven {
	u := &uneven{random: rand.New(rand.NewPCG(1, 2)), idempotent: !needsState}
	u.needsState, u.conflictState = needsState, true
	u.store.fault = func(n int) (error, bool) {
		switch draw := u.random.IntN(50); draw {
		case 0:
			return errThrottled, false
		case 1, 2:
			return errTimeout, draw == 1
		case 3:
			return errRefusedConnection, false
		}
		return nil, false
	}
	return u
}

func (u *uneven) Traits() counter.Traits {
	traits := u.store.Traits()
	traits.Idempotent = u.idempotent
	return traits
}

func (u *uneven) delay(ctx context.Context) error {
	return u.pause(ctx, time.Duration(1+u.random.IntN(4000))*time.Microsecond)
}

func (u *uneven) Read(ctx context.Context, key counter.Key, consistent bool) (counter.State, counter.Units, error) {
	if err := u.delay(ctx); err != nil {
		return counter.State{}, counter.Units{}, err
	}
	return u.store.Read(ctx, key, consistent)
}

func (u *uneven) Add(ctx context.Context, key counter.Key, change counter.Change) (counter.Receipt, error) {
	if err := u.delay(ctx); err != nil {
		return counter.Receipt{Classification: counter.Classify(err)}, err
	}
	return u.store.Add(ctx, key, change)
}

// simulated is the result of a run in simulated time.
type simulated struct {
	result *measure.Result
	text   string // of the history after its header
}

// simulate runs a fleet over a new store in simulated time. change may be nil.
func simulate(t *testing.T, ctx context.Context, sc scenario.Scenario, needsState bool, stop <-chan struct{}, change func(*Fleet, *uneven)) (simulated, error) {
	t.Helper()
	var file bytes.Buffer
	u := newUneven(needsState)
	f := Fleet{Scenario: sc, Table: "table", Setup: u, Strategy: func(int) counter.Strategy { return u }, History: history.InOrderTo(&file)}
	if change != nil {
		change(&f, u)
	}
	var s simulated
	err := clock.Simulation{Start: time.Unix(0, 0), Patience: 20 * time.Second}.Run(ctx, func(ctx context.Context) (err error) {
		s.result, err = f.Run(ctx, stop)
		return err
	})
	decoder, openErr := zstd.NewReader(&file)
	if openErr != nil {
		t.Fatal(openErr)
	}
	defer decoder.Close()
	all, readErr := io.ReadAll(decoder)
	if readErr != nil {
		t.Fatal(readErr)
	}
	_, rest, _ := bytes.Cut(all, []byte("\n"))
	s.text = string(rest)
	return s, err
}

// simulatedScenarios use every part of a fleet that waits, draws or counts.
func simulatedScenarios() map[string]scenario.Scenario {
	of := func(load scenario.Load, change func(*scenario.Scenario)) scenario.Scenario {
		return baseScenario(func(sc *scenario.Scenario) {
			sc.Load = load
			sc.Counters = scenario.Counters{Count: 40, Pick: scenario.Pick{Kind: scenario.PickZipf, Zipf: 1.2}}
			sc.Operations = scenario.Mix{history.Increment: 6, history.Decrement: 2, history.Read: 2}
			sc.Retry.Kind, sc.Retry.Base, sc.Retry.Cap, sc.Retry.Factor = retry.FullJitter, time.Millisecond, time.Second, 2
			sc.Retry.MaxAttempts = 6
			change(sc)
		})
	}
	const lasts = 400 * time.Millisecond
	stages := []scenario.Stage{{Duration: lasts / 2, Workers: 9}, {Duration: lasts / 2, Workers: 2, Ramp: true}}
	rising := []scenario.Stage{{Duration: lasts / 2, Rate: 400}, {Duration: lasts / 2, Rate: 3000, Ramp: true}}
	return map[string]scenario.Scenario{
		"closed":  of(scenario.Load{Workers: 16, Duration: lasts}, func(sc *scenario.Scenario) { sc.View, sc.Counters.Count = scenario.ViewKept, 2 }),
		"budget":  of(scenario.Load{Workers: 16, Operations: 800}, func(sc *scenario.Scenario) { sc.Retry.Refresh = scenario.RefreshFromConflict }),
		"think":   of(scenario.Load{Workers: 50, Duration: lasts, Think: 7 * time.Millisecond, Warmup: lasts / 3}, func(sc *scenario.Scenario) { sc.Retry.Refresh = scenario.RefreshAtConflict }),
		"stages":  of(scenario.Load{Workers: 9, Stages: stages}, func(sc *scenario.Scenario) { sc.Retry.Deadline = 20 * time.Millisecond }),
		"open":    of(scenario.Load{Workers: 8, Duration: lasts, Rate: 2500, Arrivals: pace.Poisson, Overload: scenario.OverloadQueue}, func(*scenario.Scenario) {}),
		"dropped": of(scenario.Load{Workers: 8, Arrivals: pace.Poisson, Overload: scenario.OverloadDrop, Stages: rising}, func(sc *scenario.Scenario) { sc.Reads = scenario.ReadsEventual }),
	}
}

// TestASimulatedRunIsAFunctionOfItsSeed: the number of processors changes no number and
// no line. The seed does.
func TestASimulatedRunIsAFunctionOfItsSeed(t *testing.T) {
	for name, sc := range simulatedScenarios() {
		for _, needsState := range []bool{false, true} {
			first := simulateOn(t, 1, sc, needsState, nil)
			if tally := first.result.Tally; tally.Applied < 200 || tally.UnknownAttempts == 0 || tally.Conflicts == 0 && needsState {
				t.Errorf("%s: too little happened: %+v", name, tally)
			}
			mustEqual(t, fmt.Sprintf("%s, state %v, on two processors", name, needsState), simulateOn(t, 2, sc, needsState, nil), first)
			sc.Seed++
			if other := simulateOn(t, 1, sc, needsState, nil); other.text == first.text {
				t.Errorf("%s: another seed has the same history", name)
			}
		}
	}
}

// TestAnObserverChangesNoSimulatedRun: an observer in real time and connections change
// no number and no line.
func TestAnObserverChangesNoSimulatedRun(t *testing.T) {
	for name, sc := range simulatedScenarios() {
		if !longtest.Asked() && name != "open" {
			continue
		}
		first := simulateOn(t, 1, sc, true, nil)
		lookedAt(func(live *measure.Live) {
			seen := simulateOn(t, 2, sc, true, func(f *Fleet, _ *uneven) { f.Live, f.InFlight = live, 3 })
			mustEqual(t, name, seen, first)
		})
	}
}

// simulateOn runs a fleet on that many processors.
func simulateOn(t *testing.T, processors int, sc scenario.Scenario, needsState bool, change func(*Fleet, *uneven)) simulated {
	t.Helper()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
	s, err := simulate(t, t.Context(), sc, needsState, nil, change)
	if err != nil {
		t.Fatalf("%s: %v", sc.Name, err)
	}
	return s
}

// mustEqual fails the test unless two runs have the same history and result.
func mustEqual(t *testing.T, what string, got, want simulated) {
	t.Helper()
	if got.text != want.text {
		t.Errorf("%s: another history", what)
	}
	if !reflect.DeepEqual(got.result, want.result) {
		t.Errorf("%s: other numbers: %+v, want %+v", what, got.result.Tally, want.result.Tally)
	}
}

// lookedAt calls do while a goroutine looks at the view, as often as it can.
func lookedAt(do func(*measure.Live)) {
	live, done := new(measure.Live), make(chan struct{})
	var looking sync.WaitGroup
	looking.Go(func() {
		for !isClosed(done) {
			live.Snapshot()
		}
	})
	do(live)
	close(done)
	looking.Wait()
}

// TestASimulatedRunKnowsNothingOfItsProcess: what the real processors did does not
// appear in the result.
func TestASimulatedRunKnowsNothingOfItsProcess(t *testing.T) {
	s, err := simulate(t, t.Context(), simulatedScenarios()["budget"], true, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if use := s.result.Client; use.CPUs != 0 || use.CPUKnown || use.Delay.Count() != 0 {
		t.Errorf("got %+v", use)
	}
}

// TestASimulatedRunEndsWhenToldTo: stopped in the middle of its load, it gives a result
// that can be judged.
func TestASimulatedRunEndsWhenToldTo(t *testing.T) {
	const many = 1000
	for name, sc := range simulatedScenarios() {
		sc.Load.Operations, sc.Load.Duration = 0, 0
		if len(sc.Load.Stages) > 0 {
			for i := range sc.Load.Stages {
				sc.Load.Stages[i].Duration = 50 * time.Hour
			}
		} else {
			sc.Load.Duration = 50 * time.Hour
		}
		for what, cut := range map[string]bool{"stop": false, "context": true} {
			ctx, cancel := context.WithCancel(t.Context())
			stop := make(chan struct{})
			s, err := simulate(t, ctx, sc, true, stop, func(_ *Fleet, u *uneven) {
				fault := u.store.fault
				u.store.fault = func(n int) (error, bool) {
					if n == many && cut {
						cancel()
					} else if n == many {
						close(stop)
					}
					return fault(n)
				}
			})
			cancel()
			if err != nil {
				t.Fatalf("%s, %s: %v", name, what, err)
			}
			if s.result == nil {
				t.Fatalf("%s, %s: the load did not begin", name, what)
			}
			tally := s.result.Tally
			if tally.Writes < many-200 || tally.Writes > many+10_000 {
				t.Errorf("%s: %d writes, told to end at %d by its %s", name, tally.Writes, many, what)
			}
			if verifyErr := s.result.Verify(); verifyErr != nil || s.result.Interrupted == cut {
				t.Errorf("%s, %s: interrupted %v, %v", name, what, s.result.Interrupted, verifyErr)
			}
			if final := s.result.Ledgers[0].FinalKnown; final == cut {
				t.Errorf("%s, %s: the final value is known: %v", name, what, final)
			}
		}
	}
}

// deaf is a store that never looks at its context.
type deaf struct {
	store
	called func()
}

func (d *deaf) Add(ctx context.Context, _ counter.Key, _ counter.Change) (counter.Receipt, error) {
	d.called()
	for {
		clock.Of(ctx).Sleep(context.Background(), time.Second)
	}
}

// TestADeafStoreEndsWithItsContext: a store that ignores its context does not keep the
// run going for ever.
func TestADeafStoreEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	d := &deaf{called: cancel}
	f := fleetOf(&d.store, baseScenario(func(sc *scenario.Scenario) { sc.Load.Duration = time.Hour }))
	f.Strategy = func(int) counter.Strategy { return d }
	err := clock.Simulation{}.Run(ctx, func(ctx context.Context) error {
		_, err := f.Run(ctx, nil)
		return err
	})
	if endless := new(clock.EndlessError); !errors.As(err, &endless) {
		t.Errorf("got %v", err)
	}
}
