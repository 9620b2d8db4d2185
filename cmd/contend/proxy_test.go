package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// fault is what a proxy does to one request; forward carries it out.
type fault func(w http.ResponseWriter, r *http.Request, forward http.HandlerFunc)

// proxy KIND URL: puts a proxy with a fault before a server, and its address
// into the variable PROXY. Kinds:
//
//	holding     the first update reaches the server after a second and a half
func proxy(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: proxy KIND URL")
	}
	faults := map[string]fault{"holding": nth(1, "UpdateItem", hold)}
	wrong, known := faults[args[0]]
	if !known {
		ts.Fatalf("no proxy %q", args[0])
	}
	target, err := url.Parse(args[1])
	ts.Check(err)
	through := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wrong(w, r, through.ServeHTTP)
	}))
	ts.Defer(server.Close)
	ts.Setenv("PROXY", server.URL)
}

// nth makes a fault of the n-th request of an operation alone, counted from 1.
func nth(n int64, operation string, wrong fault) fault {
	var seen atomic.Int64
	return func(w http.ResponseWriter, r *http.Request, forward http.HandlerFunc) {
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+operation) && seen.Add(1) == n {
			wrong(w, r, forward)
			return
		}
		forward(w, r)
	}
}

// hold forwards a request late, whether or not its client still waits.
func hold(_ http.ResponseWriter, r *http.Request, forward http.HandlerFunc) {
	const held = 1500 * time.Millisecond
	body, _ := io.ReadAll(r.Body)
	<-time.After(held)
	late := r.Clone(context.WithoutCancel(r.Context()))
	late.Body = io.NopCloser(bytes.NewReader(body))
	forward(httptest.NewRecorder(), late) // to w it would end with the client
}
