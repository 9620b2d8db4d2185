package scripttest

import (
	"bytes"
	"context"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// spoilingProxy is the command "proxy KIND URL" of scripts: puts a proxy with a fault before a server, and its address
// into the variable PROXY. Kinds:
//
//	holding     the first update reaches the server after a second and a half
//	denying     updates are refused from the tenth on
//	losing      the answer to the first creation of a table is lost
//	silent      creations of tables are carried out and never answered
func spoilingProxy(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: proxy KIND URL")
	}
	faults := map[string]spoiler{
		"holding": from(1, 1, "UpdateItem", hold),
		"denying": from(10, math.MaxInt64, "UpdateItem", refuse),
		"losing":  from(1, 1, "CreateTable", lose),
		"silent":  from(1, math.MaxInt64, "CreateTable", mute),
	}
	wrong, known := faults[args[0]]
	if !known {
		ts.Fatalf("no proxy %q", args[0])
	}
	target, err := url.Parse(args[1])
	ts.Check(err)
	through := httputil.NewSingleHostReverseProxy(target)
	through.Transport = &http.Transport{DisableKeepAlives: true} // an open connection would hold up the server's end
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wrong(w, r, through.ServeHTTP)
	}))
	ts.Defer(server.Close)
	ts.Setenv("PROXY", server.URL)
}

// spoiler answers a request. It calls forward to have the server answer it.
type spoiler func(w http.ResponseWriter, r *http.Request, forward http.HandlerFunc)

// from makes a fault of the requests of an operation from the first to the
// last, counted from 1.
func from(first, last int64, operation string, wrong spoiler) spoiler {
	var seen atomic.Int64
	return func(w http.ResponseWriter, r *http.Request, forward http.HandlerFunc) {
		if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+operation) {
			forward(w, r)
			return
		}
		if n := seen.Add(1); n < first || n > last {
			forward(w, r)
			return
		}
		wrong(w, r, forward)
	}
}

func refuse(w http.ResponseWriter, r *http.Request, _ http.HandlerFunc) { deny(w, r) }

// hold forwards a request late, whether or not its client still waits.
func hold(_ http.ResponseWriter, r *http.Request, forward http.HandlerFunc) {
	const held = 1500 * time.Millisecond
	body, _ := io.ReadAll(r.Body)
	<-time.After(held)
	late := r.Clone(context.WithoutCancel(r.Context()))
	late.Body = io.NopCloser(bytes.NewReader(body))
	forward(httptest.NewRecorder(), late) // not to w, because a write to w ends when the client goes
}

// lose carries a request out and cuts its connection.
func lose(_ http.ResponseWriter, r *http.Request, forward http.HandlerFunc) {
	forward(httptest.NewRecorder(), r)
	panic(http.ErrAbortHandler)
}

// mute carries a request out and answers nothing until the client has gone.
func mute(_ http.ResponseWriter, r *http.Request, forward http.HandlerFunc) {
	forward(httptest.NewRecorder(), r)
	<-r.Context().Done()
}
