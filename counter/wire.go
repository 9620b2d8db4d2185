package counter

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
)

// Wire is what went over the wire for one call of a strategy: every request,
// those that the SDK repeats by itself included. A [Meter] below the client fills
// it in; without one it stays empty. It is not safe for use
// by several goroutines: calls at the same time need one each.
type Wire struct {
	Worker int // who calls
	Sends  []Send
	called time.Time // see [Wire.Call]
}

// Send is one request on the wire.
type Send struct {
	Began, Ended time.Time
	// ClientDelay is how long the SDK kept a call's first request back, if it was told
	// when the call began ([Wire.Call]); less than a millisecond is its work and
	// counts as nothing.
	ClientDelay time.Duration
	// Attempt counts the SDK's tries of one call from 1: those above it are the
	// SDK's own retries.
	Attempt int
	Write   bool // the request asks for a change
	// Status is the HTTP status that the client was told; 0: it heard none.
	Status int
	// Answer is what the answer means, or that there was none, as [Classify] says
	// it. A success is known by its head: that its body could not be read is not
	// in it.
	Answer Classification
	// Faults are those that were injected into the request on its way.
	Faults []SendFault
}

// SendFault is a fault that was injected into one request.
type SendFault struct {
	Kind string
	// Delivered is how often the request reached the store and was answered.
	Delivered int
	// Extra counts the deliveries beside the one that the caller was answered
	// for, made or under way.
	Extra int
	// Settled is true if the request kept from the caller, or its second delivery,
	// cannot reach the store later.
	Settled bool
	// AppliedUnacknowledged counts the deliveries that the store accepted without the caller
	// being told.
	AppliedUnacknowledged int
	// Status is that of the store's own answer; 0: there was none. Code is the
	// error that it told, "" if it accepted the request.
	Status int
	Code   string
}

// settledDeliveries counts the deliveries without the caller's knowledge that are known to
// have come to an end, by the faults that are to blame.
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

// throttledInPart says that the last answer, of HTTP 200, left something out for
// lack of capacity. It does nothing if w is nil.
func (w *Wire) throttledInPart() {
	if w != nil && len(w.Sends) > 0 {
		w.Sends[len(w.Sends)-1].Answer = Classification{Outcome: Throttled, Reason: ReasonUnprocessed}
	}
}

// Reset makes w ready for the next call.
func (w *Wire) Reset() { w.Sends = w.Sends[:0] }

// BeginCall says that the SDK begins a call. It does nothing if w is nil.
func (w *Wire) BeginCall() {
	if w != nil {
		w.called = time.Now()
	}
}

// NotDelayed says that the SDK does not hold the call back. It does nothing if w is
// nil.
func (w *Wire) NotDelayed() {
	if w != nil {
		w.called = time.Time{}
	}
}

// Repeats counts the requests that the SDK sent by itself; slept is how long it
// waited before them, and before others that it held back.
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

// Settled counts the deliveries without the caller's knowledge, of this call, that
// are known to have come to an end: they cannot change the counter later.
func (w *Wire) Settled() int {
	n := 0
	for i := range w.Sends {
		n += w.Sends[i].settledDeliveries()
	}
	return n
}

// Carry takes over what was sent for another caller (see [Receipt.Carried]).
func (w *Wire) Carry(other *Wire) {
	if w != nil && other != nil && w != other {
		w.Sends = append(w.Sends[:0], other.Sends...)
	}
}

// QuotaRefused reports whether the SDK did not repeat a request because its
// quota of retries was used up.
func QuotaRefused(err error) bool {
	var quota ratelimit.QuotaExceededError
	return errors.As(err, &quota)
}

type wireKey struct{}

// WithWire returns a context under which calls of strategies tell w what they
// send.
func WithWire(ctx context.Context, w *Wire) context.Context {
	return context.WithValue(ctx, wireKey{}, w)
}

// WireOf is the Wire of a context, nil if it has none.
func WireOf(ctx context.Context) *Wire {
	w, _ := ctx.Value(wireKey{}).(*Wire)
	return w
}
