package fleet

import (
	"testing"
	"time"

	"contend/workload/measure"
	"contend/workload/pace"
	"contend/workload/scenario"
)

// standing is a store that takes 10 ms, and stands still in a window: it answers
// requests that come in the window at its end.
func standing(from, to time.Duration) func(time.Time) time.Duration {
	return func(began time.Time) time.Duration {
		if at := time.Since(began); at >= from && at < to {
			return to - at
		}
		return 0
	}
}

// runStanding runs a load on such a store.
func runStanding(t *testing.T, load scenario.Load, rest func(began time.Time) time.Duration) *measure.Result {
	t.Helper()
	var began time.Time
	return runSlow(t, func(int64) (time.Duration, bool) { return rest(began), false }, load, func(f *Fleet) <-chan struct{} {
		f.OnStart = func(at time.Time) { began = at }
		return nil
	})
}

func seconds(d time.Duration) float64 { return d.Seconds() }

// TestAStoreThatStandsStillIsMeasured: a closed loop has two workers, and the store
// stands still for 3 of 8 s. The measured times hide that; the operations that the
// workers would have begun do not.
func TestAStoreThatStandsStillIsMeasured(t *testing.T) {
	result := runStanding(t, scenario.Load{Workers: 2, Duration: 7995 * time.Millisecond}, standing(2*time.Second, 5*time.Second))
	s := &result.Stalls
	if len(s.All) != 1 {
		t.Fatalf("got %d stalls: %+v", len(s.All), s.All)
	}
	about(t, "from", seconds(s.All[0].From), 2, 0.02)
	about(t, "to", seconds(s.All[0].To), 5, 0.02)
	check(t, "workers", s.All[0].Workers, 2)
	check(t, "ended", s.All[0].Ended, true)
	about(t, "last success", seconds(s.LastSuccess), 7.99, 0.01)
	raw := &result.Latency.Succeeded.Response
	if p99 := raw.At(99); p99 > 20*time.Millisecond {
		t.Fatalf("p99 of what was measured is %s: nothing is hidden", p99)
	}
	// Two workers would have begun an operation every 10 ms for 3 s.
	about(t, "hidden", float64(s.Hidden.Count()), 600, 12)
	about(t, "median of the hidden", seconds(s.Hidden.At(50)), 1.5, 0.05)
	about(t, "longest of the hidden", seconds(s.Hidden.Max()), 2.99, 0.03)
	raw.Merge(&s.Hidden)
	about(t, "corrected p99", seconds(raw.At(99)), 2.9, 0.1)
}

// TestWorkersThatWouldHaveRestedAreNotStalled: each worker makes one operation a
// second. It is no stall if the store stands still while all workers think.
func TestWorkersThatWouldHaveRestedAreNotStalled(t *testing.T) {
	load := scenario.Load{Workers: 1, Duration: 20 * time.Second, Think: time.Second}
	result := runStanding(t, load, func(time.Time) time.Duration { return 0 })
	check(t, "stalls while the worker thinks", len(result.Stalls.All), 0)
	result = runStanding(t, load, standing(5*time.Second, 10*time.Second))
	if len(result.Stalls.All) != 1 {
		t.Fatalf("got %d stalls", len(result.Stalls.All))
	}
	about(t, "length", seconds(result.Stalls.Total), 4.95, 0.1) // the worker thought first
	about(t, "hidden", float64(result.Stalls.Hidden.Count()), 3, 1)
}

// TestASlowStoreIsNotStalled: where every operation takes a second, a second without
// a success is usual.
func TestASlowStoreIsNotStalled(t *testing.T) {
	result := runStanding(t, scenario.Load{Workers: 1, Duration: 30 * time.Second}, func(time.Time) time.Duration { return time.Second })
	check(t, "stalls", len(result.Stalls.All), 0)
	check(t, "hidden", result.Stalls.Hidden.Count(), 0)
}

