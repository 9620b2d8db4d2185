package clock

import (
	"context"
	"sync"
)

// Event happens at most once, and wakes everybody who waits for it. What a process did
// before it fired the event is seen by those who return from [Event.Wait]. It is safe
// for use by several processes.
type Event struct {
	once  sync.Once
	fired chan struct{}
}

// NewEvent returns an event of processes that run by the clock.
func (c Clock) NewEvent() *Event { return &Event{fired: make(chan struct{})} }

// Fire makes the event happen, unless it has.
func (e *Event) Fire() { e.once.Do(func() { close(e.fired) }) }

// Fired reports whether the event has happened.
func (e *Event) Fired() bool {
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
	if e.Fired() {
		return nil
	}
	select {
	case <-e.fired:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// FireAt makes the event happen when a channel is closed. The caller must call release,
// after which the channel does nothing.
func (e *Event) FireAt(closed <-chan struct{}) (release func()) {
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
