package history

import (
	"fmt"
	"math"
	"slices"

	"contend/counter"
)

// Kind is what an operation asks for.
type Kind uint8

const (
	Increment Kind = iota
	Decrement
	Read
	// Transfer moves an amount from one counter to another atomically.
	Transfer
)

// KindCount is the number of kinds; every [Kind] is below it.
const KindCount = 4

// Kinds lists every kind.
func Kinds() []Kind { return []Kind{Increment, Decrement, Read, Transfer} }

// Delta returns what an applied operation of amount 1 adds to its counter: 1 for [Increment], 0
// for [Read], -1 for [Decrement] and [Transfer]. A transfer adds 1 to its other counter.
func (k Kind) Delta() int64 {
	switch k {
	case Increment:
		return 1
	case Decrement, Transfer:
		return -1
	}
	return 0
}

// Ending is how an operation ended for its caller. The zero value is
// [Running], which no finished operation has.
type Ending uint8

const (
	// Running means that the operation has not ended.
	Running Ending = iota
	// Applied means that the caller was told that the operation succeeded.
	Applied
	// GaveUp means that the policy or the end of the run stopped the
	// operation, and that no attempt can have changed the counter.
	GaveUp
	// Unknown means that the caller was not told that the operation succeeded, and that
	// at least one attempt may have changed the counter.
	Unknown
	// Failed means that the last attempt was refused for good, and that no
	// attempt can have changed the counter.
	Failed
)

// NoEnd is the return time of an operation that ended [Unknown], or of an attempt with an
// unknown outcome: it may take effect at any later time.
const NoEnd = math.MaxInt64

// State is the content of a counter, as reported by the store.
type State struct {
	Value   int64
	Version int64 // 0: the item carries no version
	Known   bool  // false: the store did not report the state; the other fields mean nothing
}

// Attempt is one try at an operation. Times are nanoseconds since the start of
// the run, on one monotonic clock.
type Attempt struct {
	Invoked, Returned int64 // of the write, or of a read operation's read
	Outcome           counter.Outcome
	// Written is false if the attempt ended before a write was sent: it is a read, or
	// the read that prepares the write did not succeed.
	Written bool
	// Reason says in a word or two what went wrong; "" means nothing did.
	Reason string

	// Before is the state on which the write was based; it is not Known for a design that needs
	// none. LookInvoked and LookReturned are the times of the strong read that fetched it; both
	// are 0 if no read was sent because the state was already known.
	Before                    State
	LookInvoked, LookReturned int64
	// After is the state that an applied write left behind.
	After State
	// Saw is the state that a read returned, or the state that made the store refuse a write.
	Saw State

	ReadUnits, WriteUnits float64 // capacity that the store reported; 0: it reported none
	Token                 string  // makes the write idempotent; empty: none

	// Repeated is true for an applied attempt that changed nothing, because an earlier attempt
	// of the operation had already made the change. After is the state that the earlier one
	// left.
	Repeated bool
	// Carried is true if the write was part of another worker's request. Requests and
	// Faults are then copies of that worker's.
	Carried bool
	// Requests counts the requests on the wire, including the SDK's own retries and the
	// read that prepared the write; 0: not counted.
	Requests int
	// AmbiguousWrites counts the writes among them that had no usable answer and that
	// the SDK sent again: each may have changed the counter once more.
	AmbiguousWrites int
	// Settled counts the writes of unknown outcome that can no longer reach the store.
	Settled int
	// Faults are the faults that were injected into the requests.
	Faults []Fault
}

// RepeatsPerhaps reports whether earlier has the same token, so that it may already have made
// the write of a.
func (a *Attempt) RepeatsPerhaps(earlier *Attempt) bool {
	return a.Token != "" && a.Token == earlier.Token && earlier.Writes().Unknown > 0
}

// Fault is a fault that was injected into a request of an attempt.
type Fault struct {
	Kind    string
	Request int // of the attempt's requests, counted from 1
	Write   bool
	// Delivered is how many times the request reached the store and was answered.
	Delivered int
	// AppliedUnacknowledged counts the deliveries that the store accepted without an
	// acknowledgement to the worker.
	AppliedUnacknowledged int
	// Status is the HTTP status of the store's own answer, 0 if there was none. Code is
	// the error in it; "": the request was accepted.
	Status int
	Code   string
}

// String names the fault and says what happened to the request, for evidence in reports.
func (f *Fault) String() string {
	text := uninjected(f.Kind)
	if text == "" {
		text = "injected " + f.Kind
	}
	switch {
	case f.AppliedUnacknowledged == 1:
		return text + ", which the store had accepted"
	case f.AppliedUnacknowledged > 1:
		return fmt.Sprintf("%s, which the store had accepted %d times", text, f.AppliedUnacknowledged)
	case f.Delivered == 0:
		return text + ", which the store had not answered"
	case f.Code != "":
		return fmt.Sprintf("%s, which the store had refused: %s", text, f.Code)
	}
	return text
}

// appendAttempts appends copies that share no memory with the attempts.
func appendAttempts(dst, attempts []Attempt) []Attempt {
	dst = append(dst, attempts...)
	copies := dst[len(dst)-len(attempts):]
	for i := range copies {
		if len(copies[i].Faults) > 0 {
			copies[i].Faults = slices.Clone(copies[i].Faults)
		}
	}
	return dst
}

// Op is one operation with its attempts. Times are nanoseconds since the start
// of the run, on one monotonic clock.
type Op struct {
	Worker   int
	Sequence int64 // counts the worker's operations from 1
	Counter  int   // index into the run's counters
	Kind     Kind
	Eventual bool  // an eventually consistent read
	Delta    int64 // added to the counter
	To       int   // the other counter of a transfer, to which -Delta is added
	Due      int64 // when the work was due; Invoked in a closed loop
	Invoked  int64
	Returned int64
	Ending   Ending
	Call     string // ID of the SDK's call, in the history of a proxy; "" otherwise
	Attempts []Attempt
}

// String names the operation by worker and number, for evidence in reports.
func (o Op) String() string {
	if o.Call != "" {
		return fmt.Sprintf("call %s (%s)", o.Call, o.Kind)
	}
	return fmt.Sprintf("worker %d, operation %d (%s)", o.Worker, o.Sequence, o.Kind)
}
