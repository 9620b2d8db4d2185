package fleet

import (
	"bytes"
	"context"
	"testing"
	"testing/synctest"
	"time"

	"contend/counter"
	"contend/internal/clock"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/pace"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// tokened is a store whose design needs tokens. It records the tokens and the floors
// that it is given.
type tokened struct {
	store
	given  []string
	floors []int64
}

func (s *tokened) Traits() counter.Traits {
	traits := s.store.Traits()
	traits.Idempotent = true
	return traits
}

func (s *tokened) Add(ctx context.Context, key counter.Key, change counter.Change) (counter.Receipt, error) {
	s.mu.Lock()
	s.given = append(s.given, change.Token)
	if change.Floor != nil {
		s.floors = append(s.floors, *change.Floor)
	}
	s.mu.Unlock()
	return s.store.Add(ctx, key, change)
}

// TestNoTwoOperationsOfAnyRunsShareAToken: DynamoDB remembers tokens across
// tables and runs, and the same scenario with the same seed may be run twice
// within ten minutes. The attempts of one operation share theirs.
func TestNoTwoOperationsOfAnyRunsShareAToken(t *testing.T) {
	const runs, operations = 3, 40
	of := map[string]int{}
	for range runs {
		synctest.Test(t, func(t *testing.T) {
			s := &tokened{store: store{latency: time.Millisecond, fault: func(n int) (error, bool) {
				if n%5 == 0 {
					return errThrottled, false
				}
				return nil, false
			}}}
			sc := baseScenario(func(sc *scenario.Scenario) { sc.Load.Operations = operations })
			fleet := Fleet{Scenario: sc, Setup: &s.store, Strategy: func(int) counter.Strategy { return s }}
			if _, err := fleet.Run(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			check(t, "attempts", len(s.given) > operations, true)
			for _, token := range s.given {
				of[token]++
				if token == "" || len(token) > 36 {
					t.Errorf("the token %q", token)
				}
			}
		})
	}
	check(t, "tokens", len(of), runs*operations)
}

// TestAnOperationThatBeganWasDue: it counts as due even if the end of the load was
// noticed just before it began.
func TestAnOperationThatBeganWasDue(t *testing.T) {
	sc := baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: 1, Duration: time.Second, Rate: 10, Arrivals: pace.Uniform, Overload: scenario.OverloadQueue}
	})
	a := newArrivals(&sc, Share{})
	due, ok := a.take(0)
	if !ok {
		t.Fatal("nothing becomes due")
	}
	a.begin(due, due, 0)
	_, dueByThen, _ := a.end(time.Duration(due) - 1)
	check(t, "due", dueByThen, 1)
}

// TestALoadThatEndsLateIsNoLonger: a busy machine may notice the end of the load late,
// and what would have become due in the meantime does not count.
func TestALoadThatEndsLateIsNoLonger(t *testing.T) {
	sc := baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: 1, Duration: time.Second, Rate: 10, Arrivals: pace.Uniform, Overload: scenario.OverloadQueue}
	})
	fleet := fleetOf(&store{}, sc)
	r := newRun(fleet, fleet.keys(), clock.Clock{})
	r.endedAt, r.elapsed = int64(3*time.Second), 3*time.Second
	result := &measure.Result{Scenario: sc}
	r.closeLoad(result)
	check(t, "lasted", result.OpenLoop.Lasted, time.Second)
	if result.Tally.Due > 11 {
		t.Errorf("%d operations became due in a second of 10", result.Tally.Due)
	}
}

// passenger is a store whose changes travel in the requests of others, as the
// wire of each call tells: a try without an answer, hit by a fault, and another.
type passenger struct {
	store
	carried bool
}

func (s *passenger) Add(ctx context.Context, key counter.Key, change counter.Change) (counter.Receipt, error) {
	w, now := counter.WireOf(ctx), time.Now()
	w.Sends = append(w.Sends, counter.Send{
		Began: now, Ended: now, Attempt: 1, Write: true,
		Answer: counter.Classification{Outcome: counter.Unknown, Reason: counter.ReasonConnection},
		Faults: []counter.SendFault{{Kind: "lost-reply", Delivered: 1, AppliedUnacknowledged: 1, Settled: true, Status: 200}},
	}, counter.Send{Began: now, Ended: now, Attempt: 2, Write: true, Status: 200, Answer: counter.Classification{Outcome: counter.Applied}})
	receipt, err := s.store.Add(ctx, key, change)
	receipt.Carried = s.carried
	if s.carried {
		receipt.Units = counter.Units{}
	}
	return receipt, err
}

// TestCarriedRequestsAreCountedOnce: only the caller that sent them counts them.
func TestCarriedRequestsAreCountedOnce(t *testing.T) {
	for _, carried := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := &passenger{carried: carried}
			sc := baseScenario(func(sc *scenario.Scenario) { sc.Load = scenario.Load{Workers: 1, Operations: 1} })
			result, err := Fleet{Scenario: sc, Setup: &s.store, Strategy: func(int) counter.Strategy { return s }}.Run(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			own := int64(1)
			if carried {
				own = 0
			}
			check(t, "write requests", result.Tally.Writes, own)
			check(t, "requests on the wire", result.Wire.Requests, 2*own)
			check(t, "units without an answer", result.Capacity.UnansweredWriteUnits, float64(own))
			check(t, "requests with a fault", result.Faults[0].Requests, own)
			check(t, "writes with a fault", result.Faults[0].Writes, own)
			check(t, "changes nobody was told of", result.Faults[0].Accepted, 1)
		})
	}
}

