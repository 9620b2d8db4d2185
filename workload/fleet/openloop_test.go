package fleet

import (
	"bytes"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"contend/counter"
	"contend/internal/clock"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/pace"
	"contend/workload/scenario"
)

// open is a load of uniform arrivals.
func open(workers int, rate scenario.Rate, duration time.Duration, overload scenario.Overload) scenario.Load {
	return scenario.Load{Workers: workers, Rate: rate, Duration: duration, Arrivals: pace.Uniform, Overload: overload}
}

func verified(t *testing.T, result *measure.Result) {
	t.Helper()
	if err := result.Verify(); err != nil {
		t.Error(err)
	}
}

// TestARateThatTheWorkersKeep: nothing waits or is dropped, response times equal
// service times, and the load lasts as long as planned.
func TestARateThatTheWorkersKeep(t *testing.T) {
	for _, overload := range []scenario.Overload{scenario.OverloadQueue, scenario.OverloadDrop} {
		for _, arrivals := range []pace.Arrivals{pace.Uniform, pace.Poisson} {
			s := &store{latency: 5 * time.Millisecond}
			result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
				sc.Load = open(50, 100, 2*time.Second, overload)
				sc.Load.Arrivals = arrivals
			}))
			verified(t, result)
			name := string(overload) + " " + string(arrivals) + ": "
			if arrivals == pace.Uniform {
				check(t, name+"due", result.Tally.Due, 200)
			}
			check(t, name+"applied", result.Tally.Applied, result.Tally.Due)
			check(t, name+"dropped", result.Tally.Dropped, 0)
			check(t, name+"queued", result.OpenLoop.Queued, 0)
			check(t, name+"elapsed", result.Elapsed.Round(10*time.Millisecond), 2*time.Second)
			check(t, name+"lasted", result.OpenLoop.Lasted, 2*time.Second)
			check(t, name+"lateness", result.OpenLoop.Lateness.Max(), time.Microsecond)
			check(t, name+"awaited", result.OpenLoop.Delay.Count(), result.Tally.Due)
			check(t, name+"slowest response", result.Latency.Succeeded.Response.Max(), result.Latency.Succeeded.Service.Max())
		}
	}
}

// TestCoordinatedOmission: a store that stands still for a second makes all operations
// due in it slow, although only the one operation in flight is served slowly.
func TestCoordinatedOmission(t *testing.T) {
	stalling := func(load scenario.Load) *measure.Result {
		s := &store{latency: time.Millisecond}
		s.fault = func(n int) (error, bool) {
			if n == 500 {
				time.Sleep(time.Second) // under the store's lock: for everybody
			}
			return nil, false
		}
		result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) { sc.Load = load }))
		verified(t, result)
		return result
	}
	result := stalling(open(1, 100, 10*time.Second, scenario.OverloadQueue))
	check(t, "due", result.Tally.Due, 1000)
	latency := &result.Latency.Succeeded
	check(t, "slow services", latency.Service.Count()-latency.Service.CountsUpTo(100 * time.Millisecond)[0], 1)
	if slow := latency.Response.Count() - latency.Response.CountsUpTo(100 * time.Millisecond)[0]; slow < 90 || slow > 110 {
		t.Errorf("slow responses: got %d, want about 100, one for each arrival in the stall", slow)
	}
	if p99, service := latency.Response.At(99), latency.Service.At(99); p99 < 900*time.Millisecond || service > 2*time.Millisecond {
		t.Errorf("p99 of the response is %v, of the service %v", p99, service)
	}
	if n := result.OpenLoop.Queued; n < 90 || n > 120 {
		t.Errorf("queued: got %d, want about 110", n)
	}
	if n := result.OpenLoop.MaxWaiting; n < 95 || n > 101 {
		t.Errorf("most waiting: got %d, want about 100", n)
	}
	check(t, "delay by the client", result.OpenLoop.Delay.Max(), time.Microsecond)

	closed := stalling(scenario.Load{Workers: 1, Duration: 10 * time.Second, Think: 9 * time.Millisecond})
	check(t, "slow responses of the closed loop", closed.Latency.Succeeded.Response.Count()-closed.Latency.Succeeded.Response.CountsUpTo(100 * time.Millisecond)[0], 1)
}

