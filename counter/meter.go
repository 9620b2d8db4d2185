package counter

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// HTTPClient is the client that the SDK sends requests with; *[http.Client]
// implements it.
type HTTPClient interface {
	Do(*http.Request) (*http.Response, error)
}

// Meter records every request in the [Wire] of its context, if there is one. It
// belongs between the DynamoDB client and the HTTP client:
//
//	options.HTTPClient = &counter.Meter{Next: &http.Client{…}}
//
// It does not belong below the HTTP client, as a transport: a time-out there would
// cost a goroutine for every request. It is safe for use by several goroutines, if
// Next is.
type Meter struct{ Next HTTPClient }

var _ HTTPClient = (*Meter)(nil)

// Do sends a request by Next.
func (m *Meter) Do(r *http.Request) (*http.Response, error) {
	wire := WireOf(r.Context())
	if wire == nil {
		return m.Next.Do(r)
	}
	wire.BeginSend(sdkAttempt(r.Header), operationOf(r.Header))
	response, err := m.Next.Do(r)
	if err == nil {
		wire.EndSend(response.StatusCode, classifyResponse(response))
		return response, nil
	}
	wire.EndSend(0, Classify(&smithyhttp.RequestSendError{Err: err})) // as the SDK will call it
	return response, err
}

// BeginSend records that a client sends a request of an operation, which is named as in
// the API. attempt counts its tries of one call from 1. [Wire.EndSend] must follow. It is
// for clients that send no HTTP; for others there is [Meter]. It does nothing if w is nil.
func (w *Wire) BeginSend(attempt int, operation string) {
	if w != nil {
		w.begin(Send{Began: w.clock.Now(), Attempt: attempt, Write: slices.Contains(writes[:], operation)})
	}
}

// EndSend records the end of the request that began last: the HTTP status of its answer,
// which is 0 if there was none, and what the answer means. A request that was never sent
// is forgotten. It does nothing if w is nil.
func (w *Wire) EndSend(status int, answer Classification) {
	if w == nil {
		return
	}
	last := len(w.Sends) - 1
	if answer.NeverSent() { // there was no connection, so nothing was on the wire
		w.Sends = w.Sends[:last]
		return
	}
	send := &w.Sends[last]
	send.Ended, send.Status, send.Answer = w.clock.Now(), status, answer
}

// begin adds a request. It reuses the memory of earlier calls.
func (w *Wire) begin(s Send) {
	if held := s.Began.Sub(w.called); s.Attempt == 1 && !w.called.IsZero() && held >= time.Millisecond {
		s.ClientDelay = held
	}
	w.called = time.Time{}
	w.Sends = append(w.Sends, s)
}

// Hit records a fault that was injected into the request in progress. It does
// nothing if w is nil or no request is in progress.
func (w *Wire) Hit(f SendFault) {
	if w != nil && len(w.Sends) > 0 {
		last := &w.Sends[len(w.Sends)-1]
		last.Faults = append(last.Faults, f)
	}
}

// writes are the operations that change items.
var writes = [...]string{"UpdateItem", "TransactWriteItems", "PutItem", "DeleteItem", "BatchWriteItem"}

func operationOf(h http.Header) string {
	_, operation, _ := strings.Cut(h.Get("X-Amz-Target"), ".")
	return operation
}

// sdkAttempt is the number of the SDK's try, from 1, as its header says: "attempt=2;
// max=3".
func sdkAttempt(h http.Header) int {
	text, _, _ := strings.Cut(strings.TrimPrefix(h.Get("Amz-Sdk-Request"), "attempt="), ";")
	if n, err := strconv.Atoi(text); err == nil {
		return n
	}
	return 1
}
