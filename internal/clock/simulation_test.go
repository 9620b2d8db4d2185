package clock

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"contend/internal/crash"
	"contend/internal/longtest"
)

var simulatedStart = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// simulate runs do in simulated time, and fails the test unless it succeeds.
func simulate(t testing.TB, do func(ctx context.Context, c Clock)) {
	t.Helper()
	if err := simulated(t.Context(), do); err != nil {
		t.Fatal(err)
	}
}

func simulated(ctx context.Context, do func(ctx context.Context, c Clock)) error {
	return Simulation{Start: simulatedStart, Patience: 200 * time.Millisecond}.Run(ctx, func(ctx context.Context) error {
		do(ctx, Of(ctx))
		return nil
	})
}

// TestSimulationIsAFunctionOfItsProcesses: the same processes do the same at the same
// moments, however many processors there are.
func TestSimulationIsAFunctionOfItsProcesses(t *testing.T) {
	story := func() string {
		var told strings.Builder
		simulate(t, func(ctx context.Context, c Clock) {
			group, sometimes := c.NewGroup(), c.NewEvent()
			for n := range 20 {
				spawn(group, fmt.Sprint("worker ", n), func() {
					random, sleeper := rand.New(rand.NewPCG(7, uint64(n))), c.NewSleeper()
					for i := range 50 {
						whole := sleeper.SleepOr(time.Duration(random.IntN(4))*time.Millisecond, sometimes)
						fmt.Fprintln(&told, n, i, whole, c.Since(simulatedStart))
						if n == 3 && i == 40 {
							sometimes.Fire()
						}
					}
				})
			}
			group.Wait()
		})
		return told.String()
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	want := story()
	for _, processors := range []int{1, 2, 4} {
		runtime.GOMAXPROCS(processors)
		if got := story(); got != want {
			t.Errorf("with %d processors the processes did something else", processors)
		}
	}
	if lines := strings.Count(want, "\n"); lines != 20*50 || !strings.Contains(want, "false") || !strings.Contains(want, "true") {
		t.Errorf("the story has %d lines:\n%s", lines, want)
	}
}

func TestSimulatedTimeIsNotReal(t *testing.T) {
	began := time.Now()
	simulate(t, func(ctx context.Context, c Clock) {
		if !c.Now().Equal(simulatedStart) || !c.Sleep(ctx, 1000*time.Hour) || c.Since(simulatedStart) != 1000*time.Hour {
			t.Errorf("it is %s", c.Now())
		}
		if c.Sleep(ctx, 0) != true || c.Since(simulatedStart) != 1000*time.Hour {
			t.Error("a sleep of 0 took time")
		}
	})
	if took := time.Since(began); took > time.Minute {
		t.Errorf("1000 simulated hours took %s", took)
	}
}

// TestSimulatedEvents: processes that wait for an event go on at its moment, in the
// order in which they began to wait.
func TestSimulatedEvents(t *testing.T) {
	simulate(t, func(ctx context.Context, c Clock) {
		event, group := c.NewEvent(), c.NewGroup()
		var woken []string
		for _, name := range []string{"a", "b", "c"} {
			spawn(group, name, func() {
				woken = append(woken, name)
				var err error
				if whole := name == "b"; whole {
					if c.SleepOr(time.Minute, event) {
						err = errors.New("slept to the end")
					}
				} else {
					err = event.Wait(ctx)
				}
				woken = append(woken, fmt.Sprint(name, " ", c.Since(simulatedStart), " ", err))
			})
		}
		c.Sleep(ctx, time.Second)
		event.Fire()
		event.Fire()
		group.Wait()
		if got, want := strings.Join(woken, ", "), "a, b, c, a 1s <nil>, b 1s <nil>, c 1s <nil>"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if !event.Fired() || event.Wait(ctx) != nil || c.SleepOr(time.Minute, event) || c.Since(simulatedStart) != time.Second {
			t.Error("an event that has fired is waited for")
		}
		if c.Sleep(ctx, 2*time.Minute); c.Since(simulatedStart) != 2*time.Minute+time.Second {
			t.Errorf("a sleep that an event had ended woke its process again, at %s", c.Since(simulatedStart))
		}
	})
}

func TestSimulatedDeadlines(t *testing.T) {
	simulate(t, func(ctx context.Context, c Clock) {
		outer, cancelOuter := c.WithDeadline(ctx, simulatedStart.Add(2*time.Second))
		defer cancelOuter()
		inner, cancel := c.WithDeadline(outer, simulatedStart.Add(time.Hour))
		defer cancel()
		if at, ok := inner.Deadline(); !ok || !at.Equal(simulatedStart.Add(2*time.Second)) {
			t.Errorf("the deadline is %s", at)
		}
		if !c.Sleep(inner, time.Second) {
			t.Error("a sleep before the deadline ended early")
		}
		if c.Sleep(outer, time.Minute) || c.Since(simulatedStart) != 2*time.Second {
			t.Errorf("the deadline passed at %s", c.Since(simulatedStart))
		}
		if !errors.Is(outer.Err(), context.DeadlineExceeded) || inner.Err() == nil {
			t.Errorf("the contexts ended with %v and %v", outer.Err(), inner.Err())
		}
		if err := c.NewEvent().Wait(outer); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a wait after the deadline ended with %v", err)
		}
		past, cancelPast := c.WithDeadline(ctx, simulatedStart)
		cancelPast()
		if !errors.Is(past.Err(), context.DeadlineExceeded) {
			t.Errorf("a deadline in the past: %v", past.Err())
		}
	})
}

