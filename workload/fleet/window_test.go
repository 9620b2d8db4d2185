package fleet

import (
	"context"
	"math"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"contend/counter"
	"contend/internal/clock"
	"contend/workload/measure"
	"contend/workload/pace"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// slow is a store in which some writes take longer. Write n, counted from 1, is applied
// and then answered after the rest of its time, unless its answer is lost.
type slow struct {
	*store
	rest func(n int64) (rest time.Duration, lost bool)
	sent *atomic.Int64
}

func (s slow) Add(ctx context.Context, key counter.Key, change counter.Change) (counter.Receipt, error) {
	receipt, err := s.store.Add(ctx, key, change)
	rest, lost := s.rest(s.sent.Add(1))
	if rest > 0 {
		time.Sleep(rest)
	}
	if lost {
		return counter.Receipt{Classification: counter.Classify(errTimeout)}, errTimeout
	}
	return receipt, err
}

// losing answers write n after 5 s, with a time-out.
func losing(n int64) func(int64) (time.Duration, bool) {
	return func(write int64) (time.Duration, bool) {
		if write == n {
			return 5 * time.Second, true
		}
		return 0, false
	}
}

// runSlow runs a load on a store that answers a write in 10 ms and a rest. Nothing
// that is lost is tried again.
func runSlow(t *testing.T, rest func(int64) (time.Duration, bool), load scenario.Load, change func(*Fleet) (stop <-chan struct{})) (result *measure.Result) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &store{latency: 10 * time.Millisecond}
		f := fleetOf(s, baseScenario(func(sc *scenario.Scenario) {
			sc.Load = load
			sc.Retry.On = retry.Outcomes(counter.Conflict)
		}))
		sent := new(atomic.Int64)
		f.Strategy = func(int) counter.Strategy { return slow{s, rest, sent} }
		var stop <-chan struct{}
		if change != nil {
			stop = change(&f)
		}
		var err error
		if result, err = f.Run(t.Context(), stop); err != nil {
			t.Fatal(err)
		}
	})
	verified(t, result)
	return result
}

func perSecond(r *measure.Result) float64 {
	applied, _ := r.InTime()
	return float64(applied) / r.MeasuredTime().Seconds()
}

func about(t *testing.T, what string, got, want, off float64) {
	t.Helper()
	if math.Abs(got-want) > off {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// TestALostReplyIsInNoRate: four workers make 400 operations a second. One of them
// waits 5 s for an answer, which comes when nobody begins operations any more.
func TestALostReplyIsInNoRate(t *testing.T) {
	for name, load := range map[string]scenario.Load{
		"a duration":                {Workers: 4, Duration: 995 * time.Millisecond},
		"a duration and operations": {Workers: 4, Duration: 995 * time.Millisecond, Operations: 10000},
		"a number of operations":    {Workers: 4, Operations: 400},
		"a rate":                    {Workers: 50, Rate: 400, Duration: 995 * time.Millisecond, Arrivals: pace.Uniform, Overload: scenario.OverloadQueue},
		"a rate of some operations": {Workers: 50, Rate: 400, Operations: 400, Arrivals: pace.Uniform, Overload: scenario.OverloadDrop},
	} {
		result := runSlow(t, losing(380), load, nil)
		about(t, name+": throughput", perSecond(result), 400, 12)
		about(t, name+": load", result.LoadEnded.Seconds(), 1, 0.02)
		if result.Elapsed < 5*time.Second {
			t.Errorf("%s: the run was over after %s", name, result.Elapsed)
		}
		check(t, name+": unknown and late", result.Late.Unknown, 1)
		if n := result.Late.Operations(); n < 1 || n > 5 {
			t.Errorf("%s: %d operations ended later", name, n)
		}
		if o := result.OpenLoop; o != nil {
			about(t, name+": due rate", float64(result.Tally.Due)/o.Lasted.Seconds(), 400, 3)
			about(t, name+": started rate", float64(result.Tally.Started)/o.BegunIn.Seconds(), 400, 3)
		}
	}
}

func TestAStoppedLoadIsMeasuredUntilTheStop(t *testing.T) {
	result := runSlow(t, losing(80), scenario.Load{Workers: 4, Duration: time.Minute}, func(*Fleet) <-chan struct{} {
		stop := make(chan struct{})
		time.AfterFunc(245*time.Millisecond, func() { close(stop) })
		return stop
	})
	if !result.Interrupted || result.Elapsed < 5*time.Second {
		t.Errorf("interrupted: %t, over after %s", result.Interrupted, result.Elapsed)
	}
	about(t, "throughput", perSecond(result), 400, 30)
	check(t, "load", result.LoadEnded, 235*time.Millisecond) // which the counter took 10 ms of to create
}

// TestAFewOperationsAreMeasuredToTheLast: if all operations began at once, there is no
// time in which others could begin.
func TestAFewOperationsAreMeasuredToTheLast(t *testing.T) {
	for _, operations := range []int64{1, 8} {
		result := mustRun(t, &store{latency: 10 * time.Millisecond}, baseScenario(func(sc *scenario.Scenario) { sc.Load = scenario.Load{Workers: 8, Operations: operations} }))
		verified(t, result)
		check(t, "load", result.LoadEnded, result.Elapsed)
		check(t, "ended later", result.Late, measure.LateTally{})
	}
	result := mustRun(t, &store{latency: 10 * time.Millisecond}, baseScenario(func(sc *scenario.Scenario) { sc.Load = scenario.Load{Workers: 8, Operations: 80} }))
	check(t, "load of 80", result.LoadEnded.Round(time.Millisecond), 90*time.Millisecond)
	check(t, "late of 80", result.Late.Operations(), 8)
	about(t, "throughput of 80", perSecond(result), 800, 1)
}

// TestAnOverloadIsNoRunOfTheRate: this also holds if the number of operations ends the
// load. They were due in one second and began in ten.
func TestAnOverloadIsNoRunOfTheRate(t *testing.T) {
	result := mustRun(t, &store{latency: 10 * time.Millisecond}, baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: 1, Rate: 1000, Operations: 1000, Arrivals: pace.Uniform, Overload: scenario.OverloadQueue}
	}))
	about(t, "due rate", float64(result.Tally.Due)/result.OpenLoop.Lasted.Seconds(), 1000, 1)
	about(t, "started rate", float64(result.Tally.Started)/result.OpenLoop.BegunIn.Seconds(), 100, 1)
	about(t, "throughput", perSecond(result), 100, 1)
}