// TestResponseOfEachKind: an operation of an open loop that waits for a worker is
// slow also among those of its kind, although it is served fast.
func TestResponseOfEachKind(t *testing.T) {
	result := mustRun(t, &store{latency: 100 * time.Millisecond}, baseScenario(func(sc *scenario.Scenario) {
		sc.Load = open(1, 100, 1995*time.Millisecond, scenario.OverloadQueue)
		sc.Operations = scenario.Mix{1, 1, 1}
	}))
	verified(t, result)
	var slowest time.Duration
	var count int64
	for _, kind := range []history.Kind{history.Increment, history.Decrement, history.Read} {
		service, response := &result.Latency.ByKind[kind], &result.Latency.ResponseByKind[kind]
		check(t, kind.String()+" responses", response.Count(), service.Count())
		check(t, kind.String()+" service", service.Max().Round(time.Millisecond), 100*time.Millisecond)
		if response.Max() < 5*service.Max() {
			t.Errorf("%s: the slowest response took %v", kind, response.Max())
		}
		slowest, count = max(slowest, response.Max()), count+response.Count()
	}
	check(t, "slowest", slowest, result.Latency.Succeeded.Response.Max())
	check(t, "responses of all kinds", count, result.Latency.Succeeded.Response.Count())

	closed := mustRun(t, &store{latency: time.Millisecond}, baseScenario(func(sc *scenario.Scenario) { sc.Load.Operations = 20 }))
	check(t, "responses of a closed loop by kind", closed.Latency.ResponseByKind[history.Increment].Count(), 0)
}

// TestOverload: one worker serves 10 a second of the 100 that are due.
func TestOverload(t *testing.T) {
	for _, c := range []struct {
		overload               scenario.Overload
		applied                int64
		queued, waiting        int64
		response, mostLateness time.Duration // of the slowest
	}{
		{scenario.OverloadQueue, 20, 19, 180, 1810 * time.Millisecond, 1710 * time.Millisecond},
		{scenario.OverloadDrop, 20, 0, 0, 100 * time.Millisecond, time.Microsecond},
	} {
		result := mustRun(t, &store{latency: 100 * time.Millisecond}, baseScenario(func(sc *scenario.Scenario) { sc.Load = open(1, 100, 1995*time.Millisecond, c.overload) }))
		verified(t, result)
		name := string(c.overload) + ": "
		check(t, name+"due", result.Tally.Due, 200)
		check(t, name+"applied", result.Tally.Applied, c.applied)
		check(t, name+"dropped", result.Tally.Dropped, 200-c.applied)
		check(t, name+"queued", result.OpenLoop.Queued, c.queued)
		check(t, name+"most waiting", result.OpenLoop.MaxWaiting, c.waiting)
		check(t, name+"service", result.Latency.Succeeded.Service.Max().Round(time.Millisecond), 100*time.Millisecond)
		if got := result.Latency.Succeeded.Response.Max(); got < c.response || got > c.response+10*time.Millisecond {
			t.Errorf("%sresponse: got %v, want %v", name, got, c.response)
		}
		if got := result.OpenLoop.Lateness.Max(); got < c.mostLateness || got > c.mostLateness+2*time.Millisecond {
			t.Errorf("%slateness: got %v, want %v", name, got, c.mostLateness)
		}
	}
}

func TestExactlyAsManyBecomeDue(t *testing.T) {
	for _, c := range []struct {
		load         scenario.Load
		due, applied int64
		elapsed      time.Duration
	}{
		{scenario.Load{Workers: 4, Rate: 100, Operations: 50, Arrivals: pace.Uniform, Overload: scenario.OverloadQueue}, 50, 50, 500 * time.Millisecond},
		{scenario.Load{Workers: 1, Rate: 1000, Operations: 50, Arrivals: pace.Poisson, Overload: scenario.OverloadQueue}, 50, 50, 500 * time.Millisecond},
		{scenario.Load{Workers: 1, Rate: 100, Operations: 50, Arrivals: pace.Uniform, Overload: scenario.OverloadDrop}, 50, 50, 500 * time.Millisecond},
		{scenario.Load{Workers: 1, Rate: 200, Operations: 50, Arrivals: pace.Uniform, Overload: scenario.OverloadDrop}, 50, 25, 250 * time.Millisecond},
		{scenario.Load{Workers: 1, Rate: 100, Operations: 50, Duration: 105 * time.Millisecond, Arrivals: pace.Uniform, Overload: scenario.OverloadQueue}, 11, 11, 110 * time.Millisecond},
	} {
		result := mustRun(t, &store{latency: 10 * time.Millisecond}, baseScenario(func(sc *scenario.Scenario) { sc.Load = c.load }))
		verified(t, result)
		check(t, "due", result.Tally.Due, c.due)
		check(t, "applied", result.Tally.Applied, c.applied)
		check(t, "elapsed", result.Elapsed.Round(10*time.Millisecond), c.elapsed)
	}
}

