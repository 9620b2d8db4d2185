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
	at := wire.begin(Send{Began: wire.clock.Now(), Attempt: sdkAttempt(r.Header), Write: isWrite(r.Header)})
	response, err := m.Next.Do(r)
	send := &wire.Sends[at]
	send.Ended = wire.clock.Now()
	if err == nil {
		send.Status, send.Answer = response.StatusCode, classifyResponse(response)
		return response, nil
	}
	send.Answer = Classify(&smithyhttp.RequestSendError{Err: err}) // as the SDK will call it
	if send.Answer.NeverSent() {                                   // there was no connection, so nothing was on the wire
		wire.Sends = wire.Sends[:at]
	}
	return response, err
}

// begin adds a request. It reuses the memory of earlier calls.
func (w *Wire) begin(s Send) (index int) {
	if held := s.Began.Sub(w.called); s.Attempt == 1 && !w.called.IsZero() && held >= time.Millisecond {
		s.ClientDelay = held
	}
	w.called = time.Time{}
	w.Sends = append(w.Sends, s)
	return len(w.Sends) - 1
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

func isWrite(h http.Header) bool {
	_, operation, _ := strings.Cut(h.Get("X-Amz-Target"), ".")
	return slices.Contains(writes[:], operation)
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
