package clock

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c Clock
		ended, end := context.WithCancel(t.Context())
		end()
		for _, test := range []struct {
			why      string
			ctx      context.Context
			d, lasts time.Duration
			want     bool
		}{
			{"a whole sleep", t.Context(), time.Second, time.Second, true},
			{"no sleep", t.Context(), 0, 0, true},
			{"a context that cannot end", context.Background(), time.Second, time.Second, true},
			{"a moment that has passed", context.Background(), -time.Second, 0, true},
			{"an ended context", ended, time.Second, 0, false},
			{"an ended context and no sleep", ended, 0, 0, false},
		} {
			began := c.Now()
			if got := c.Sleep(test.ctx, test.d); got != test.want || c.Since(began) != test.lasts {
				t.Errorf("%s: got %v after %s, want %v after %s", test.why, got, c.Since(began), test.want, test.lasts)
			}
		}
	})
}

func TestSleepEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c Clock
		began := c.Now()
		ctx, cancel := c.WithDeadline(t.Context(), began.Add(time.Second))
		defer cancel()
		if c.Sleep(ctx, time.Minute) || c.Since(began) != time.Second {
			t.Errorf("slept for %s, want 1s", c.Since(began))
		}
	})
}

func TestSleepOr(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c Clock
		event, others := c.NewEvent(), c.NewGroup()
		spawn(others, "firing", func() {
			c.Sleep(t.Context(), 3*time.Second)
			event.Fire()
			event.Fire() // once more changes nothing
		})
		sleeper, began := c.NewSleeper(), c.Now()
		for _, want := range []struct {
			whole bool
			at    time.Duration
		}{{true, 2 * time.Second}, {false, 3 * time.Second}, {false, 3 * time.Second}} {
			if got := sleeper.SleepOr(2*time.Second, event); got != want.whole || c.Since(began) != want.at {
				t.Errorf("got %v at %s, want %v at %s", got, c.Since(began), want.whole, want.at)
			}
		}
		if sleeper.SleepOr(0, event) || c.SleepOr(time.Hour, event) {
			t.Error("a sleep lasted although the event had fired")
		}
		others.Wait()
	})
}

func TestEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c Clock
		event, waiters := c.NewEvent(), c.NewGroup()
		told := 0
		var seen atomic.Int64
		for range 3 {
			spawn(waiters, "waiting", func() {
				if err := event.Wait(t.Context()); err != nil {
					t.Error(err)
				}
				seen.Add(int64(told))
			})
		}
		limited, cancel := c.WithDeadline(t.Context(), c.Now().Add(time.Second))
		defer cancel()
		if err := event.Wait(limited); !errors.Is(err, context.DeadlineExceeded) || event.Fired() {
			t.Errorf("got %v, fired %v, before the event", err, event.Fired())
		}
		told = 7
		event.Fire()
		waiters.Wait()
		if seen.Load() != 21 || !event.Fired() {
			t.Errorf("the waiters saw %d, want 3 times 7", seen.Load())
		}
		if err := event.Wait(limited); err != nil {
			t.Errorf("an event that has fired ends the wait with %v", err)
		}
	})
}

func TestFireAt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c Clock
		stop := make(chan struct{})
		event, released := c.NewEvent(), c.NewEvent()
		release := event.FireAt(stop)
		released.FireAt(stop)()
		close(stop)
		synctest.Wait()
		if !event.Fired() || released.Fired() {
			t.Errorf("fired: %v, and %v after its release, want true and false", event.Fired(), released.Fired())
		}
		release()
	})
}

func TestWithStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c Clock
		stop := make(chan struct{})
		limited, cancel := c.WithStop(t.Context(), stop)
		other, cancelOther := c.WithStop(t.Context(), nil)
		synctest.Wait()
		if limited.Err() != nil || other.Err() != nil {
			t.Errorf("before the stop: %v, %v", limited.Err(), other.Err())
		}
		close(stop)
		synctest.Wait()
		if limited.Err() == nil || other.Err() != nil {
			t.Errorf("after the stop: %v, and of no channel %v", limited.Err(), other.Err())
		}
		cancelOther()
		cancel()
		if other.Err() == nil {
			t.Error("a cancelled context has not ended")
		}
	})
}

func TestClockOfAContext(t *testing.T) {
	if Of(t.Context()) != (Clock{}) || Of(With(t.Context(), Clock{})) != (Clock{}) {
		t.Error("a context without a clock does not run by the real one")
	}
}

// TestSleeperAllocatesOnce: workers sleep for every operation.
func TestSleeperAllocatesOnce(t *testing.T) {
	var c Clock
	s, never := c.NewSleeper(), c.NewEvent()
	if got := testing.AllocsPerRun(100, func() { s.SleepOr(time.Microsecond, never) }); got != 0 {
		t.Errorf("a sleep allocates %v times", got)
	}
}

// TestNoSleepAllocatesNothing: a server without latency sleeps for every request.
func TestNoSleepAllocatesNothing(t *testing.T) {
	var c Clock
	got := testing.AllocsPerRun(100, func() {
		ctx, cancel := context.WithCancel(context.Background())
		c.Sleep(ctx, 0)
		cancel()
	})
	want := testing.AllocsPerRun(100, func() {
		_, cancel := context.WithCancel(context.Background())
		cancel()
	})
	if got != want {
		t.Errorf("with its context it allocates %v times, the context alone %v times", got, want)
	}
}

// spawn starts a process that returns no error.
func spawn(g *Group, name string, do func()) {
	g.Go(name, func() error {
		do()
		return nil
	})
}

// The first error is the group's, by both clocks.
func TestTheFirstErrorIsTheGroups(t *testing.T) {
	first, second := errors.New("first"), errors.New("second")
	errOf := func(c Clock) error {
		g := c.NewGroup()
		g.Go("second", func() error {
			c.Sleep(context.Background(), 2*time.Second)
			return second
		})
		g.Go("first", func() error {
			c.Sleep(context.Background(), time.Second)
			return first
		})
		return g.Wait()
	}
	synctest.Test(t, func(*testing.T) {
		if err := errOf(Clock{}); err != first {
			t.Errorf("the real clock: got %v", err)
		}
	})
	simulate(t, func(_ context.Context, c Clock) {
		if err := errOf(c); err != first {
			t.Errorf("the simulated clock: got %v", err)
		}
	})
}
