package fleet

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/pace"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// crowd is a strategy that records how many calls are in progress.
type crowd struct {
	*store
	mu         sync.Mutex
	most, here int
}

func (c *crowd) enter(more int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.here += more
	c.most = max(c.most, c.here)
}

func (c *crowd) Read(ctx context.Context, key counter.Key, consistent bool) (counter.State, counter.Units, error) {
	c.enter(1)
	defer c.enter(-1)
	return c.store.Read(ctx, key, consistent)
}

func (c *crowd) Add(ctx context.Context, key counter.Key, change counter.Change) (counter.Receipt, error) {
	c.enter(1)
	defer c.enter(-1)
	return c.store.Add(ctx, key, change)
}

// gated is a run of 20 workers of which 3 may be in an attempt.
type gated struct {
	store  *store
	result *measure.Result
	most   int // calls in progress at the same time
	ops    []history.Op
}

// runGated runs the scenario in virtual time. It cuts the run off after a time, if
// that is not 0.
func runGated(t *testing.T, s *store, cut time.Duration, sc scenario.Scenario) gated {
	t.Helper()
	g, file := gated{store: s}, new(bytes.Buffer)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		if cut > 0 {
			defer time.AfterFunc(cut, cancel).Stop()
		}
		c := &crowd{store: s}
		f := fleetOf(s, sc)
		f.InFlight, f.History, f.Strategy = 3, history.To(file), func(int) counter.Strategy { return c }
		var err error
		if g.result, err = f.Run(ctx, nil); err != nil {
			t.Fatal(err)
		}
		check(t, "calls in progress at the end", c.here, 0)
		g.most = c.most
	})
	verified(t, g.result)
	_, g.ops = readHistory(t, file)
	return g
}

// TestNoMoreAttemptsThanTheLimit: no more attempts are in progress than the limit
// allows, whatever they consist of. Every operation gets its turn, and the store is
// kept as busy as the limit allows.
func TestNoMoreAttemptsThanTheLimit(t *testing.T) {
	const operations = 120
	for _, c := range []struct {
		what  string
		store *store
		set   func(*scenario.Scenario)
		takes time.Duration // at least; 0: the test does not know
	}{
		{"writes", &store{}, func(*scenario.Scenario) {}, operations / 3 * 10 * time.Millisecond},
		{"reads", &store{}, func(sc *scenario.Scenario) { sc.Operations = scenario.Mix{history.Read: 1} }, operations / 3 * 10 * time.Millisecond},
		{"a read before each write", &store{needsState: true}, func(*scenario.Scenario) {}, 0},
		{"reads at a conflict", &store{needsState: true}, func(sc *scenario.Scenario) {
			sc.View, sc.Retry.Refresh = scenario.ViewKept, scenario.RefreshAtConflict
		}, 0},
		{"an open loop", &store{}, func(sc *scenario.Scenario) {
			sc.Load.Rate, sc.Load.Arrivals, sc.Load.Overload = 1e6, pace.Uniform, scenario.OverloadQueue
		}, operations / 3 * 10 * time.Millisecond},
	} {
		t.Run(c.what, func(t *testing.T) {
			c.store.latency = 10 * time.Millisecond
			g := runGated(t, c.store, 0, baseScenario(func(sc *scenario.Scenario) {
				sc.Load = scenario.Load{Workers: 20, Operations: operations}
				c.set(sc)
			}))
			check(t, "the most in progress", g.most, 3)
			check(t, "applied", g.result.Tally.Applied, operations)
			check(t, "operations in the history", len(g.ops), operations)
			if c.takes > 0 {
				check(t, "elapsed", g.result.Elapsed.Round(time.Millisecond), c.takes)
			}
		})
	}
}

// TestTheWaitForATurnIsInTheLatency: the wait is part of the latency of the attempt and
// of the operation. Workers take turns, so all wait equally long.
func TestTheWaitForATurnIsInTheLatency(t *testing.T) {
	s := &store{latency: 10 * time.Millisecond}
	g := runGated(t, s, 0, baseScenario(func(sc *scenario.Scenario) { sc.Load = scenario.Load{Workers: 21, Operations: 210} }))
	of := &g.result.Latency.Succeeded
	about(t, "median of the attempts", seconds(of.Attempt.At(50)), 0.07, 0.001)
	about(t, "median of the responses", seconds(of.Response.At(50)), 0.07, 0.001)
	about(t, "the longest", seconds(of.Response.Max()), 0.07, 0.001)
	check(t, "stalls", len(g.result.Stalls.All), 0)
}

// TestWhatWaitsWhenTheLoadEndsIsCarriedOut: an attempt that waits at the gate began
// before the end, and is awaited like a request.
func TestWhatWaitsWhenTheLoadEndsIsCarriedOut(t *testing.T) {
	s := &store{latency: 10 * time.Millisecond}
	g := runGated(t, s, 0, baseScenario(func(sc *scenario.Scenario) { sc.Load = scenario.Load{Workers: 20, Duration: 995 * time.Millisecond} }))
	check(t, "applied", g.result.Tally.Applied, 3*100+17)
	check(t, "ended late", g.result.Late.Operations(), 20)
	check(t, "elapsed", g.result.Elapsed, 1060*time.Millisecond)
	check(t, "final value", g.result.Ledgers[0].Final, 3*100+17)
}

