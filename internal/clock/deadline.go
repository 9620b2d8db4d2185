package clock

import (
	"context"
	"time"
)

// deadline is a context that ends at a moment of the simulation. Waits by it end then,
// too; waits by contexts that were made of it by package context do as well. Their errors
// are always context.Canceled, their causes the deadline's.
type deadline struct {
	context.Context // ends for whatever reason
	at              time.Time
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

func (s *scheduler) withDeadline(ctx context.Context, at time.Time) (context.Context, context.CancelFunc) {
	inner, end := context.WithCancelCause(ctx)
	d := &deadline{Context: inner, at: at, ended: Clock{s}.NewEvent()}
	finish := func(cause error) {
		end(cause)
		s.fire(d.ended)
	}
	var above waiter
	above.do = func() { finish(nil) } // ctx has ended inner
	if outer := endOf(ctx); outer != nil && !outer.happened {
		above.await(outer)
	}
	pass := func() {
		if d.Err() == nil {
			d.passed = true
			finish(context.DeadlineExceeded)
		}
	}
	if moment := int64(at.Sub(s.start)); moment <= s.now.Load() {
		pass()
	} else {
		s.decided++
		s.agenda.add(entry{at: moment, order: s.decided, do: pass})
	}
	return d, func() {
		above.leave()
		finish(nil)
	}
}

// Deadline is the earlier of the context's and those around it.
func (d *deadline) Deadline() (time.Time, bool) {
	if outer, ok := d.Context.Deadline(); ok && outer.Before(d.at) {
		return outer, true
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