// TestSecondsTellApartWhatCameLater: the load ends within its first second, and so does
// one of three last answers.
func TestSecondsTellApartWhatCameLater(t *testing.T) {
	result := runSlow(t, func(n int64) (time.Duration, bool) {
		return max(time.Duration(n-144), 0) * 300 * time.Millisecond, false
	},
		scenario.Load{Workers: 3, Duration: 495 * time.Millisecond}, nil)
	check(t, "late", result.Late, measure.LateTally{Applied: 3, UpdatesApplied: 3})
	one := measure.SecondCounts{Attempts: 1, Applied: 1, Operations: 1}
	two := measure.SecondCounts{Attempts: 2, Applied: 2, Operations: 2}
	check(t, "in the first second", result.Seconds[0].AfterLoad, one)
	check(t, "in the second one", result.Seconds[1].AfterLoad, two)
	check(t, "all of the second one", result.Seconds[1].SecondCounts, two)
	check(t, "all of the first", result.Seconds[0].Operations, result.Tally.Applied-2)
}

// TestTheClientIsMeasuredUnderLoad: a processor that is busy for a second and then
// idle for five, while one answer is awaited, was busy.
func TestTheClientIsMeasuredUnderLoad(t *testing.T) {
	for _, load := range []scenario.Load{{Workers: 4, Duration: time.Second}, {Workers: 4, Operations: 400}} {
		result := runSlow(t, losing(390), load, func(f *Fleet) <-chan struct{} {
			began := time.Now()
			f.sources.cpu = func() (time.Duration, bool) { return min(time.Since(began), time.Second), true }
			return nil
		})
		about(t, "processors", result.Client.CPU.Seconds()/result.Client.CPUIn.Seconds(), 1, 0.02)
		if n := result.Client.Delay.Count(); n < 95 || n > 101 {
			t.Errorf("looks while the load was on: got %d, want about 100", n)
		}
	}
}

// TestNothingBeginsAfterTheTimeOfTheLoad: this holds even if the machine is too busy to
// notice the end in time. An operation that began later would count as if it had ended
// in time.
func TestNothingBeginsAfterTheTimeOfTheLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRun(fleetOf(&store{}, baseScenario(func(sc *scenario.Scenario) { sc.Load.Duration = time.Second })), make([]counter.Key, 1), clock.Clock{})
		r.began = time.Now()
		w := r.workers[0]
		w.ended, w.cut = clock.Clock{}.NewEvent(), make(chan struct{}) // nobody fires or closes them
		for _, c := range []struct {
			at    time.Duration
			begin bool
		}{{0, true}, {time.Second, true}, {time.Second + 1, false}} {
			time.Sleep(c.at - time.Since(r.began))
			w.progress = progress{begun: 1}
			if do, _ := w.next(); (do == begins) != c.begin {
				t.Errorf("after %s an operation begins: %t, want %t", c.at, do == begins, c.begin)
			}
		}
	})
}