// TestWhatWaitsWhenTheRunIsCutOffIsNotSent: the wait ends at once, and leaves nothing
// in doubt. Requests already sent are unknown.
func TestWhatWaitsWhenTheRunIsCutOffIsNotSent(t *testing.T) {
	s := &store{latency: 10 * time.Millisecond}
	g := runGated(t, s, 1005*time.Millisecond, baseScenario(func(sc *scenario.Scenario) { sc.Load = scenario.Load{Workers: 20, Duration: time.Hour} }))
	check(t, "elapsed", g.result.Elapsed, 995*time.Millisecond) // the load begins after a read
	check(t, "unknown", g.result.Tally.Unknown, 3)
	check(t, "gave up", g.result.Tally.GaveUp, 17)
	check(t, "writes", g.result.Tally.Writes, int64(s.writes)+3)
	check(t, "highest value", g.result.Ledgers[0].High, int64(s.writes)+3)
	check(t, "operations in the history", int64(len(g.ops)), g.result.Tally.Started)
}

// TestTheDeadlineEndsTheWaitForATurn: nothing of the operation starts after it.
func TestTheDeadlineEndsTheWaitForATurn(t *testing.T) {
	const deadline = 35 * time.Millisecond
	for _, needsState := range []bool{false, true} {
		s := &store{latency: 10 * time.Millisecond, needsState: needsState}
		g := runGated(t, s, 0, baseScenario(func(sc *scenario.Scenario) {
			sc.Load, sc.Retry.Deadline = scenario.Load{Workers: 20, Operations: 20}, deadline
		}))
		for _, op := range g.ops {
			if took := time.Duration(op.Returned - op.Invoked); took > deadline+s.latency {
				t.Errorf("an operation took %s", took)
			}
			for _, a := range op.Attempts {
				if a.Reason == reasonDeadline && (a.Written || a.Returned-op.Invoked > int64(deadline)) {
					t.Errorf("an attempt after the deadline: %+v", a)
				}
			}
		}
		check(t, "unknown", g.result.Tally.Unknown, 0)
		check(t, "writes", g.result.Tally.Writes, int64(s.writes))
		if !needsState {
			check(t, "applied", g.result.Tally.Applied, 4*3) // from 0, 10, 20 and 30 ms
			check(t, "gave up at the deadline", g.result.Failures[reasonDeadline], 20-4*3)
		}
	}
}

// TestAWaitForATurnDoesNotOutliveTheRun where every attempt is retried for ever.
func TestAWaitForATurnDoesNotOutliveTheRun(t *testing.T) {
	s := &store{latency: 10 * time.Millisecond, fault: func(int) (error, bool) { return errRefused, false }}
	g := runGated(t, s, 0, baseScenario(func(sc *scenario.Scenario) {
		sc.Load, sc.Retry.Kind = scenario.Load{Workers: 20, Duration: 995 * time.Millisecond}, retry.Immediate
	}))
	check(t, "gave up", g.result.Tally.GaveUp, 20)
	check(t, "elapsed", g.result.Elapsed, 1060*time.Millisecond)
}

// TestAPanicLetsTheNextWorkerPass: otherwise the run would never end.
func TestAPanicLetsTheNextWorkerPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{latency: 10 * time.Millisecond, fault: func(int) (error, bool) { panic("planted") }}
		f := fleetOf(s, baseScenario(func(sc *scenario.Scenario) { sc.Load = scenario.Load{Workers: 20, Operations: 20} }))
		f.InFlight = 1
		result, err := f.Run(t.Context(), nil)
		if err == nil || result == nil {
			t.Fatalf("got %v, %v", result, err)
		}
		check(t, "operations", result.Tally.Started >= 1, true)
	})
}

// atGate is a worker at a gate for one attempt, with a deadline of a second.
func atGate() *worker {
	sc := baseScenario(func(sc *scenario.Scenario) { sc.Retry.Deadline = time.Second })
	r := &run{began: time.Now(), gate: newGate(1, 2)}
	return &worker{role: role{scenario: &sc, policy: &sc.Retry.Policy, run: r, cut: make(chan struct{})}}
}

// TestAWorkerIsNotKeptByOneThatStaysForEver: its wait ends when the run is cut off, and
// at its deadline.
func TestAWorkerIsNotKeptByOneThatStaysForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := atGate()
		check(t, "the first passes", w.passGate(), true)
		check(t, "the second passes", w.passGate(), false)
		check(t, "waited", time.Duration(w.now()), time.Second)
		w.scenario.Retry.Deadline = 0
		cut := make(chan struct{})
		time.AfterFunc(time.Second, func() { close(cut) })
		w.cut = cut
		check(t, "the third passes", w.passGate(), false)
		check(t, "waited in all", time.Duration(w.now()), 2*time.Second)
	})
}

// TestAWorkerThatStoodStillAtTheGateDoesNotPass: it may notice its turn after the
// deadline, or after the run was cut off.
func TestAWorkerThatStoodStillAtTheGateDoesNotPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		late, off := atGate(), atGate()
		time.Sleep(time.Second)
		cut := make(chan struct{})
		close(cut)
		off.scenario.Retry.Deadline, off.cut = 0, cut
		for range 100 { // select takes either
			check(t, "passes after the deadline", late.queueAtGate(), false)
			check(t, "passes after the cut", off.queueAtGate(), false)
		}
		check(t, "passed", len(late.run.gate)+len(off.run.gate), 0)
	})
}