// TestAnOpenLoopHidesNothing: operations become due whatever happens, so the stall is
// in their response times. While nothing is due, nobody waits.
func TestAnOpenLoopHidesNothing(t *testing.T) {
	result := runStanding(t, scenario.Load{Workers: 500, Rate: 100, Duration: 8 * time.Second, Arrivals: pace.Uniform, Overload: scenario.OverloadQueue},
		standing(2*time.Second, 5*time.Second))
	if len(result.Stalls.All) != 1 {
		t.Fatalf("got %d stalls: %+v", len(result.Stalls.All), result.Stalls.All)
	}
	about(t, "length", seconds(result.Stalls.Total), 3, 0.05)
	check(t, "hidden", result.Stalls.Hidden.Count(), 0)
	seldom := runStanding(t, scenario.Load{Workers: 5, Rate: 1, Duration: 8 * time.Second, Arrivals: pace.Uniform, Overload: scenario.OverloadQueue},
		func(time.Time) time.Duration { return 0 })
	check(t, "stalls of a load that seldom is due", len(seldom.Stalls.All), 0)
}

// TestAStoreThatDies: the load goes on for 3.5 s without a success, whether requests
// are refused at once or never answered.
func TestAStoreThatDies(t *testing.T) {
	load := scenario.Load{Workers: 2, Duration: 6 * time.Second}
	refusing := &store{latency: 10 * time.Millisecond, fault: func(n int) (error, bool) {
		if n > 500 {
			return errRefusedConnection, false
		}
		return nil, false
	}}
	for name, result := range map[string]*measure.Result{
		"refused":  mustRun(t, refusing, baseScenario(func(sc *scenario.Scenario) { sc.Load = load })),
		"silenced": runSlow(t, func(n int64) (time.Duration, bool) { return max(0, time.Duration(n-500)*time.Minute), n > 500 }, load, nil),
	} {
		verified(t, result)
		about(t, name+": last success", seconds(result.Stalls.LastSuccess), 2.5, 0.02)
		if n := len(result.Stalls.All); n != 1 {
			t.Fatalf("%s: got %d stalls: %+v", name, n, result.Stalls.All)
		}
		stall := result.Stalls.All[0]
		check(t, name+": ended", stall.Ended, false)
		about(t, name+": from", seconds(stall.From), 2.5, 0.02)
		check(t, name+": to", stall.To, 6*time.Second)
		about(t, name+": hidden", float64(result.Stalls.Hidden.Count()), 700, 20)
	}
}

// TestNoSuccessAtAll: the result says that there was no success.
func TestNoSuccessAtAll(t *testing.T) {
	s := &store{latency: 10 * time.Millisecond, fault: func(int) (error, bool) { return errThrottled, false }}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) { sc.Load = scenario.Load{Workers: 2, Duration: 2 * time.Second} }))
	check(t, "succeeded", result.Stalls.Succeeded, false)
	check(t, "stalled", result.Stalls.Total.Round(10*time.Millisecond), 2*time.Second)
	check(t, "hidden", result.Stalls.Hidden.Count(), 0) // nobody knows how often they would have asked
}

// TestStallsOfTheWarmupAndAfterTheLoadAreLeftOut: they are in no rate either.
func TestStallsOfTheWarmupAndAfterTheLoadAreLeftOut(t *testing.T) {
	load := scenario.Load{Workers: 2, Duration: 6 * time.Second, Warmup: 2 * time.Second}
	result := runStanding(t, load, standing(time.Second, 3*time.Second))
	about(t, "half in the warm-up", seconds(result.Stalls.Total), 1, 0.02)
	about(t, "hidden after the warm-up", float64(result.Stalls.Hidden.Count()), 200, 8)
	about(t, "longest hidden", seconds(result.Stalls.Hidden.Max()), 1, 0.02)
	result = runStanding(t, load, standing(5*time.Second, 9*time.Second))
	about(t, "half after the load", seconds(result.Stalls.Total), 1, 0.02)
	about(t, "hidden in the load", float64(result.Stalls.Hidden.Count()), 200, 8)
	about(t, "longest, to its end", seconds(result.Stalls.Hidden.Max()), 4, 0.03)
	check(t, "ended", result.Stalls.All[0].Ended, false)
	about(t, "last success", seconds(result.Stalls.LastSuccess), 5, 0.02)
}