// TestRateStages: with a jump and a ramp, operations become due at the given rates, and
// each stage has its own account.
func TestRateStages(t *testing.T) {
	result := mustRun(t, &store{latency: 50 * time.Millisecond}, baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: 1, Arrivals: pace.Uniform, Overload: scenario.OverloadDrop, Stages: []scenario.Stage{
			{Duration: 2 * time.Second, Rate: 10}, {Duration: 4 * time.Second, Rate: 30, Ramp: true}, {Duration: time.Second, Rate: 40}}}
		sc.Load.Resolve(true)
	}))
	verified(t, result)
	check(t, "due", result.Tally.Due, 20+80+40)
	check(t, "elapsed", result.Elapsed.Round(100*time.Millisecond), 7*time.Second)
	for i, want := range []struct {
		due, applied int64
		from, to     time.Duration
	}{{20, 20, 0, 2 * time.Second}, {80, -1, 2 * time.Second, 6 * time.Second}, {40, 20, 6 * time.Second, 7 * time.Second}} {
		s := &result.Stages[i]
		check(t, "due", s.Due, want.due)
		check(t, "from", s.From, want.from)
		check(t, "to", s.To, want.to)
		check(t, "dropped", s.Dropped, s.Due-s.Started)
		if want.applied >= 0 {
			check(t, "applied", s.Applied, want.applied)
		}
		check(t, "responses", s.Response.Count(), s.Applied)
	}
	if s := &result.Stages[1]; s.Dropped == 0 || s.Applied < 40 {
		t.Errorf("ramp: %d applied, %d dropped", s.Applied, s.Dropped)
	}
}