// TestNoMoreWritesAreSettledThanAreUnknown: a fault that is over settles only the doubt
// about its own write, and an attempt with a known outcome leaves no doubt.
func TestNoMoreWritesAreSettledThanAreUnknown(t *testing.T) {
	lost := counter.Send{Attempt: 1, Write: true, Faults: []counter.SendFault{{Kind: "lost-reply", Delivered: 1, Settled: true}}}
	for _, c := range []struct {
		outcome counter.Outcome
		written bool
		want    int
	}{{counter.Unknown, true, 1}, {counter.Unknown, false, 0}, {counter.Applied, true, 0}, {counter.Failed, true, 0}} {
		o := &operation{wire: counter.Wire{Sends: []counter.Send{lost}}}
		a := history.Attempt{Outcome: c.outcome, Written: c.written}
		o.wireEvidence(&a)
		check(t, c.outcome.String()+": settled", a.Settled, c.want)
	}
}

// TestAWorkerThatPausesInAnOutageIsNotFree: what becomes due meanwhile found
// nobody, and is not told as this process being late.
func TestAWorkerThatPausesInAnOutageIsNotFree(t *testing.T) {
	s := &store{fault: func(int) (error, bool) { return errRefusedConnection, false }}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: 1, Duration: 5 * time.Second, Rate: 100, Arrivals: pace.Uniform, Overload: scenario.OverloadDrop}
		sc.Retry.Kind = retry.None
	}))
	if late := result.OpenLoop.Delay.Max(); late > time.Millisecond {
		t.Errorf("a free worker was late by %s", late)
	}
	if result.Tally.Dropped < 400 {
		t.Errorf("%d of 500 were dropped in pauses of up to a second", result.Tally.Dropped)
	}
}

// TestTheWatchWaitsForTheModelledLatency: within that latency, the embedded server may
// still carry out a request that its client has given up.
func TestTheWatchWaitsForTheModelledLatency(t *testing.T) {
	slow := scenario.ModelledLatency{Mean: 8 * time.Second, SD: time.Second}
	for _, c := range []struct {
		target  string
		latency scenario.ModelledLatency
		timeout time.Duration
		want    time.Duration
	}{
		{scenario.TargetEmbedded, slow, time.Second, 9 * time.Second},
		{scenario.TargetEmbedded, slow, 10 * time.Second, 10 * time.Second},
		{scenario.TargetEmbedded, scenario.ModelledLatency{}, time.Second, settlePatience},
		{"http://127.0.0.1:8000", slow, time.Second, settlePatience},
	} {
		f := Fleet{Scenario: baseScenario(func(sc *scenario.Scenario) {
			sc.Target, sc.Embedded.Latency, sc.RequestTimeout = c.target, c.latency, c.timeout
		})}
		check(t, c.target+" "+c.timeout.String(), f.settlePatience(), c.want)
	}
}

// TestTheHistoryTellsHowLongTheFinalsWereWatched: the checks need that time to
// distinguish a late write from one that never comes.
func TestTheHistoryTellsHowLongTheFinalsWereWatched(t *testing.T) {
	for _, c := range []struct {
		after, want time.Duration
	}{{0, 5 * time.Second}, {3 * time.Second, 0}} {
		_, r, _ := runWithHistory(t, lostFirst(c.after), baseScenario(threeOperations))
		check(t, "watched", r.Footer().Finals[0].Watched, c.want)
	}
}

// TestOnlyChangesTakeATokenAndAFloor: a read has neither, and the floor is the
// scenario's.
func TestOnlyChangesTakeATokenAndAFloor(t *testing.T) {
	s := &tokened{store: store{latency: time.Millisecond}}
	sc := baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: 1, Operations: 40}
		sc.Operations = scenario.Mix{history.Increment: 1, history.Read: 1}
		sc.Counters.Floor = scenario.Floor{Set: true, Value: -7}
	})
	var file bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		fleet := fleetOf(&s.store, sc)
		fleet.Strategy = func(int) counter.Strategy { return s }
		fleet.History = history.To(&file)
		if _, err := fleet.Run(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	})
	_, ops := readHistory(t, &file)
	reads := 0
	for i := range ops {
		if ops[i].Kind == history.Read {
			reads++
		}
		check(t, "a token", ops[i].Attempts[0].Token != "", ops[i].Kind != history.Read)
	}
	if reads == 0 || reads == len(ops) || len(s.floors) != len(ops)-reads {
		t.Fatalf("%d operations, %d reads, %d changes", len(ops), reads, len(s.floors))
	}
	for _, floor := range s.floors {
		check(t, "floor", floor, -7)
	}
}
