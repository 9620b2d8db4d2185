package clock

import (
	"context"
	"time"
)

// deadline is a context that the simulation ends: at a moment, or when it is told to.
// Waits by it end then, too; waits by contexts that were made of it by package context do
// as well. Their errors are always context.Canceled, their causes the deadline's.
type deadline struct {
	context.Context // ends for whatever reason
	cancel          context.CancelCauseFunc
	at              time.Time // zero: none
	passed          bool
	ended           *Event
}

type deadlineKey struct{}

// endOf returns the event of the end of a context; nil if the simulation cannot end it.
func endOf(ctx context.Context) *Event {
	if d, _ := ctx.Value(deadlineKey{}).(*deadline); d != nil {
		return d.ended
	}
	return nil
}

// newDeadline returns a context that ends with another one, or by [deadline.end]. The
// caller must call cancel.
func (s *scheduler) newDeadline(ctx context.Context) (d *deadline, cancel context.CancelFunc) {
	inner, end := context.WithCancelCause(ctx)
	d = &deadline{Context: inner, cancel: end, ended: Clock{s}.NewEvent()}
	above := &waiter{do: func() { d.end(nil) }} // ctx has ended inner
	if outer := endOf(ctx); outer != nil && !outer.happened {
		above.await(outer)
	}
	return d, func() {
		above.leave()
		d.end(nil)
	}
}

func (d *deadline) end(cause error) {
	d.cancel(cause)
	d.ended.Fire()
}

// pass ends the context because its moment has come.
func (d *deadline) pass() {
	if d.Err() == nil {
		d.passed = true
		d.end(context.DeadlineExceeded)
	}
}

func (s *scheduler) withDeadline(ctx context.Context, at time.Time) (context.Context, context.CancelFunc) {
	d, cancel := s.newDeadline(ctx)
	d.at = at
	if moment := int64(at.Sub(s.start)); moment <= s.now.Load() {
		d.pass()
	} else {
		s.decide(&turn{do: d.pass}, moment)
	}
	return d, cancel
}

func (s *scheduler) withStop(ctx context.Context, stop <-chan struct{}) (context.Context, context.CancelFunc) {
	d, cancel := s.newDeadline(ctx)
	stopped := Clock{s}.NewEvent()
	(&waiter{do: func() { d.end(nil) }}).await(stopped)
	release := s.watch(stop, stopped)
	return d, func() {
		release()
		cancel()
	}
}

// Deadline is the earlier of the context's and those around it.
func (d *deadline) Deadline() (time.Time, bool) {
	outer, ok := d.Context.Deadline()
	if d.at.IsZero() || ok && outer.Before(d.at) {
		return outer, ok
	}
	return d.at, true
}

func (d *deadline) Err() error {
	if err := d.Context.Err(); err == nil || !d.passed {
		return err
	}
	return context.DeadlineExceeded
}

func (d *deadline) Value(key any) any {
	if key == (deadlineKey{}) {
		return d
	}
	return d.Context.Value(key)
}