// TestSimulatedCancel: to cancel a context of the clock wakes the processes that wait
// by it.
func TestSimulatedCancel(t *testing.T) {
	simulate(t, func(ctx context.Context, c Clock) {
		limited, cancel := c.WithDeadline(ctx, simulatedStart.Add(time.Hour))
		group := c.NewGroup()
		spawn(group, "waiting", func() {
			if err := c.NewEvent().Wait(limited); !errors.Is(err, context.Canceled) || c.Since(simulatedStart) != time.Second {
				t.Errorf("the wait ended at %s with %v", c.Since(simulatedStart), err)
			}
		})
		c.Sleep(ctx, time.Second)
		cancel()
		group.Wait()
	})
}

// TestSimulationEndsWithItsContext: simulated time stops, and no process waits any
// more.
func TestSimulationEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := 0
	err := simulated(ctx, func(ctx context.Context, c Clock) {
		group, never := c.NewGroup(), c.NewEvent()
		work := map[string]func() bool{
			"sleeping": func() bool { return c.Sleep(ctx, time.Second) },
			"waiting":  func() bool { return never.Wait(ctx) == nil },
			"both":     func() bool { return c.SleepOr(time.Second, never) && ctx.Err() == nil },
		}
		for name, wait := range work {
			spawn(group, name, func() {
				for wait() {
				}
				ended++
			})
		}
		c.Sleep(ctx, time.Hour)
		cancel()
		if c.Sleep(ctx, time.Hour) || c.Since(simulatedStart) != time.Hour {
			t.Errorf("slept until %s", c.Since(simulatedStart))
		}
		group.Wait()
	})
	if err != nil || ended != 3 {
		t.Errorf("%d of 3 processes ended, error %v", ended, err)
	}
}

// TestEndlessProcessIsNamed: a process that never looks at its context cannot keep a
// cancelled simulation going; the error names it.
func TestEndlessProcessIsNamed(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	unwound := false
	err := simulated(ctx, func(_ context.Context, c Clock) {
		group := c.NewGroup()
		spawn(group, "deaf", func() {
			defer func() { unwound = true }()
			for {
				c.Sleep(context.Background(), time.Second)
				cancel()
			}
		})
		group.Wait()
	})
	var endless *EndlessError
	if !errors.As(err, &endless) || !strings.Contains(err.Error(), `"deaf"`) || !unwound {
		t.Errorf("got %v, unwound: %v", err, unwound)
	}
}

