package fleet

import (
	"context"
	"errors"
	"testing"
	"time"

	"contend/counter"
	"contend/internal/clock"
	"contend/workload/measure"
	"contend/workload/scenario"
	"contend/workload/threshold"
)

// breached is a store that is slow, or refuses every other write, in parts of a run.
type breached struct {
	store
	slow, conflicting, silent func(time.Duration) bool // nil: never
	began                     time.Time
	turn                      int
}

func (b *breached) in(part func(time.Duration) bool, ctx context.Context) bool {
	return part != nil && part(clock.Of(ctx).Since(b.began))
}

func (b *breached) Add(ctx context.Context, key counter.Key, change counter.Change) (counter.Receipt, error) {
	if b.in(b.silent, ctx) {
		clock.Of(ctx).Sleep(ctx, 3*time.Second)
	}
	if b.in(b.slow, ctx) {
		clock.Of(ctx).Sleep(ctx, 90*time.Millisecond)
	}
	if b.turn++; b.turn%2 == 0 && b.in(b.conflicting, ctx) {
		clock.Of(ctx).Sleep(ctx, b.latency)
		return counter.Receipt{Classification: counter.Classify(errRefused)}, errRefused
	}
	return b.store.Add(ctx, key, change)
}

// between is a part of a run, in seconds.
func between(from, to float64) func(time.Duration) bool {
	return func(at time.Duration) bool { return at.Seconds() >= from && at.Seconds() < to }
}

// runBreached runs a load of 40 s, or as changed, in simulated time.
func runBreached(t *testing.T, b *breached, limit string, change func(*scenario.Scenario)) *measure.Result {
	t.Helper()
	parsed, err := threshold.Parse(limit)
	if err != nil {
		t.Fatal(err)
	}
	parsed.AbortAfter = 5 * time.Second
	b.latency = 10 * time.Millisecond
	f := Fleet{Table: "table", Setup: &b.store, Strategy: func(int) counter.Strategy { return b }, OnStart: func(at time.Time) { b.began = at }}
	f.Scenario = baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: 4, Duration: 40 * time.Second}
		sc.Thresholds = []threshold.Threshold{parsed}
		if change != nil {
			change(sc)
		}
	})
	var result *measure.Result
	err = clock.Simulation{Start: time.Unix(0, 0), Patience: 20 * time.Second}.Run(t.Context(), func(ctx context.Context) (err error) {
		result, err = f.Run(ctx, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// TestALimitMissedForSoLongEndsTheLoad: at the first whole second at which the limit has been
// missed for five, counted from the first second that showed it.
func TestALimitMissedForSoLongEndsTheLoad(t *testing.T) {
	slow, conflicting := &breached{slow: between(10, 100)}, &breached{conflicting: between(10.5, 100)}
	warm := func(sc *scenario.Scenario) { sc.Load.Warmup = 2500 * time.Millisecond }
	for _, c := range []struct {
		what, limit string
		store       *breached
		change      func(*scenario.Scenario)
		from, at    float64 // seconds; 0: the load goes on to its end
	}{
		{"times", "p95 < 50ms", slow, nil, 11, 16},
		{"times of a kind", "increment.mean < 50ms", slow, nil, 11, 16},
		{"times of attempts", "attempt.p50 < 50ms", slow, nil, 11, 16},
		{"a rate that is too low", "throughput > 300/s", slow, nil, 11, 16},
		{"conflicts", "conflict_rate < 40%", conflicting, nil, 12, 17},
		{"attempts", "attempts_per_success < 1.9", conflicting, nil, 12, 17},
		{"seconds that begin at the end of the warm-up", "p95 < 50ms", slow, warm, 10.5, 15.5},
		{"a breach in the warm-up", "p95 < 50ms", &breached{slow: between(0, 6)}, func(sc *scenario.Scenario) { sc.Load.Warmup = 6 * time.Second }, 0, 0},
		{"a breach of the whole run", "p95 < 50ms", &breached{slow: between(0, 100)}, nil, 1, 6},
		{"no breach", "p95 < 50ms", &breached{}, nil, 0, 0},
		{"a breach that is shorter", "p95 < 50ms", &breached{slow: between(10.5, 14.5)}, nil, 0, 0},
		{"two breaches with a good second between them", "p95 < 50ms", &breached{slow: func(at time.Duration) bool { return between(10, 14)(at) || between(15.5, 19)(at) }}, nil, 0, 0},
		{"a breach too late to last", "p95 < 50ms", &breached{slow: between(35, 100)}, nil, 0, 0},
		{"a time that may keep the limit", "p95 < 10.3ms", &breached{}, nil, 0, 0},
		{"seconds in which nothing ends", "p95 < 50ms", &breached{silent: between(10, 10.2)}, nil, 0, 0},
		{"an open loop", "p95 < 50ms", slow, func(sc *scenario.Scenario) {
			sc.Load = scenario.Load{Workers: 8, Rate: 50, Duration: 40 * time.Second, Overload: scenario.OverloadQueue, Arrivals: "uniform"}
		}, 11, 16},
		{"a number of operations", "p95 < 50ms", slow, func(sc *scenario.Scenario) { sc.Load = scenario.Load{Workers: 4, Operations: 1_000_000} }, 11, 16},
	} {
		result := runBreached(t, c.store, c.limit, c.change)
		early := result.EndedEarly
		switch {
		case c.at == 0 && early != nil:
			t.Errorf("%s: ended at %v, missed from %v, want no early end", c.what, early.At, early.MissedFrom)
		case c.at == 0 && result.LoadEnded < 39*time.Second:
			t.Errorf("%s: the load ended at %v", c.what, result.LoadEnded)
		case c.at > 0 && early == nil:
			t.Errorf("%s: no early end", c.what)
		case c.at > 0:
			check(t, c.what+": missed from", early.MissedFrom.Seconds(), c.from)
			check(t, c.what+": ended", early.At.Seconds(), c.at)
			check(t, c.what+": load", result.LoadEnded.Seconds(), c.at)
		}
		if result.Interrupted {
			t.Errorf("%s: nobody interrupted it", c.what)
		}
	}
}

func TestOnlyMetricsOfTheRunningLoadEndIt(t *testing.T) {
	for _, name := range threshold.Names() {
		limit := threshold.Threshold{Metric: name, AbortAfter: time.Second}
		if !limit.CanAbort() {
			continue
		}
		_, ok := misses(limit, new(measure.LiveCounts), time.Second)
		check(t, name+" has a sample in a second without operations", ok, name == "throughput")
	}
	_, err := fleetOf(&store{}, baseScenario(func(sc *scenario.Scenario) {
		sc.Load.Operations = 1
		sc.Thresholds = []threshold.Threshold{{Metric: "gap", Operator: threshold.Less, Number: 1, Unit: threshold.Seconds, AbortAfter: time.Second}}
	})).Run(t.Context(), nil)
	if want := new(scenario.Error); !errors.As(err, &want) {
		t.Errorf("got %v, want a mistake of the scenario", err)
	}
}
