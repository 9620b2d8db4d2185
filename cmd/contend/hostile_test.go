package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"contend/counter"
	"contend/internal/embedded"
	"contend/internal/localtest"
)

// hostile is the embedded server behind a socket that can be closed and opened again, and
// behind a spoiler of answers.
type hostile struct {
	t       *testing.T
	address string
	store   atomic.Pointer[embedded.Server]
	spoil   atomic.Pointer[spoiler] // nil: nothing is spoilt
	spoilt  atomic.Int64
	seen    atomic.Int64 // writes
	atWrite atomic.Pointer[moment]
	mu      sync.Mutex
	http    *http.Server // guarded by mu
}

// spoiler answers a write. It calls forward to carry the write out.
type spoiler func(w http.ResponseWriter, r *http.Request, forward http.HandlerFunc)

// moment is a function that is called once, at a write.
type moment struct {
	write int64
	once  sync.Once
	then  func()
}

// everyTenth spoils one of ten writes, and the first, however few arrive.
const everyTenth = 10

func newHostile(t *testing.T, spoil spoiler) *hostile {
	t.Helper()
	h := &hostile{t: t, address: "127.0.0.1:0"}
	if spoil != nil {
		h.spoil.Store(&spoil)
	}
	h.store.Store(embedded.New(embedded.Config{}))
	h.open()
	t.Cleanup(h.close)
	return h
}

func (h *hostile) url() string { return "http://" + h.address }

func (h *hostile) open() {
	var listener net.Listener
	for try := 0; ; try++ {
		var err error
		if listener, err = net.Listen("tcp", h.address); err == nil {
			break
		}
		if try == 100 {
			h.t.Errorf("open again: %v", err)
			return
		}
		time.Sleep(10 * time.Millisecond) // real: no event says that the system has freed the port
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.address = listener.Addr().String()
	h.http = &http.Server{Handler: h}
	go func(s *http.Server) { _ = s.Serve(listener) }(h.http)
}

// close cuts every connection, as if the server were killed.
func (h *hostile) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	_ = h.http.Close()
}

// upon calls then once, before the n-th write is carried out.
func (h *hostile) upon(n int64, then func()) { h.atWrite.Store(&moment{write: n, then: then}) }

func (h *hostile) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	forward := func(w http.ResponseWriter, r *http.Request) { h.store.Load().ServeHTTP(w, r) }
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if operation != "UpdateItem" && operation != "TransactWriteItems" {
		forward(w, r)
		return
	}
	n := h.seen.Add(1)
	if m := h.atWrite.Load(); m != nil && n >= m.write {
		m.once.Do(m.then)
	}
	if spoil := h.spoil.Load(); spoil != nil && n%everyTenth == 1 {
		h.spoilt.Add(1)
		(*spoil)(w, r, forward)
		return
	}
	forward(w, r)
}

// total returns the value of the counter in the store.
func (h *hostile) total(t *testing.T, table string) int64 {
	t.Helper()
	server := httptest.NewServer(h.store.Load())
	defer server.Close()
	state, _, err := counter.NewAtomicAdd(localtest.Client(server.URL)).
		Read(t.Context(), counter.Key{Table: table, Name: "counter-0"}, true)
	if err != nil {
		t.Fatal(err)
	}
	return state.Value
}

// carriedOut has the store carry out a request, and returns the store's answer.
func carriedOut(r *http.Request, forward http.HandlerFunc) *httptest.ResponseRecorder {
	body, _ := io.ReadAll(r.Body)
	kept := r.Clone(context.WithoutCancel(r.Context()))
	kept.Body = io.NopCloser(bytes.NewReader(body))
	answer := httptest.NewRecorder()
	forward(answer, kept)
	return answer
}

func copyHeader(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
}

// The ways to spoil the answer to a write that was carried out.

func garbage(w http.ResponseWriter, r *http.Request, forward http.HandlerFunc) {
	carriedOut(r, forward)
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	_, _ = io.WriteString(w, "\x00\xff<html>502 Bad Gateway</html>")
}

func truncated(w http.ResponseWriter, r *http.Request, forward http.HandlerFunc) {
	answer := carriedOut(r, forward)
	copyHeader(w, answer)
	w.Header().Set("Content-Length", strconv.Itoa(answer.Body.Len()))
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()[:answer.Body.Len()/2])
	panic(http.ErrAbortHandler)
}

func wrongChecksum(w http.ResponseWriter, r *http.Request, forward http.HandlerFunc) {
	answer := carriedOut(r, forward)
	copyHeader(w, answer)
	w.Header().Set("X-Amz-Crc32", "1")
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// wrongLength announces a length that is too large, or half of the right one.
func wrongLength(factor float64) spoiler {
	return func(w http.ResponseWriter, r *http.Request, forward http.HandlerFunc) {
		answer := carriedOut(r, forward)
		conn, out, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		body := answer.Body.Bytes()
		fmt.Fprintf(out, "HTTP/1.1 %d %s\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: %d\r\n\r\n%s",
			answer.Code, http.StatusText(answer.Code), int(float64(len(body))*factor), body)
		_ = out.Flush()
	}
}

// errorAs200 answers a write that was carried out with an error's body.
func errorAs200(w http.ResponseWriter, r *http.Request, forward http.HandlerFunc) {
	carriedOut(r, forward)
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	_, _ = io.WriteString(w, `{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"try again"}`)
}

// never accepts a write, carries it out and does not answer.
func never(_ http.ResponseWriter, r *http.Request, forward http.HandlerFunc) {
	carriedOut(r, forward)
	<-r.Context().Done()
}

// seed makes the table with a new counter.
func seed(t *testing.T, store *embedded.Server) {
	server := httptest.NewServer(store)
	defer server.Close()
	client := localtest.Client(server.URL)
	if _, err := counter.CreateTable(t.Context(), client, "counters", counter.Traits{}); err != nil {
		t.Error(err)
		return
	}
	if err := counter.NewAtomicAdd(client).Create(t.Context(), counter.Key{Table: "counters", Name: "counter-0"}, 0); err != nil {
		t.Error(err)
	}
}
