package counter

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// HTTPClient is what the SDK sends by; *[http.Client] implements it.
type HTTPClient interface {
	Do(*http.Request) (*http.Response, error)
}

// Meter notes every request in the [Wire] of its context, if it has one. It
// belongs between the DynamoDB client and the HTTP client, and not below that:
// there a time-out would cost a goroutine for every request.
type Meter struct{ Next HTTPClient }

var _ HTTPClient = (*Meter)(nil)

// Do sends a request.
func (m *Meter) Do(r *http.Request) (*http.Response, error) {
	wire := WireOf(r.Context())
	if wire == nil {
		return m.Next.Do(r)
	}
	at := wire.begin(Send{Began: time.Now(), Attempt: sdkAttempt(r.Header), Write: isWrite(r.Header)})
	response, err := m.Next.Do(r)
	send := &wire.Sends[at]
	send.Ended = time.Now()
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

// begin enters a request. It uses the memory of earlier calls again.
func (w *Wire) begin(s Send) (index int) {
	if held := s.Began.Sub(w.called); s.Attempt == 1 && !w.called.IsZero() && held >= time.Millisecond {
		s.ClientDelay = held
	}
	w.called = time.Time{}
	w.Sends = append(w.Sends, s)
	return len(w.Sends) - 1
}

// Hit notes a fault that was injected into the request in progress.
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

// sdkAttempt is the SDK's number of its try, from 1, which it sends along, as in
// "attempt=2; max=3".
func sdkAttempt(h http.Header) int {
	text, _, _ := strings.Cut(strings.TrimPrefix(h.Get("Amz-Sdk-Request"), "attempt="), ";")
	if n, err := strconv.Atoi(text); err == nil {
		return n
	}
	return 1
}
