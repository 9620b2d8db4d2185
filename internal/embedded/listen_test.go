package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"contend/internal/embedded"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const createBody = `{"TableName":"table","BillingMode":"PAY_PER_REQUEST",` +
	`"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}`

// listen serves on a socket, which the caller closes.
func listen(t *testing.T, server *embedded.Server) (*embedded.Listener, peer) {
	t.Helper()
	listener, err := server.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{ExpectContinueTimeout: time.Minute}
	t.Cleanup(transport.CloseIdleConnections)
	return listener, peer{listener.Endpoint, transport}
}

func TestListen(t *testing.T) {
	listener, server := listen(t, embedded.New(embedded.Config{}))
	if !strings.HasPrefix(listener.Endpoint, "http://127.0.0.1:") {
		t.Errorf("endpoint %q", listener.Endpoint)
	}
	if got := server.ask(t, call{"CreateTable", createBody}); !strings.HasPrefix(got, "200 ") {
		t.Error(got)
	}
	if got := server.ask(t, call{"ListTables", "{}"}); got != `200 {"TableNames":["table"]}` {
		t.Error(got)
	}
	if err := listener.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if err := listener.Wait(); err != nil {
		t.Errorf("Wait after Close: %v", err)
	}
	if connection, err := net.Dial("tcp", strings.TrimPrefix(listener.Endpoint, "http://")); err == nil {
		_ = connection.Close()
		t.Error("it still listens")
	}
}

func TestListenOnAPortInUse(t *testing.T) {
	listener, _ := listen(t, embedded.New(embedded.Config{}))
	_, err := embedded.New(embedded.Config{}).Listen(strings.TrimPrefix(listener.Endpoint, "http://"))
	if !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("got %v, want address in use", err)
	}
	if err := listener.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestCloseWaitsForRequests: a request in progress is answered.
func TestCloseWaitsForRequests(t *testing.T) {
	listener, server := listen(t, embedded.New(embedded.Config{Latency: embedded.Latency{Mean: 50 * time.Millisecond}}))
	answered := begin(t, server, call{"ListTables", "{}"})
	if err := listener.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if got := <-answered; got != `200 {"TableNames":[]}` {
		t.Errorf("got %s", got)
	}
}

// TestCloseCutsRequests: Close returns early if its context ends. Only requests that may
// still change something are waited for: after Close nothing changes any more.
func TestCloseCutsRequests(t *testing.T) {
	const attempts = 20 // Close may come before the request was read
	for range attempts {
		if closeDuringCreate(t) {
			return
		}
	}
	t.Errorf("in %d attempts no request in progress was carried out before Close returned", attempts)
}

// closeDuringCreate closes a server on the way to create a table, and reports
// whether the table is there.
func closeDuringCreate(t *testing.T) bool {
	t.Helper()
	const latency = 2 * time.Second // Close may take half of it; a busy machine adds some
	store := embedded.New(embedded.Config{Latency: embedded.Latency{Mean: latency}})
	listener, server := listen(t, store)
	answered := begin(t, server, call{"CreateTable", createBody})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	started := time.Now()
	if err := listener.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
	if took := time.Since(started); took >= latency {
		t.Errorf("it took %v, as long as the whole request", took)
	}
	if got := <-answered; !strings.HasPrefix(got, "cut: ") {
		t.Errorf("got %s, want a connection that was cut", got)
	}
	return peer{"http://embedded", inProcess{store}}.ask(t, call{"ListTables", "{}"}) == `200 {"TableNames":["table"]}`
}

// begin sends a request, and returns when the server has most probably read its body and
// begun to work. The answer comes through the channel.
func begin(t *testing.T, server peer, c call) <-chan string {
	t.Helper()
	sent, answered := make(chan struct{}), make(chan string, 1)
	trace := &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { close(sent) }}
	r := request(c.operation, c.body).WithContext(httptrace.WithClientTrace(context.WithoutCancel(t.Context()), trace))
	r.Header.Set("Expect", "100-continue")
	endpoint, err := url.Parse(server.endpoint)
	if err != nil {
		t.Fatal(err)
	}
	r.URL = endpoint
	go func() {
		response, err := server.transport.RoundTrip(r)
		if err != nil {
			answered <- "cut: " + err.Error()
			return
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			answered <- "cut: " + err.Error()
			return
		}
		answered <- fmt.Sprintf("%d %s", response.StatusCode, body)
	}()
	<-sent
	// The answer to a request that is refused has no modelled latency.
	if got := server.send(t, headerCase{"POST", "", ""}.request()); !strings.HasPrefix(got, "400 ") {
		t.Errorf("got %s, want a refusal", got)
	}
	return answered
}
