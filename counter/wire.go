package counter

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"

	"contend/internal/clock"
)

// Wire records the requests of one call of a strategy, including those that the SDK
// repeats by itself. A [Meter] below the client fills it in; without one it stays
// empty. It is not safe for use by several goroutines: each call in progress needs a
// Wire of its own.
type Wire struct {
	Worker int // number of the worker that makes the call
	Sends  []Send
	called time.Time // see [Wire.BeginCall]
	clock  clock.Clock
}

// Send is one request on the wire.
type Send struct {
	Began, Ended time.Time
	// ClientDelay is how long the SDK delayed a call's first request, to limit its
	// rate, say. It is 0 below one millisecond, which the SDK's own work takes, and
	// if [Wire.BeginCall] was not called.
	ClientDelay time.Duration
	// Attempt counts the SDK's tries of one call from 1: those above it are the
	// SDK's own retries.
	Attempt int
	Write   bool // the request changes items
	// Status is the HTTP status that the client received; 0: none.
	Status int
	// Answer classifies the answer, or the lack of one, as [Classify] does. An
	// answer with a status of success is [Applied], even if its body cannot be
	// read afterwards.
	Answer Classification
	// Faults lists the faults that were injected into the request.
	Faults []SendFault
}

// SendFault is a fault that was injected into one request.
type SendFault struct {
	Kind string
	// Delivered is how often the request reached the store and was answered.
	Delivered int
	// Extra counts the deliveries in addition to the one whose answer the caller
	// got, finished or in progress.
	Extra int
	// Settled is true if no delivery that the caller got no answer to can still
	// reach the store.
	Settled bool
	// AppliedUnacknowledged counts the deliveries that the store accepted and the
	// caller got no answer to.
	AppliedUnacknowledged int
	// Status is the HTTP status of the store's own answer; 0: there was none.
	// Code is the error code in it; "" if the store accepted the request.
	Status int
	Code   string
}

// settledDeliveries counts the deliveries that the caller got no answer to and that
// are known to have ended, by the faults that caused them.
func (s *Send) settledDeliveries() int {
	n, settled := 0, false
	for i := range s.Faults {
		f := &s.Faults[i]
		settled = settled || f.Settled
		if s.Write && f.Settled {
			n += f.Extra
		}
	}
	if settled && n == 0 && s.ambiguous() {
		n = 1
	}
	return n
}

// throttledInPart records that the last answer, of HTTP 200, left something out for
// lack of capacity. It does nothing if w is nil.
func (w *Wire) throttledInPart() {
	if w != nil && len(w.Sends) > 0 {
		w.Sends[len(w.Sends)-1].Answer = Classification{Outcome: Throttled, Reason: ReasonUnprocessed}
	}
}

// Reset makes w ready for the next call.
func (w *Wire) Reset() { w.Sends = w.Sends[:0] }

// BeginCall records that the SDK begins a call. It does nothing if w is nil.
func (w *Wire) BeginCall() {
	if w != nil {
		w.called = w.clock.Now()
	}
}

// NotDelayed records that the SDK does not delay the call's first request. It does
// nothing if w is nil.
func (w *Wire) NotDelayed() {
	if w != nil {
		w.called = time.Time{}
	}
}

// Repeats counts the requests that the SDK repeated by itself. slept is how long it
// waited before them, plus the delay of first requests (see [Send.ClientDelay]).
func (w *Wire) Repeats() (repeats int, slept time.Duration) {
	for i := range w.Sends {
		slept += w.Sends[i].ClientDelay
		if w.Sends[i].Attempt > 1 && i > 0 {
			repeats++
			slept += w.Sends[i].Began.Sub(w.Sends[i-1].Ended)
		}
	}
	return repeats, slept
}

// Settled counts the deliveries of this call that the caller got no answer to and
// that are known to have ended: they cannot change the counter later.
func (w *Wire) Settled() int {
	n := 0
	for i := range w.Sends {
		n += w.Sends[i].settledDeliveries()
	}
	return n
}

// Carry replaces the requests by those of the call that carried this one's change
// (see [Receipt.Carried]). It does nothing if one of the two is nil.
func (w *Wire) Carry(other *Wire) {
	if w != nil && other != nil && w != other {
		w.Sends = append(w.Sends[:0], other.Sends...)
	}
}

// QuotaRefused reports whether the SDK did not repeat a request because its
// quota of retries was used up.
func QuotaRefused(err error) bool {
	if _, api := answerOf(err); api != nil {
		return false
	}
	var quota ratelimit.QuotaExceededError
	return errors.As(err, &quota)
}

type wireKey struct{}

// WithWire returns a context under which calls of strategies record their requests
// in w.
func WithWire(ctx context.Context, w *Wire) context.Context {
	if w != nil {
		w.clock = clock.Of(ctx)
	}
	return context.WithValue(ctx, wireKey{}, w)
}

// WireOf returns the Wire of a context, nil if it has none.
func WireOf(ctx context.Context) *Wire {
	w, _ := ctx.Value(wireKey{}).(*Wire)
	return w
}
