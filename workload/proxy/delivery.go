package proxy

import (
	"bytes"
	"context"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"time"

	"contend/counter"
	"contend/workload/proxy/observe"
)

// delivery sends requests to the store, below the faults.
type delivery struct{ *Proxy }

// RoundTrip implements [http.RoundTripper].
func (d delivery) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := readAll(r.Body, r.ContentLength)
	if err != nil {
		return nil, err
	}
	x := exchangeOf(r.Context())
	r = r.WithContext(r.Context())
	r.Header = r.Header.Clone() // the request may be sent again
	return d.send(r, x, body)
}

// send sends the request of an exchange with this body, and may change its headers. The
// store's answer is waited for whether or not the client still waits.
func (d delivery) send(r *http.Request, x *Exchange, body []byte) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(d.open, d.config.Patience)
	defer cancel()
	if x.question != nil {
		r.Header.Set("Accept-Encoding", "identity") // so that the answer can be read
	}
	n := x.deliver(time.Now())
	response, answer, err := d.store.send(ctx, r, body)
	if err != nil {
		x.settle(n, x.unanswered())
		return nil, err
	}
	settled, visible := x.observe(response, answer)
	settled.Answered = time.Now()
	x.settle(n, settled)
	response.Body = &passed{bytes.NewReader(visible), visible, settled.Observation}
	response.ContentLength = int64(len(visible))
	return response, nil
}

// passed is the body of an answer of the store, with what the answer shows.
type passed struct {
	*bytes.Reader
	text []byte
	seen observe.Observation
}

func (*passed) Close() error { return nil }

// readAll reads a body to its end. size is its length as the message's head states it; −1 if
// the head does not.
func readAll(body io.Reader, size int64) ([]byte, error) {
	const most = 1 << 20 // a false size must not allocate more
	text := bytes.NewBuffer(make([]byte, 0, min(max(size, 0), most)+bytes.MinRead))
	_, err := text.ReadFrom(body)
	return text.Bytes(), err
}

// unanswered is a delivery without a usable answer.
func (x *Exchange) unanswered() Delivery {
	return Delivery{Observation: x.question.Observe(0, nil)}
}

// observe reads an answer, and returns what the client would have got without the proxy.
func (x *Exchange) observe(response *http.Response, answer []byte) (d Delivery, visible []byte) {
	plain, packed := answer, isPacked(response.Header)
	right := rightChecksum(response.Header, answer)
	if packed {
		unpacked, err := gunzip(answer)
		if err != nil {
			return x.garbled(), answer
		}
		plain = unpacked
	}
	d.Status, d.Observation = response.StatusCode, x.question.Observe(response.StatusCode, plain)
	visible = answer
	if !bytes.Equal(d.Body, plain) {
		visible = d.Body
		if packed {
			response.Header.Del("Content-Encoding")
		}
		if right && response.Header.Get("X-Amz-Crc32") != "" {
			response.Header.Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(visible)), 10))
		}
	}
	if !right {
		return x.garbled(), visible
	}
	return d, visible
}

// garbled is a delivery whose answer was damaged on its way.
func (x *Exchange) garbled() Delivery {
	d := x.unanswered()
	d.Reason = counter.ReasonBadAnswer
	return d
}
