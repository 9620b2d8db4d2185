package fleet

import (
	"testing"
	"testing/synctest"
	"time"

	"contend/workload/measure"
	"contend/workload/scenario"
)

// guarded watches for a virtual time in which the wall clock and the processor
// time run as the functions of the time passed say.
func guarded(t *testing.T, lasting time.Duration, wall func(time.Duration) time.Duration, cpu func(time.Duration) time.Duration) (use measure.ClientUse) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		began, ended := time.Now(), make(chan struct{})
		g := newGuard(sources{
			wall: func() time.Time { return began.Add(wall(time.Since(began))) },
			cpu:  func() (time.Duration, bool) { return cpu(time.Since(began)), true },
		})
		time.AfterFunc(lasting, func() { close(ended) })
		g.watch(make(chan struct{}), ended)
		use = g.used(true)
	})
	return use
}

func TestGuard(t *testing.T) {
	right := func(d time.Duration) time.Duration { return d }
	for _, c := range []struct {
		name string
		wall func(time.Duration) time.Duration
		step time.Duration
	}{
		{"right", right, 0},
		{"always ahead", func(d time.Duration) time.Duration { return d + time.Hour }, 0},
		{"slewed", func(d time.Duration) time.Duration { return d + d/2000 }, 5 * time.Microsecond},
		{"set forward", func(d time.Duration) time.Duration {
			if d > 505*time.Millisecond {
				return d + time.Minute
			}
			return d
		}, time.Minute},
		{"set back", func(d time.Duration) time.Duration {
			if d > 505*time.Millisecond {
				return d - time.Second
			}
			return d
		}, time.Second},
	} {
		use := guarded(t, time.Second+time.Millisecond, c.wall, func(d time.Duration) time.Duration { return time.Minute + 3*d })
		check(t, c.name+": step", use.ClockStep, c.step)
		check(t, c.name+": CPU", use.CPU, 3*(time.Second+time.Millisecond))
		check(t, c.name+": looks", use.Delay.Count(), 100)
		check(t, c.name+": delay", use.Delay.Max(), time.Microsecond)
	}
}

// TestGuardIsPartOfARun: with the real sources, the test can only check that they are
// read.
func TestGuardIsPartOfARun(t *testing.T) {
	result := mustRun(t, &store{latency: time.Millisecond}, baseScenario(func(sc *scenario.Scenario) { sc.Load.Duration = time.Second }))
	if n := result.Client.Delay.Count(); n < 99 || n > 101 || result.Client.CPUs < 1 {
		t.Errorf("got %d looks, %d processors", n, result.Client.CPUs)
	}
	if _, known := processCPU(); known != result.Client.CPUKnown {
		t.Errorf("processor time known: got %v, want %v", result.Client.CPUKnown, known)
	}
}
