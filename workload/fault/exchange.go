package fault

import (
	"bytes"
	"io"
	"net/http"
	"time"

	"contend/internal/clock"
)

// exchange is one HTTP request with its faults and its answer.
type exchange struct {
	transport *Transport
	request   *http.Request
	course    Course
	body      []byte // of the request; nil until it is read
}

// now returns how long ago the plan began.
func (x *exchange) now() time.Duration {
	return clock.Of(x.request.Context()).Since(x.course.began)
}

// carryOut sends the request and returns what the client gets.
func (x *exchange) carryOut() (*http.Response, error) {
	ctx := x.request.Context()
	if err := holdBack(ctx, x.course.Arrive(x.now()), time.Time{}); err != nil {
		return nil, closeBody(x.request, err)
	}
	fate := x.course.Leave(x.now())
	if x.course.MeetsNothing() {
		return x.transport.next.RoundTrip(x.request)
	}
	if err := x.readBody(); err != nil {
		return nil, err
	}
	response, err := x.suffer(fate)
	if err != nil {
		return nil, err
	}
	if x.course.Return(x.now()) {
		return nil, silence(ctx, time.Time{})
	}
	return response, nil
}

// suffer carries out the request with its fate. A request that cannot be delivered
// fails as it would without a fault.
func (x *exchange) suffer(fate Fate) (*http.Response, error) {
	var response *http.Response
	if fate.Sends > 0 {
		var err error
		if response, err = x.deliver(); err != nil {
			return nil, err
		}
	}
	if fate.Sends > 1 {
		_, _ = x.deliver() // the client has its answer; that this had none is noted as Pending
	}
	if fate.Passes() {
		return response, nil
	}
	return x.instead(fate.Kind)
}

// instead returns what the client gets instead of the server's answer.
func (x *exchange) instead(kind Kind) (*http.Response, error) {
	if made, ok := madeUp(kind, operationOf(x.request)); ok {
		return made.response(x.request, x.transport.faked.Add(1)), nil
	}
	if kind == Reset {
		return nil, reset()
	}
	return nil, silence(x.request.Context(), time.Time{})
}

// deliver sends the request to the server once and reads the answer in full, which
// shows that the server has carried the request out.
func (x *exchange) deliver() (*http.Response, error) {
	request, err := x.copyRequest()
	if err != nil {
		return nil, err
	}
	x.course.Sent()
	response, err := x.transport.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	body, err := readAnswer(response)
	if err != nil {
		return nil, err
	}
	x.course.Delivered(response.StatusCode, errorType(response.StatusCode, body))
	response.Request = x.request
	return response, nil
}

// copyRequest makes a request that can be sent without using up the original.
// The original's Cancel stays behind on purpose: [http.Client] closes it just
// when the context ends, and whichever is seen first would decide the error.
func (x *exchange) copyRequest() (*http.Request, error) {
	original := x.request
	request, err := http.NewRequestWithContext(original.Context(), original.Method, original.URL.String(), bytes.NewReader(x.body))
	if err != nil {
		return nil, err
	}
	request.URL, request.Host, request.Header = original.URL, original.Host, original.Header
	return request, nil
}

// readBody reads the request's body, and closes it as a transport must.
func (x *exchange) readBody() error {
	if x.request.Body == nil {
		return nil
	}
	body, err := io.ReadAll(x.request.Body)
	x.body = body
	return closeBody(x.request, err)
}

// closeBody closes a body that was not handed on, and returns err. An error of closing
// does not matter, because nothing is sent from that body.
func closeBody(request *http.Request, err error) error {
	if request.Body != nil {
		_ = request.Body.Close()
	}
	return err
}
