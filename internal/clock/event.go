package clock

import (
	"context"
	"sync"
)

// Event happens at most once, and wakes everybody who waits for it. What a process did
// before it fired the event is seen by those who return from [Event.Wait]. A nil event
// never happens. It is safe for use by several processes.
type Event struct {
	once  sync.Once
	fired chan struct{}

	simulated *scheduler // nil: the real clock, which uses what is above; else what follows is used
	happened  bool
	waiters   list
}

// NewEvent returns an event of processes that run by the clock.
func (c Clock) NewEvent() *Event {
	if c.simulated != nil {
		return &Event{simulated: c.simulated}
	}
	return &Event{fired: make(chan struct{})}
}

// Fire makes the event happen, unless it has.
func (e *Event) Fire() {
	if e.simulated != nil {
		e.simulated.fire(e)
		return
	}
	e.once.Do(func() { close(e.fired) })
}

// Fired reports whether the event has happened.
func (e *Event) Fired() bool {
	if e == nil {
		return false
	}
	if e.simulated != nil {
		return e.happened
	}
	select {
	case <-e.fired:
		return true
	default:
		return false
	}
}

// Wait returns when the event has happened, or with the error of ctx if that ended
// before.
func (e *Event) Wait(ctx context.Context) error {
	switch {
	case e.Fired():
		return nil
	case e != nil && e.simulated != nil:
		return e.simulated.wait(ctx, e)
	}
	select {
	case <-e.channel():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// channel returns the channel of an event of the real clock.
func (e *Event) channel() <-chan struct{} {
	if e == nil {
		return nil
	}
	return e.fired
}

// FireAt makes the event happen when a channel is closed. The caller must call release,
// after which the channel does nothing.
func (e *Event) FireAt(closed <-chan struct{}) (release func()) {
	if e.simulated != nil {
		return e.simulated.watch(closed, e)
	}
	released := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		select {
		case <-closed:
			e.Fire()
		case <-e.fired:
		case <-released:
		}
	})
	return func() {
		close(released)
		watching.Wait()
	}
}