// TestSimulatedStop: a process that waits by a context tied to a channel goes on when
// the channel is closed from outside, and not before.
func TestSimulatedStop(t *testing.T) {
	stop := make(chan struct{})
	simulate(t, func(ctx context.Context, c Clock) {
		limited, cancel := c.WithStop(ctx, stop)
		group := c.NewGroup()
		spawn(group, "waiting", func() {
			if err := c.NewEvent().Wait(limited); !errors.Is(err, context.Canceled) || c.Since(simulatedStart) < time.Second {
				t.Errorf("the wait ended at %s with %v", c.Since(simulatedStart), err)
			}
		})
		for n := range 2000 {
			if c.Sleep(ctx, time.Millisecond); n == 1000 {
				close(stop)
			}
		}
		group.Wait()
		if _, has := limited.Deadline(); has {
			t.Error("it has a deadline")
		}
		other, cancelOther := c.WithStop(ctx, nil)
		cancelOther()
		if !errors.Is(other.Err(), context.Canceled) || ctx.Err() != nil {
			t.Errorf("a cancelled context: %v, and above it %v", other.Err(), ctx.Err())
		}
		cancel()
	})
}

func TestSimulatedEventOfAChannel(t *testing.T) {
	stop := make(chan struct{})
	simulate(t, func(ctx context.Context, c Clock) {
		stopped := c.NewEvent()
		defer stopped.FireAt(stop)()
		sleeper := c.NewSleeper()
		for n := 0; sleeper.SleepOr(time.Millisecond, stopped); n++ {
			if n == 1000 {
				close(stop)
			}
		}
		if c.Since(simulatedStart) > 2*time.Second {
			t.Errorf("the channel was noticed at %s", c.Since(simulatedStart))
		}
	})
}

