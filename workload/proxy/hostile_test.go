package proxy_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"contend/counter"
	"contend/internal/embedded"
	"contend/workload/fault"
	"contend/workload/proxy"
)

// spoilt are ways in which a store may answer an update that it has carried out. carriedOut
// is its right answer.
var spoilt = map[string]func(w http.ResponseWriter, carriedOut *httptest.ResponseRecorder){
	"truncated": func(w http.ResponseWriter, right *httptest.ResponseRecorder) {
		w.Header().Set("Content-Length", strconv.Itoa(right.Body.Len()+10))
		w.WriteHeader(right.Code)
		_, _ = w.Write(right.Body.Bytes())
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	},
	"half announced": func(w http.ResponseWriter, right *httptest.ResponseRecorder) {
		connection, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		defer connection.Close()
		fmt.Fprintf(connection, "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: %d\r\n\r\n%s", right.Body.Len()/2, right.Body)
	},
	"no HTTP": func(w http.ResponseWriter, _ *httptest.ResponseRecorder) {
		connection, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		defer connection.Close()
		fmt.Fprint(connection, "SSH-2.0-OpenSSH_9.2\r\n")
	},
	"a page": func(w http.ResponseWriter, _ *httptest.ResponseRecorder) {
		w.WriteHeader(500)
		fmt.Fprint(w, "<html>Bad Gateway</html>")
	},
	"a page as a success": func(w http.ResponseWriter, _ *httptest.ResponseRecorder) { fmt.Fprint(w, "\x00\xff<html>") },
	"an error as a success": func(w http.ResponseWriter, _ *httptest.ResponseRecorder) {
		fmt.Fprint(w, `{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}`)
	},
	"a wrong checksum": func(w http.ResponseWriter, right *httptest.ResponseRecorder) {
		w.Header().Set("X-Amz-Crc32", "1")
		_, _ = w.Write(right.Body.Bytes())
	},
	"closed": func(http.ResponseWriter, *httptest.ResponseRecorder) { panic(http.ErrAbortHandler) },
	"gzip that is none": func(w http.ResponseWriter, right *httptest.ResponseRecorder) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(right.Body.Bytes())
	},
}

// spoiling is a store that answers updates in a way of spoilt.
func spoiling(store http.Handler, spoil func(http.ResponseWriter, *httptest.ResponseRecorder)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".UpdateItem") {
			store.ServeHTTP(w, r)
			return
		}
		right := httptest.NewRecorder()
		store.ServeHTTP(right, r)
		spoil(w, right)
	})
}

const (
	aTable   = `{"TableName":"visits","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"page","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"page","AttributeType":"S"}]}`
	anUpdate = `{"TableName":"visits","Key":{"page":{"S":"home"}},"UpdateExpression":"ADD hits :d","ExpressionAttributeValues":{":d":{"N":"1"}}}`
)

// raw sends an update on a connection of its own and returns all that comes, until the end
// of the answer or of the connection.
func raw(t *testing.T, to string) (status int, body string, err error) {
	t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	connection, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(connection, "POST / HTTP/1.1\r\nHost: x\r\nAuthorization: AWS4-HMAC-SHA256 Credential=c/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0\r\n"+
		"X-Amz-Target: DynamoDB_20120810.UpdateItem\r\nContent-Length: %d\r\n\r\n%s", len(anUpdate), anUpdate)
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), err
}

// TestHostileStores: whatever a store answers, the client gets it as it is or a clear
// error, nothing hangs, and the proxy claims nothing that it does not know.
func TestHostileStores(t *testing.T) {
	for name, spoil := range spoilt {
		t.Run(name, func(t *testing.T) {
			noted := make(chan *proxy.Exchange, 10)
			to := behind(t, spoiling(embedded.New(embedded.Config{}), spoil), func(c *proxy.Config) { c.Note = func(x *proxy.Exchange) { noted <- x } })
			send(t, to, "CreateTable", []byte(aTable))
			<-noted
			status, body, err := raw(t, to)
			var timeout interface{ Timeout() bool }
			if errors.As(err, &timeout) && timeout.Timeout() {
				t.Fatal("it hangs")
			}
			if status == http.StatusBadGateway && !strings.Contains(body, "contend proxy: the store cannot be reached") {
				t.Errorf("%d %s", status, body)
			}
			x := <-noted
			if len(x.Deliveries) != 1 || x.Outcome != counter.Unknown {
				t.Fatalf("outcome %s of %+v", x.Outcome, x.Deliveries)
			}
			d := &x.Deliveries[0]
			if d.Outcome != counter.Unknown || len(d.Effects) != 1 || d.Effects[0].Delta != 1 || d.Effects[0].After.Known {
				t.Errorf("delivery: %+v", d)
			}
			if name == "truncated" && (err == nil || status != http.StatusOK) {
				t.Errorf("a truncated answer came as %d %q, %v", status, body, err)
			}
		})
	}
}

// TestHostileStoresUnwatched: the client of a request that concerns nothing watched was told
// just as little.
func TestHostileStoresUnwatched(t *testing.T) {
	for name, spoil := range spoilt {
		noted := make(chan *proxy.Exchange, 10)
		to := behind(t, spoiling(embedded.New(embedded.Config{}), spoil), func(c *proxy.Config) {
			c.Watch, c.Note = nil, func(x *proxy.Exchange) { noted <- x }
		})
		send(t, to, "CreateTable", []byte(aTable))
		if x := <-noted; x.Outcome != counter.Applied {
			t.Errorf("%s: the outcome of CreateTable is %s", name, x.Outcome)
		}
		_, _, _ = raw(t, to)
		if x := <-noted; x.Outcome != counter.Unknown || x.Reason == "" {
			t.Errorf("%s: outcome %s, %q", name, x.Outcome, x.Reason)
		}
	}
}

