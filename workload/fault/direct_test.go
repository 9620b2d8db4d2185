package fault_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"contend/internal/clock"
	"contend/workload/fault"
)

// TestDirectEnds: every wait ends when the client gives up or its context ends, by the
// real clock and by a simulated one.
func TestDirectEnds(t *testing.T) {
	limited := func(ctx context.Context) (context.Context, context.CancelFunc) {
		c := clock.Of(ctx)
		return c.WithDeadline(ctx, c.Now().Add(patience))
	}
	limitedAround := func(ctx context.Context) (context.Context, context.CancelFunc) {
		ctx, end := limited(ctx)
		ctx, cancel := context.WithCancel(ctx)
		return ctx, func() { cancel(); end() }
	}
	because := func(why error) func(context.Context) (context.Context, context.CancelFunc) {
		return func(ctx context.Context) (context.Context, context.CancelFunc) { return endingIn(ctx, patience, why) }
	}
	for _, w := range waits() {
		for _, c := range []struct {
			why      string
			patience time.Duration
			context  func(context.Context) (context.Context, context.CancelFunc)
			realOnly bool // nothing in a simulation cancels a context in the middle of a wait
			want     error
		}{
			{"gives up", patience, context.WithCancel, false, context.DeadlineExceeded},
			{"has a deadline", 0, limited, false, context.DeadlineExceeded},
			{"has an earlier deadline", time.Hour / 2, limited, false, context.DeadlineExceeded},
			{"has a deadline around it", 0, limitedAround, false, context.DeadlineExceeded},
			{"is canceled", 0, because(context.Canceled), true, context.Canceled},
			{"is canceled for a reason", time.Hour / 2, because(errGaveUp), true, errGaveUp},
		} {
			ends := func(ctx context.Context) error {
				ctx, cancel := c.context(ctx)
				defer cancel()
				w.endsAfter(t, ctx, c.patience, c.want)
				return nil
			}
			t.Run(w.name+", "+c.why, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { _ = ends(t.Context()) })
				if c.realOnly {
					return
				}
				if err := (clock.Simulation{Start: time.Unix(1e9, 0)}).Run(t.Context(), ends); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// endsAfter checks the answer that a client gets when its time-out or its context ends.
// Without a time-out, it never gives up.
func (w wait) endsAfter(t *testing.T, ctx context.Context, until time.Duration, want error) {
	t.Helper()
	var told notes
	c := clock.Of(ctx)
	began := c.Now()
	request := fault.Request{Operation: "UpdateItem"}
	if until > 0 {
		request.Until = began.Add(until)
	}
	direct := fault.NewDirect(fault.Config{Rules: []fault.Rule{w.rule}, Note: told.add})
	direct.Begin(began)
	answer := direct.Do(ctx, request, func(ctx context.Context, again bool) fault.Answer {
		check(t, w.name+": again", again, false)
		c.Sleep(ctx, 2*latency)
		return fault.Answer{Status: http.StatusOK}
	})
	check(t, w.name+": status", answer.Status, 0)
	check(t, w.name+": after", c.Since(began), patience)
	check(t, w.name+": delivered", told.list()[0].Delivered, w.delivered)
	if !errors.Is(answer.Err, want) {
		t.Errorf("%s: got %v, want %v", w.name, answer.Err, want)
	}
}

// TestDirectDuplicate: the client gets the first answer, and the second copy is sent
// with again.
func TestDirectDuplicate(t *testing.T) {
	direct := fault.NewDirect(fault.Config{Rules: []fault.Rule{once(fault.Duplicate)}})
	direct.Begin(time.Now())
	var sent []bool
	answer := direct.Do(t.Context(), fault.Request{Operation: "UpdateItem"}, func(_ context.Context, again bool) fault.Answer {
		sent = append(sent, again)
		return fault.Answer{Output: len(sent), Status: http.StatusOK}
	})
	if len(sent) != 2 || sent[0] || !sent[1] || answer.Output != 1 {
		t.Errorf("sent %v, got %v", sent, answer)
	}
}