func TestErrorOfASimulation(t *testing.T) {
	want := errors.New("refused")
	err := Simulation{}.Run(t.Context(), func(ctx context.Context) error {
		Of(ctx).Sleep(ctx, time.Second)
		return want
	})
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

// TestDeadlockIsNamed: the deferred functions of the waiting processes still run, and
// waits in them end at once.
func TestDeadlockIsNamed(t *testing.T) {
	unwound := 0
	err := simulated(t.Context(), func(ctx context.Context, c Clock) {
		group := c.NewGroup()
		for n := range 3 {
			spawn(group, fmt.Sprint("worker ", n), func() {
				defer func() {
					c.Sleep(ctx, time.Hour)
					unwound++
				}()
				_ = crash.Catch(func() error { return c.NewEvent().Wait(ctx) })
				t.Error("the process went on after a deadlock")
			})
		}
		defer group.Wait()
		group.Wait()
	})
	var deadlock *DeadlockError
	if !errors.As(err, &deadlock) || len(deadlock.Waiting) != 4 || !strings.Contains(err.Error(), `"worker 0" "worker 1" "worker 2"`) {
		t.Errorf("got %v", err)
	}
	if unwound != 3 {
		t.Errorf("%d of 3 processes were unwound", unwound)
	}
}

// TestBlockedProcessIsNamed: a process that waits for a channel would hang for ever.
func TestBlockedProcessIsNamed(t *testing.T) {
	channel := make(chan int)
	defer close(channel)
	err := simulated(t.Context(), func(ctx context.Context, c Clock) {
		group := c.NewGroup()
		spawn(group, "innocent", func() { c.Sleep(ctx, time.Hour) })
		spawn(group, "culprit", func() { <-channel })
		group.Wait()
	})
	var blocked *BlockedError
	if !errors.As(err, &blocked) || blocked.Process != "culprit" || blocked.State != "chan receive" || !strings.Contains(blocked.Stack, "simulation_test.go") {
		t.Errorf("got %v", err)
	}
}

// TestSlowProcessIsNotBlocked: a process that computes for long is not taken for a
// blocked one.
func TestSlowProcessIsNotBlocked(t *testing.T) {
	simulate(t, func(context.Context, Clock) {
		slow := time.Duration(longtest.Count(500, 1000)) * time.Millisecond
		for began := time.Now(); time.Since(began) < slow; {
		}
	})
}

func TestPanicOfAProcess(t *testing.T) {
	unwound := false
	err := simulated(t.Context(), func(ctx context.Context, c Clock) {
		group := c.NewGroup()
		spawn(group, "other", func() {
			defer func() { unwound = true }()
			c.Sleep(ctx, time.Hour)
		})
		spawn(group, "wrong", func() { panic("no idea") })
		group.Wait()
	})
	var caught *crash.Error
	if !errors.As(err, &caught) || !strings.Contains(err.Error(), `process "wrong"`) || !strings.Contains(err.Error(), "simulation_test.go") || !unwound {
		t.Errorf("got %v, the other process unwound: %v", err, unwound)
	}
}

// TestExitOfAProcess: runtime.Goexit in a process, which t.FailNow calls, ends the
// goroutine of the simulation too.
func TestExitOfAProcess(t *testing.T) {
	exited := make(chan bool)
	go func() {
		returned := false
		defer func() { exited <- !returned }()
		_ = simulated(t.Context(), func(ctx context.Context, c Clock) {
			group := c.NewGroup()
			spawn(group, "exiting", func() { runtime.Goexit() })
			group.Wait()
		})
		returned = true
	}()
	if !<-exited {
		t.Error("the simulation returned")
	}
}

// TestManyProcesses: processes leave no goroutine behind, whether they end or are
// abandoned.
func TestManyProcesses(t *testing.T) {
	many := longtest.Count(1000, 10_000)
	before := runtime.NumGoroutine()
	sum := 0
	simulate(t, func(ctx context.Context, c Clock) {
		group := c.NewGroup()
		for n := range many {
			spawn(group, "one of many", func() {
				for range 3 {
					c.Sleep(ctx, time.Duration(many-n)*time.Microsecond)
				}
				sum++
			})
		}
		left := c.NewGroup()
		for range many {
			spawn(left, "left", func() { c.Sleep(ctx, time.Hour) })
		}
		group.Wait()
		if want := 3 * time.Duration(many) * time.Microsecond; c.Since(simulatedStart) != want {
			t.Errorf("the slowest ended at %s, want %s", c.Since(simulatedStart), want)
		}
	})
	if sum != many {
		t.Errorf("%d processes ended, want %d", sum, many)
	}
	for began := time.Now(); runtime.NumGoroutine() > before && time.Since(began) < 10*time.Second; {
		runtime.Gosched()
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
}

// BenchmarkSwitch measures one sleep of one of 64 processes.
func BenchmarkSwitch(b *testing.B) {
	b.ReportAllocs()
	simulate(b, func(ctx context.Context, c Clock) {
		const processes = 64
		group, never := c.NewGroup(), c.NewEvent()
		for n := range processes {
			spawn(group, "sleeping", func() {
				sleeper := c.NewSleeper()
				for range b.N / processes {
					sleeper.SleepOr(time.Duration(1+n%7)*time.Millisecond, never)
				}
			})
		}
		group.Wait()
	})
}

// TestSimulatedCause: after a deadline, the cause of the context and of all contexts
// derived from it is the deadline.
func TestSimulatedCause(t *testing.T) {
	simulate(t, func(ctx context.Context, c Clock) {
		for _, test := range []struct {
			cancelled bool
			want      error
		}{{false, context.DeadlineExceeded}, {true, context.Canceled}} {
			limited, cancel := c.WithDeadline(ctx, c.Now().Add(time.Second))
			inner, cancelInner := context.WithCancel(limited)
			around, cancelAround := c.WithDeadline(limited, c.Now().Add(time.Hour))
			if test.cancelled {
				cancel()
			}
			c.Sleep(ctx, 2*time.Second)
			for _, ended := range []context.Context{limited, inner, around} {
				if got := context.Cause(ended); got != test.want {
					t.Errorf("got %v, want %v", got, test.want)
				}
			}
			cancelAround()
			cancelInner()
			cancel()
		}
	})
}

// TestSleepThen checks that the function is carried out at its moment and before the
// process goes on, also where the simulation ends meanwhile, and that it may not wait.
func TestSleepThen(t *testing.T) {
	var at time.Duration
	simulate(t, func(ctx context.Context, c Clock) {
		whole := c.SleepThen(ctx, time.Second, func() time.Duration { at = c.Since(simulatedStart); return time.Minute })
		if now := c.Since(simulatedStart); !whole || at != time.Second || now != at+time.Minute {
			t.Errorf("done after %v, and the process went on after %v", at, now)
		}
	})
	simulate(t, func(ctx context.Context, c Clock) {
		limited, cancel := c.WithDeadline(ctx, simulatedStart.Add(3*time.Second))
		defer cancel()
		whole := c.SleepThen(limited, time.Second, func() time.Duration { return time.Hour })
		if now := c.Since(simulatedStart); whole || now != 3*time.Second {
			t.Errorf("a rest that its context ended was whole: %v, and ended after %v", whole, now)
		}
	})
	done := 0
	ctx, cancel := context.WithCancel(t.Context())
	_ = simulated(ctx, func(ctx context.Context, c Clock) {
		c.NewGroup().Go("left behind", func() error { c.SleepThen(ctx, time.Hour, func() time.Duration { done++; return 0 }); return nil })
		c.Sleep(ctx, time.Second)
		cancel()
		c.SleepThen(ctx, time.Hour, func() time.Duration { done += 10; return time.Hour })
	})
	simulate(t, func(ctx context.Context, c Clock) {
		c.NewGroup().Go("abandoned", func() error {
			defer c.SleepThen(ctx, time.Hour, func() time.Duration { done += 100; return time.Hour })
			return c.NewEvent().Wait(ctx)
		})
		c.Sleep(ctx, time.Second)
	})
	if done != 111 {
		t.Errorf("where the simulation ended, done is %d, want 111", done)
	}
	simulate(t, func(ctx context.Context, c Clock) {
		c.SleepThen(ctx, time.Second, func() time.Duration {
			if err := crash.Catch(func() error { c.Sleep(ctx, time.Second); return nil }); err == nil {
				t.Error("the function waited")
			}
			return 0
		})
	})
}

// TestManyWaitersOfOneEvent checks that those who come and go do not disturb the order of
// those who stay, and that what the event remembers does not grow with them.
func TestManyWaitersOfOneEvent(t *testing.T) {
	simulate(t, func(ctx context.Context, c Clock) {
		event, group := c.NewEvent(), c.NewGroup()
		var woken []int
		for n := range 50 {
			spawn(group, fmt.Sprint("stays ", n), func() {
				c.Sleep(ctx, time.Duration(n)*time.Second)
				_ = event.Wait(ctx)
				woken = append(woken, n)
			})
		}
		spawn(group, "comes and goes", func() {
			for range 10_000 {
				c.SleepOr(10*time.Millisecond, event)
			}
		})
		c.Sleep(ctx, time.Minute)
		if places := len(event.waiters.places); places > 200 {
			t.Errorf("%d places for %d waiters", places, event.waiters.taken)
		}
		event.Fire()
		group.Wait()
		if len(woken) != 50 || !slices.IsSorted(woken) {
			t.Errorf("woken in the order %v", woken)
		}
	})
}

// TestStandstillIsNamed: processes that never wait cannot keep a simulation going, whether
// they sleep for no time or wake each other; the error names one of them. Steps at
// different moments do not add up.
func TestStandstillIsNamed(t *testing.T) {
	const most = 1000
	run := func(do func(ctx context.Context, c Clock)) error {
		return Simulation{Start: simulatedStart, MaxSteps: most}.Run(t.Context(), func(ctx context.Context) error {
			do(ctx, Of(ctx))
			return nil
		})
	}
	for name, turn := range map[string]func(ctx context.Context, c Clock, n int){
		"sleeps":    func(ctx context.Context, c Clock, _ int) { c.Sleep(ctx, 0) },
		"sleeps or": func(_ context.Context, c Clock, _ int) { c.SleepOr(0, c.NewEvent()) },
		"does":      func(ctx context.Context, c Clock, _ int) { c.SleepThen(ctx, 0, func() time.Duration { return 0 }) },
		"is woken": func(ctx context.Context, c Clock, _ int) {
			event := c.NewEvent()
			c.NewGroup().Go("waker", func() error { event.Fire(); return nil })
			_ = event.Wait(ctx)
		},
	} {
		turns, unwound := 0, false
		err := run(func(ctx context.Context, c Clock) {
			group := c.NewGroup()
			spawn(group, "restless", func() {
				defer func() { unwound = true }()
				for ; turns < 100*most; turns++ {
					turn(ctx, c, turns)
				}
			})
			group.Wait()
		})
		var standstill *StandstillError
		if !errors.As(err, &standstill) || standstill.Steps != most || !unwound || turns > most {
			t.Errorf("%s: got %v after %d turns, unwound: %v", name, err, turns, unwound)
		} else if name != "is woken" && standstill.Process != "restless" {
			t.Errorf("%s: %v", name, err)
		}
	}
	err := run(func(ctx context.Context, c Clock) {
		for range 10 * most {
			c.Sleep(ctx, 1)
			c.Sleep(ctx, 0)
		}
	})
	if err != nil {
		t.Errorf("with time passing: %v", err)
	}
}
