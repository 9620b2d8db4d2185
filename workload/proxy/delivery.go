package proxy

import (
	"bytes"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"time"

	"contend/counter"
)

// delivery sends requests to the store, below the faults.
type delivery struct{ *Proxy }

// RoundTrip implements [http.RoundTripper].
func (d delivery) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	return d.send(r, exchangeOf(r.Context()), body)
}

// send sends the request of an exchange with this body. The store's answer is waited for
// whether or not the client still waits.
func (d delivery) send(r *http.Request, x *Exchange, body []byte) (*http.Response, error) {
	ctx, cancel := d.detached(r.Context())
	defer cancel()
	request := r.WithContext(ctx)
	request.Header = r.Header.Clone()
	if x.question != nil {
		request.Header.Set("Accept-Encoding", "identity") // so that the answer can be read
	}
	n := x.deliver(time.Now())
	response, answer, err := d.store.send(request, body)
	if err != nil {
		x.settle(n, x.unanswered())
		return nil, err
	}
	settled, visible := x.observe(response, answer)
	settled.Answered = time.Now()
	x.settle(n, settled)
	response.Body = io.NopCloser(bytes.NewReader(visible))
	response.ContentLength = int64(len(visible))
	return response, nil
}

// unanswered is a delivery without a usable answer.
func (x *Exchange) unanswered() Delivery {
	return Delivery{Observation: x.question.Observe(0, nil)}
}

// observe reads an answer, and returns what the client would have got without the proxy.
func (x *Exchange) observe(response *http.Response, answer []byte) (d Delivery, visible []byte) {
	if x.question == nil {
		d.Status, d.Observation = response.StatusCode, x.question.Observe(response.StatusCode, answer)
		return d, answer
	}
	plain, packed := answer, false
	if isPacked(response.Header) {
		unpacked, err := gunzip(answer)
		if err != nil {
			return x.unanswered(), answer
		}
		plain, packed = unpacked, true
	}
	right := rightChecksum(response.Header, answer)
	if !right {
		d = x.unanswered()
		d.Reason = counter.ReasonBadAnswer
		return d, x.question.Observe(response.StatusCode, plain).Body
	}
	d.Status, d.Observation = response.StatusCode, x.question.Observe(response.StatusCode, plain)
	if bytes.Equal(d.Body, plain) {
		return d, answer
	}
	if packed {
		response.Header.Del("Content-Encoding")
	}
	if response.Header.Get("X-Amz-Crc32") != "" {
		response.Header.Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(d.Body)), 10))
	}
	visible = d.Body
	return d, visible
}
