// Package clock is the only place that ordinary blocking code takes the time from and
// waits by, so that the same code can run in real time and in simulated time.
//
// The zero value of [Clock] is the real clock: a process is a goroutine, and a wait is a
// timer or a channel. A struct with a field for a clock needs no constructor because of
// it. A [Simulation] has a clock of its own: there a process is a coroutine, and exactly
// one runs at a time. A process that rests often takes steps, see [Group.GoInSteps], and is
// a coroutine during a step only.
//
// Code that is given a clock must not wait for anything else: not by package time, not
// for a channel of its own, and not for a mutex that somebody holds while sleeping. A
// wait for another process is a wait for an [Event]. Short mutexes are fine.
//
// A function that has a context and no other place to keep a clock takes it from the
// context, see [Of].
package clock

import (
	"context"
	"sync"
	"time"
)

// Clock tells the time, and is what processes wait by. The zero value is the real clock.
// Copies are the same clock. It is safe for use by several processes.
type Clock struct{ simulated *scheduler } // nil: the real clock

// Simulated reports whether it is the clock of a [Simulation]. Few need to know: code
// that watches the real process, and code that depends on the number of processors.
func (c Clock) Simulated() bool { return c.simulated != nil }

// Now returns the time. The real clock's has a monotonic part.
func (c Clock) Now() time.Time {
	if s := c.simulated; s != nil {
		return s.time()
	}
	return time.Now()
}

// Since returns how long ago t was.
func (c Clock) Since(t time.Time) time.Duration {
	if s := c.simulated; s != nil {
		return s.since(t)
	}
	return time.Since(t)
}

// Sleep returns after d, or when ctx ends, and reports whether ctx has not ended. It
// returns at once for a d of 0 or less. A context that cannot end costs nothing.
func (c Clock) Sleep(ctx context.Context, d time.Duration) bool {
	switch {
	case c.simulated != nil:
		return c.simulated.sleep(ctx, d)
	case d <= 0: // before Done, which may make a channel
		return ctx.Err() == nil
	case ctx.Done() == nil:
		time.Sleep(d)
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// SleepThen sleeps for d, whatever ends meanwhile, carries out do, which must neither wait
// nor panic, and sleeps for as long as do returns, as [Clock.Sleep] does. In simulated time
// do runs on the stack of the scheduler, and the process does not go on in between: what
// do needs is not on the stack of the process, of which there may be a hundred thousand.
func (c Clock) SleepThen(ctx context.Context, d time.Duration, do func() (rest time.Duration)) bool {
	if c.simulated != nil {
		return c.simulated.sleepThen(ctx, d, do)
	}
	c.Sleep(context.Background(), d)
	return c.Sleep(ctx, do())
}

// SleepOr returns after d, or when the event fires, and reports whether d passed
// before that. A process that sleeps often saves memory by a [Sleeper].
func (c Clock) SleepOr(d time.Duration, e *Event) bool {
	s := c.NewSleeper()
	return s.SleepOr(d, e)
}

// WithDeadline returns a context that ends at a moment of the clock. The caller must
// call cancel.
func (c Clock) WithDeadline(ctx context.Context, at time.Time) (limited context.Context, cancel context.CancelFunc) {
	if s := c.simulated; s != nil {
		return s.withDeadline(ctx, at)
	}
	return context.WithDeadline(ctx, at)
}

// WithStop returns a context that ends when a channel is closed. A nil channel never is.
// The caller must call cancel.
func (c Clock) WithStop(ctx context.Context, stop <-chan struct{}) (limited context.Context, cancel context.CancelFunc) {
	if s := c.simulated; s != nil {
		return s.withStop(ctx, stop)
	}
	limited, end := context.WithCancel(ctx)
	var watching sync.WaitGroup
	watching.Go(func() {
		select {
		case <-stop:
			end()
		case <-limited.Done():
		}
	})
	return limited, func() {
		end()
		watching.Wait()
	}
}

type contextKey struct{}

// With returns a context whose functions run by the clock.
func With(ctx context.Context, c Clock) context.Context {
	return context.WithValue(ctx, contextKey{}, c)
}

// Of returns the clock of a context; without one it is the real clock.
func Of(ctx context.Context) Clock {
	c, _ := ctx.Value(contextKey{}).(Clock)
	return c
}
