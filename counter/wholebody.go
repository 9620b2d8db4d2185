package counter

import (
	"bytes"
	"errors"
	"io"
	"net/http"
)

// WholeBody is a transport that sends the body of each request from a copy. It
// belongs directly above the transport that owns the connections:
//
//	client := &http.Client{Transport: &counter.WholeBody{Next: transport}}
//
// Without it, correct answers can be lost. The SDK closes a request's body as soon
// as the head of the answer has arrived (smithy-go, ClientHandler.Handle).
// [http.Transport] may then still read that body for its end, takes the error for a
// broken body, and closes the connection before the rest of the answer has arrived.
// It happens with servers that send head and body in two segments
// (aws-sdk-go-v2#2737 and #1825).
//
// The copy can be sent again: if the server has just closed the idle connection and
// no byte was written, the request goes over another connection.
// WholeBody is safe for use by several goroutines.
type WholeBody struct{ Next http.RoundTripper }

var _ http.RoundTripper = (*WholeBody)(nil)

// RoundTrip carries out one request, as [http.RoundTripper] demands.
func (t *WholeBody) RoundTrip(r *http.Request) (*http.Response, error) {
	whole, body, err := withWholeBody(r)
	if err != nil {
		return nil, err
	}
	if body != nil {
		whole.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	}
	return t.Next.RoundTrip(whole)
}

// CloseIdleConnections closes the idle connections of Next, if it can. It is called
// by [http.Client.CloseIdleConnections].
func (t *WholeBody) CloseIdleConnections() {
	if next, ok := t.Next.(interface{ CloseIdleConnections() }); ok {
		next.CloseIdleConnections()
	}
}

// wholeBodyClient is [WholeBody] for a client whose transport is not known. Its
// requests have no GetBody: with it, [http.Client] would follow redirections and
// send the body there.
type wholeBodyClient struct{ next HTTPClient }

// Do sends a request.
func (c wholeBodyClient) Do(r *http.Request) (*http.Response, error) {
	whole, _, err := withWholeBody(r)
	if err != nil {
		return nil, err
	}
	return c.next.Do(whole)
}

// withWholeBody reads and closes a request's body, and returns the request with a
// copy of it. A request without a body is returned as it is, with a nil body.
func withWholeBody(r *http.Request) (whole *http.Request, body []byte, err error) {
	if r.Body == nil || r.Body == http.NoBody {
		return r, nil, nil
	}
	var read bytes.Buffer
	read.Grow(int(max(r.ContentLength, 0)) + bytes.MinRead)
	_, err = read.ReadFrom(r.Body)
	if err := errors.Join(err, r.Body.Close()); err != nil {
		return nil, nil, err
	}
	whole = r.WithContext(r.Context()) // a shallow copy: a transport must not change the original
	whole.Body = io.NopCloser(bytes.NewReader(read.Bytes()))
	return whole, read.Bytes(), nil
}