// TestAStoreThatIsNotThere: nothing was sent, and the client is told why.
func TestAStoreThatIsNotThere(t *testing.T) {
	to := behind(t, http.NotFoundHandler(), func(c *proxy.Config) { c.Upstream.URL = &url.URL{Scheme: "http", Host: "127.0.0.1:1"} })
	response, answer := send(t, to, "UpdateItem", []byte(anUpdate))
	if response.StatusCode != http.StatusBadGateway || !strings.Contains(string(answer), "connection refused") {
		t.Errorf("%d %s", response.StatusCode, answer)
	}
}

// TestASilentStore: the client waits as long as it likes, the proxy a limited time.
func TestASilentStore(t *testing.T) {
	release := make(chan struct{})
	silent := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	defer close(release)
	to := behind(t, silent, func(c *proxy.Config) { c.Patience, c.Watch = 50*time.Millisecond, nil })
	response, answer := send(t, to, "UpdateItem", []byte(anUpdate))
	if response.StatusCode != http.StatusGatewayTimeout || !strings.Contains(string(answer), "the store did not answer") {
		t.Errorf("%d %s", response.StatusCode, answer)
	}
}

// TestAClientThatLeaves: the store carries the request out all the same, and the proxy
// learns its answer.
func TestAClientThatLeaves(t *testing.T) {
	noted := make(chan *proxy.Exchange, 10)
	arrived, release := make(chan struct{}), make(chan struct{})
	store := embedded.New(embedded.Config{})
	slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".UpdateItem") {
			close(arrived)
			<-release
		}
		store.ServeHTTP(w, r)
	})
	serving := make(chan context.Context, 10)
	to := behind(t, slow, func(c *proxy.Config) { c.Note = func(x *proxy.Exchange) { noted <- x } }, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serving <- r.Context(); next.ServeHTTP(w, r) })
	})
	send(t, to, "CreateTable", []byte(aTable))
	<-noted
	<-serving
	ctx, leave := context.WithCancel(t.Context())
	go func() { <-arrived; leave() }()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(anUpdate))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810.UpdateItem")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=c/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
	transport := new(http.Transport)
	if response, err := transport.RoundTrip(r); err == nil {
		response.Body.Close()
		t.Fatal("an answer came")
	}
	transport.CloseIdleConnections()
	<-(<-serving).Done() // the proxy knows that its client has left
	close(release)
	x := <-noted
	if d := x.Deliveries[0]; d.Outcome != counter.Applied || x.Outcome != counter.Unknown || len(d.Effects) != 1 || d.Effects[0].After.Value != 1 {
		t.Errorf("%+v", x)
	}
}

// TestEveryFault: each kind of fault ends for the client as its name says, and the proxy
// knows what the store did.
func TestEveryFault(t *testing.T) {
	for _, c := range []struct {
		kind       fault.Kind
		deliveries int
		status     int // 0: no answer
		outcome    counter.Outcome
	}{
		{fault.LostRequest, 0, 0, counter.Unknown}, {fault.LostReply, 1, 0, counter.Unknown}, {fault.Throttle, 0, 400, counter.Throttled},
		{fault.ServerErrorBefore, 0, 500, counter.Unknown}, {fault.ServerErrorAfter, 1, 500, counter.Unknown}, {fault.Duplicate, 2, 200, counter.Applied},
		{fault.Partition, 0, 0, counter.Unknown}, {fault.LateRequest, 1, 200, counter.Applied},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			rule := fault.Rule{Kind: c.kind, Count: 1, On: []string{"UpdateItem"}, Table: "vis*", Key: "home"}
			if c.kind == fault.LateRequest {
				rule.Delay.Mean = time.Millisecond
			}
			noted := make(chan *proxy.Exchange, 10)
			to := behind(t, embedded.New(embedded.Config{}), func(p *proxy.Config) {
				p.Rules, p.Note = []fault.Rule{rule}, func(x *proxy.Exchange) { noted <- x }
			})
			send(t, to, "CreateTable", []byte(aTable))
			<-noted
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			if c.status != 0 {
				ctx = t.Context()
			}
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(anUpdate))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("X-Amz-Target", "DynamoDB_20120810.UpdateItem")
			r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=c/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
			transport := new(http.Transport)
			defer transport.CloseIdleConnections()
			response, err := transport.RoundTrip(r)
			status := 0
			if err == nil {
				status = response.StatusCode
				response.Body.Close()
			}
			x := <-noted
			if status != c.status || len(x.Deliveries) != c.deliveries || x.Outcome != c.outcome || len(x.Faults) != 1 {
				t.Errorf("status %d, %d deliveries, outcome %s, faults %v", status, len(x.Deliveries), x.Outcome, x.Faults)
			}
			if c.deliveries == 2 && x.Deliveries[1].Effects[0].After.Value != 2 {
				t.Errorf("the second delivery: %+v", x.Deliveries[1])
			}
		})
	}
}