// TestWorkerStages counts who works when: 2 workers, then a ramp to 4, then 1.
func TestWorkerStages(t *testing.T) {
	var out bytes.Buffer
	var result *measure.Result
	synctest.Test(t, func(t *testing.T) {
		fleet := fleetOf(&store{latency: 10 * time.Millisecond}, baseScenario(func(sc *scenario.Scenario) {
			sc.Load = scenario.Load{Stages: []scenario.Stage{
				{Duration: time.Second, Workers: 2}, {Duration: 2 * time.Second, Workers: 4, Ramp: true}, {Duration: time.Second, Workers: 1}}}
			sc.Load.Resolve(false)
		}))
		fleet.History = history.To(&out)
		var err error
		if result, err = fleet.Run(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	})
	verified(t, result)
	check(t, "workers", result.Scenario.Load.Workers, 4)
	check(t, "elapsed", result.Elapsed, 4*time.Second)
	// 2 and 3 workers in the halves of the first two seconds, 3 and 4 in the ramp.
	for i, want := range []int64{200, 700, 100} {
		if got := result.Stages[i].Applied; got < want-4 || got > want+4 {
			t.Errorf("stage %d: applied %d, want %d", i, got, want)
		}
	}
	reader, err := history.NewReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	first := map[int]time.Duration{}
	var op history.Op
	for reader.Next(&op) == nil {
		if _, seen := first[op.Worker]; !seen {
			first[op.Worker] = time.Duration(op.Invoked)
		}
		if op.Worker > 0 && time.Duration(op.Invoked) >= 3*time.Second {
			t.Fatalf("worker %d began an operation in the stage of one worker", op.Worker)
		}
	}
	check(t, "worker 0", first[0], 0)
	check(t, "worker 1", first[1], 0)
	check(t, "worker 2", first[2].Round(time.Microsecond), time.Second)
	check(t, "worker 3", first[3].Round(time.Microsecond), 2*time.Second)
}

func TestTurns(t *testing.T) {
	s := time.Second
	for _, c := range []struct {
		stages []scenario.Stage
		worker int
		now    time.Duration
		want   time.Duration // -1: never more
	}{
		{[]scenario.Stage{{Duration: s, Workers: 1}, {Duration: s, Workers: 3}}, 0, 0, 0},
		{[]scenario.Stage{{Duration: s, Workers: 1}, {Duration: s, Workers: 3}}, 2, 0, s},
		{[]scenario.Stage{{Duration: s, Workers: 1}, {Duration: s, Workers: 3}}, 2, s + 1, s + 1},
		{[]scenario.Stage{{Duration: s, Workers: 3}, {Duration: s, Workers: 1}}, 2, s, -1},
		{[]scenario.Stage{{Duration: s, Workers: 3}, {Duration: s, Workers: 1}, {Duration: s, Workers: 3}}, 2, s, 2 * s},
		{[]scenario.Stage{{Duration: 8 * s, Workers: 8, Ramp: true}}, 0, 0, 1},
		{[]scenario.Stage{{Duration: 8 * s, Workers: 8, Ramp: true}}, 5, 0, 5*s + 1},
		{[]scenario.Stage{{Duration: s, Workers: 8}, {Duration: 7 * s, Workers: 1, Ramp: true}}, 7, s, s},
		{[]scenario.Stage{{Duration: s, Workers: 8}, {Duration: 7 * s, Workers: 1, Ramp: true}}, 7, s + 2*s, -1},
		{[]scenario.Stage{{Duration: s, Workers: 8}, {Duration: 7 * s, Workers: 1, Ramp: true}}, 5, s + 2*s - 1, s + 2*s - 1},
		{[]scenario.Stage{{Duration: s, Workers: 1}}, 0, s, -1},
	} {
		l := scenario.Load{Stages: c.stages}
		at, ok := newShifts(&l).next(c.worker, int64(c.now))
		if !ok {
			at = -1
		}
		check(t, "turn", time.Duration(at), c.want)
	}
}

// TestStopInTheMiddleOfAStage: operations that were due but had not begun are dropped,
// and the result leaves out stages that were not reached.
func TestStopInTheMiddleOfAStage(t *testing.T) {
	for _, workers := range []int{1, 64} {
		synctest.Test(t, func(t *testing.T) {
			s := &store{latency: 100 * time.Millisecond}
			stop := make(chan struct{})
			time.AfterFunc(1600*time.Millisecond, func() { close(stop) }) // the load begins at 100 ms
			result, err := fleetOf(s, baseScenario(func(sc *scenario.Scenario) {
				sc.Load = scenario.Load{Workers: workers, Arrivals: pace.Uniform, Overload: scenario.OverloadQueue, Stages: []scenario.Stage{
					{Duration: time.Second, Rate: 10}, {Duration: time.Second, Rate: 20}, {Duration: time.Second, Rate: 30}}}
				sc.Load.Resolve(true)
			})).Run(t.Context(), stop)
			if err != nil {
				t.Fatal(err)
			}
			verified(t, result)
			check(t, "interrupted", result.Interrupted, true)
			check(t, "stages", len(result.Stages), 2)
			check(t, "end of the last", result.Stages[1].To, 1500*time.Millisecond)
			if due := result.Tally.Due; due < 20 || due > 21 {
				t.Errorf("due: got %d, want 20 or, at the very end, 21", due)
			}
			if dropped := result.Tally.Dropped; workers == 1 && dropped < 4 || workers > 1 && dropped > 1 {
				t.Errorf("%d workers dropped %d", workers, dropped)
			}
		})
	}
}

// TestOneSeedOneSeriesOfArrivals: the seed decides the arrivals, whatever the workers
// do.
func TestOneSeedOneSeriesOfArrivals(t *testing.T) {
	dues := func(seed uint64, workers int) map[int64]bool {
		var out bytes.Buffer
		synctest.Test(t, func(t *testing.T) {
			fleet := fleetOf(&store{latency: time.Millisecond}, baseScenario(func(sc *scenario.Scenario) {
				sc.Seed = seed
				sc.Load = scenario.Load{Workers: workers, Rate: 50, Operations: 40, Arrivals: pace.Poisson, Overload: scenario.OverloadQueue}
			}))
			fleet.History = history.To(&out)
			if _, err := fleet.Run(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
		})
		reader, err := history.NewReader(&out)
		if err != nil {
			t.Fatal(err)
		}
		all := map[int64]bool{}
		var op history.Op
		for reader.Next(&op) == nil {
			all[op.Due] = true
		}
		return all
	}
	one, two := dues(7, 1), dues(7, 9)
	check(t, "arrivals", len(one), 40)
	for due := range one {
		if !two[due] {
			t.Errorf("%d is due with 1 worker and not with 9", due)
		}
	}
	for due := range dues(8, 1) {
		if one[due] {
			t.Errorf("seeds 7 and 8 both have %d", due)
		}
	}
}

// TestAStallAtTheEndDropsNothingThatWasAwaited: a worker that was free when its
// operation was due begins it, also if it wakes up after the load's end; one that
// was busy does not, nor one whose operation is not due yet.
func TestAStallAtTheEndDropsNothingThatWasAwaited(t *testing.T) {
	for _, c := range []struct {
		name       string
		now, freed time.Duration
		begins     bool
	}{
		{"awaited", time.Second, 0, true},
		{"queued", time.Second, 600 * time.Millisecond, false},
		{"not due yet", 400 * time.Millisecond, 300 * time.Millisecond, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			sc := baseScenario(func(sc *scenario.Scenario) { sc.Load = open(1, 2, time.Second, scenario.OverloadQueue) })
			fleet := Fleet{Scenario: sc, Strategy: func(int) counter.Strategy { return &still{} }}
			r := newRun(fleet, fleet.keys(), clock.Clock{})
			r.arrivals.next.pass() // the first is at 0
			r.began = time.Now().Add(-c.now)
			over := clock.Clock{}.NewEvent()
			over.Fire()
			w := r.workers[0]
			w.ended, w.op.Returned = over, int64(c.freed)
			do, _ := w.nextArrival()
			if do == rests { // not for long: the load is over
				do, _ = w.next()
			}
			check(t, c.name+": due", time.Duration(w.progress.due), 500*time.Millisecond)
			check(t, c.name+": begins", do == begins, c.begins)
		})
	}
}

func TestLiveTellsWhatWaitsOrIsDropped(t *testing.T) {
	for _, c := range []struct {
		overload         scenario.Overload
		waiting, dropped int64
	}{{scenario.OverloadQueue, 106 - 11, 0}, {scenario.OverloadDrop, 0, 90}} {
		synctest.Test(t, func(t *testing.T) {
			fleet := fleetOf(&store{latency: 100 * time.Millisecond}, baseScenario(func(sc *scenario.Scenario) { sc.Load = open(1, 100, 2*time.Second, c.overload) }))
			fleet.Live = new(measure.Live)
			var seen atomic.Pointer[measure.Snapshot]
			time.AfterFunc(1155*time.Millisecond, func() { // 1055 ms of the load
				s := fleet.Live.Snapshot()
				seen.Store(&s)
			})
			if _, err := fleet.Run(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			check(t, string(c.overload)+": waiting", seen.Load().Waiting, c.waiting)
			check(t, string(c.overload)+": dropped", seen.Load().Dropped, c.dropped)
		})
	}
}

// TestNothingIsAllocatedForAnArrival at a rate that one worker can hardly keep. Each
// arrival that comes meanwhile is counted: at a much higher rate, a process that
// gets a tenth of a processor would never catch up.
func TestNothingIsAllocatedForAnArrival(t *testing.T) {
	sc := baseScenario(func(sc *scenario.Scenario) { sc.Load = open(1, 1e5, time.Hour, scenario.OverloadQueue) })
	sc.Load.Arrivals = pace.Poisson
	fleet := Fleet{Scenario: sc, Strategy: func(int) counter.Strategy { return &still{} }}
	r := newRun(fleet, fleet.keys(), clock.Clock{})
	r.began = time.Now()
	w := r.workers[0]
	ctx := w.start(t.Context(), clock.Clock{}.NewEvent())
	turn := func() {
		do, rest := w.next()
		if do == rests {
			w.sleeper.SleepOr(rest.For, rest.Or)
			do, _ = w.next()
		}
		if do != begins {
			t.Fatal("no arrival")
		}
		if err := w.operate(ctx); err != nil {
			t.Fatal(err)
		}
	}
	for range 1000 {
		turn()
	}
	if allocations := testing.AllocsPerRun(5000, turn); allocations != 0 {
		t.Errorf("%v allocations for an operation", allocations)
	}
}

// TestAWorkerAwaitsItsTurn: a worker that rests in a stage waits until the next stage
// or the end.
func TestAWorkerAwaitsItsTurn(t *testing.T) {
	load := scenario.Load{Stages: []scenario.Stage{
		{Duration: time.Second, Workers: 2}, {Duration: time.Second, Workers: 1}, {Duration: time.Second, Workers: 2}}}
	for _, c := range []struct {
		stop time.Duration // since the start of the run
		want bool
		at   time.Duration
	}{{time.Hour, true, 2 * time.Second}, {1600 * time.Millisecond, false, 1600 * time.Millisecond}} {
		synctest.Test(t, func(t *testing.T) {
			ended := clock.Clock{}.NewEvent()
			w := &worker{
				role: role{
					number: 1, scenario: &scenario.Scenario{Load: load}, ended: ended,
					run: &run{began: time.Now(), shifts: newShifts(&load)},
				},
			}
			stop := time.AfterFunc(c.stop, ended.Fire)
			defer stop.Stop()
			time.Sleep(1500 * time.Millisecond)
			w.measured.waiter.Waits(1) // its last operation had no success
			check(t, "goes on", w.awaitTurn(), c.want)
			check(t, "until", time.Duration(w.now()), c.at)
			check(t, "a resting worker waits since", w.measured.waiter.WaitsSince(), 0)
		})
	}
}

// TestAnArrivalThatAWorkerAwaitsDoesNotWait: the worker took it before it was due.
func TestAnArrivalThatAWorkerAwaitsDoesNotWait(t *testing.T) {
	sc := baseScenario(func(sc *scenario.Scenario) { sc.Load = open(4, 100, time.Second, scenario.OverloadQueue) })
	a := newArrivals(&sc, Share{})
	for range 3 { // due at 0, 10 and 20 ms
		a.take(0)
	}
	_, waiting, dropped := a.soFar(0)
	check(t, "waiting", waiting, 0)
	check(t, "dropped", dropped, 0)
	_, waiting, _ = a.soFar(int64(45 * time.Millisecond))
	check(t, "waiting after 45 ms", waiting, 2)
}

// TestAStageThatBeganWithTheEndIsTold: the result has the stage if a worker begins an
// operation of it while the end of the load is noticed.
func TestAStageThatBeganWithTheEndIsTold(t *testing.T) {
	load := scenario.Load{Stages: []scenario.Stage{{Duration: time.Second, Workers: 1}, {Duration: time.Second, Workers: 1}, {Duration: time.Second, Workers: 1}}}
	tallies := measure.NewStages(&load)
	tallies.Operation(&history.Op{Due: int64(time.Second), Ending: history.GaveUp})
	stages := tallies.End(time.Second-1, nil)
	check(t, "stages", len(stages), 2)
	check(t, "started", stages[len(stages)-1].Started, 1)
	check(t, "no longer than nothing", stages[len(stages)-1].To, time.Second)
}

// TestStagesTellTheirConflicts: the conflicts of a stage are those of updates only.
func TestStagesTellTheirConflicts(t *testing.T) {
	s := &store{latency: time.Millisecond, needsState: true}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Stages: []scenario.Stage{{Duration: time.Second, Workers: 1}, {Duration: time.Second, Workers: 4}}}
		sc.Load.Resolve(false)
	}))
	if result.Tally.Conflicts == 0 {
		t.Fatal("nobody lost a race")
	}
	check(t, "one worker", result.Stages[0].Conflicts, 0)
	check(t, "four workers", result.Stages[1].Conflicts, result.Tally.Conflicts)
}
