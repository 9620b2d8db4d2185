package proxy

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"contend/counter"
	"contend/workload/proxy/observe"
)

// maxBody bounds the body of a request; DynamoDB's own limit is 16 MB.
const maxBody = 64 << 20

// serve carries out one request of a process.
func (p *Proxy) serve(w http.ResponseWriter, r *http.Request, process string) {
	p.busy.Add(1)
	defer p.busy.Done()
	if p.open.Err() != nil {
		refuse(w, http.StatusServiceUnavailable, "the proxy has been closed")
		return
	}
	body, err := readAll(http.MaxBytesReader(w, r.Body, maxBody), r.ContentLength)
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		refuse(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the request is longer than %d bytes", maxBody))
		return
	case err != nil:
		panic(http.ErrAbortHandler) // the client went away in the middle of its request
	}
	x := newExchange(r, process)
	x.Received, x.Number = time.Now(), p.numbers.Add(1)
	body = p.understand(r.Context(), x, r, body)
	t := telling{Exchange: x, w: w, client: r.Context()}
	defer func() {
		x.Ended = time.Now()
		if p.config.Note != nil {
			p.config.Note(x)
		}
	}()
	t.tell(p.carryOut(r, x, body))
}

// understand finds out what the request is about, and returns the body to send.
func (p *Proxy) understand(ctx context.Context, x *Exchange, r *http.Request, body []byte) []byte {
	if x.Operation == "" || len(p.config.Watch) == 0 && !p.targeted {
		return body
	}
	plain := body
	if isPacked(r.Header) {
		unpacked, err := gunzip(body)
		if err != nil {
			return body // the store refuses it
		}
		plain, x.encoded = unpacked, true
	}
	ctx = context.WithoutCancel(ctx)
	x.question = p.observer.Ask(x.Operation, plain, p.schemas(ctx, x))
	x.Items, x.Tables = x.question.Touched, x.question.Tables
	x.Watched = x.question.Watched()
	if p.config.Before != nil && len(x.Watched) > 0 {
		p.config.Before(ctx, x)
	}
	if !x.encoded {
		return x.question.Body
	}
	if slices.Equal(x.question.Body, plain) {
		return body
	}
	r.Header.Del("Content-Encoding")
	return x.question.Body
}

// carryOut sends the request on its way through the faults.
func (p *Proxy) carryOut(r *http.Request, x *Exchange, body []byte) (*http.Response, error) {
	response, err := p.meetFaults(r, x, body)
	if err != nil {
		return nil, err
	}
	if x.Operation == "CreateTable" || x.Operation == "DeleteTable" {
		var named struct{ TableName string }
		if json.Unmarshal(body, &named) == nil {
			p.tables.forget(named.TableName)
		}
	}
	return response, nil
}

// meetFaults sends the request to the store, through the faults if there are any.
func (p *Proxy) meetFaults(r *http.Request, x *Exchange, body []byte) (*http.Response, error) {
	if len(p.config.Rules) == 0 {
		return delivery{p}.send(r, x, body)
	}
	ctx, cancel := context.WithCancel(context.WithValue(r.Context(), exchangeKey{}, x))
	defer cancel()
	defer context.AfterFunc(p.open, cancel)()
	request := r.Clone(ctx)
	request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return p.faults.RoundTrip(request)
}

// telling hands the answer of an exchange to its client.
type telling struct {
	*Exchange
	w      http.ResponseWriter
	client context.Context
}

// tell gives the client an answer, or what an error means for it.
func (t *telling) tell(response *http.Response, err error) {
	var broken *brokenAnswer
	t.Outcome, t.Reason = counter.Unknown, counter.ReasonConnection
	switch {
	case t.client.Err() != nil:
		t.Gone = true
		panic(http.ErrAbortHandler)
	case errors.As(err, &broken):
		t.breakOff(broken)
	case errors.Is(err, syscall.ECONNRESET) && len(t.Faults) > 0:
		t.reset()
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		t.answer(t.refusal(http.StatusGatewayTimeout, "the store did not answer"))
	case err != nil:
		t.answer(t.refusal(http.StatusBadGateway, "the store cannot be reached: "+err.Error()))
	default:
		t.answer(response)
	}
}

// answer gives the client an answer in full.
func (t *telling) answer(response *http.Response) {
	body, seen := t.read(response)
	copyHeader(t.w.Header(), response.Header)
	t.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	t.w.WriteHeader(response.StatusCode)
	_, err := t.w.Write(body)
	if err == nil && t.question != nil {
		err = http.NewResponseController(t.w).Flush()
	}
	if err != nil {
		t.Gone = true
		return
	} // a client may hang up as soon as it has its answer
	t.Status = response.StatusCode
	t.Outcome, t.Code, t.Reason = seen.Outcome, seen.Code, seen.Reason
}

// read returns the body of an answer, and what it tells the client.
func (t *telling) read(response *http.Response) (body []byte, seen observe.Observation) {
	if p, ok := response.Body.(*passed); ok {
		return p.text, p.seen
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err) // it is in memory
	}
	plain := body
	if isPacked(response.Header) {
		plain, err = gunzip(body)
	}
	var nothing *observe.Question // what the answer did is known from its delivery
	seen = nothing.Observe(response.StatusCode, plain)
	if err != nil || !rightChecksum(response.Header, body) {
		seen.Outcome, seen.Reason = counter.Unknown, counter.ReasonBadAnswer
	}
	return body, seen
}

// refusal is an answer of the proxy itself.
func (t *telling) refusal(status int, why string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: io.NopCloser(strings.NewReader(complaint(why)))}
}

func refuse(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, complaint(why)) // the client may have gone
}

// complaint is an error in DynamoDB's JSON, with a code that no store has.
func complaint(why string) string {
	text, err := json.Marshal(map[string]string{"__type": "com.contend.proxy#ProxyError", "message": "contend proxy: " + why})
	if err != nil {
		panic(err) // strings alone cannot fail
	}
	return string(text)
}

// breakOff passes on what there is of an answer, and then closes the connection.
func (t *telling) breakOff(b *brokenAnswer) {
	copyHeader(t.w.Header(), b.head.Header)
	t.w.WriteHeader(b.head.StatusCode)
	_, _ = t.w.Write(b.part) // the connection is closed anyway
	_ = http.NewResponseController(t.w).Flush()
	t.Reason = counter.ReasonBadAnswer
	panic(http.ErrAbortHandler)
}

// reset resets the client's connection.
func (t *telling) reset() {
	connection, _, err := http.NewResponseController(t.w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // not a connection of its own
	}
	if inner, ok := connection.(interface{ NetConn() net.Conn }); ok {
		connection = inner.NetConn()
	}
	if tcp, ok := connection.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // otherwise it is closed in order
	}
	_ = connection.Close()
}

func copyHeader(to, from http.Header) {
	for name, values := range from {
		if !slices.Contains(hopByHop[:], name) {
			to[name] = values
		}
	}
}

// isPacked reports whether a body is compressed by gzip.
func isPacked(header http.Header) bool {
	return strings.EqualFold(header.Get("Content-Encoding"), "gzip")
}

// gunzip unpacks a body, up to the limit for bodies.
func gunzip(body []byte) ([]byte, error) {
	plain, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(plain, maxBody+1))
	if err == nil && len(text) > maxBody {
		err = errors.New("too long")
	}
	return text, err
}

// rightChecksum reports whether a body has the checksum that its answer states.
func rightChecksum(header http.Header, body []byte) bool {
	stated := header.Get("X-Amz-Crc32")
	return stated == "" || stated == strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10)
}
