package fault

import (
	"context"
	"time"

	"contend/internal/clock"
)

// holdBack waits for a delay, and returns why the client stopped waiting if it did. It
// gives up at a moment; zero means that only its context ends its wait.
func holdBack(ctx context.Context, delay time.Duration, until time.Time) error {
	if delay <= 0 {
		return nil
	}
	c := clock.Of(ctx)
	if !until.IsZero() && c.Now().Add(delay).After(until) {
		return silence(ctx, until)
	}
	if !c.Sleep(ctx, delay) {
		return why(ctx, context.Canceled)
	}
	return nil
}

// silence behaves like a silent network: no answer until the client gives up, and then
// the error that [http.Transport] returns.
func silence(ctx context.Context, until time.Time) error {
	c := clock.Of(ctx)
	if until.IsZero() {
		return why(ctx, c.NewEvent().Wait(ctx)) // nobody fires it
	}
	if c.Sleep(ctx, until.Sub(c.Now())) {
		return context.DeadlineExceeded
	}
	return why(ctx, context.Canceled)
}

// why returns why a context ended. If it is the simulation that ended, otherwise is the
// reason.
func why(ctx context.Context, otherwise error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return otherwise
}
