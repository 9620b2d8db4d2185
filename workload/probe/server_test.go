package probe

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/logging"
	"go.uber.org/goleak"

	"contend/counter"
	"contend/internal/embedded"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// object is a JSON object of the protocol.
type object = map[string]any

// call is a request that a fault may change.
type call struct {
	operation string
	body      object
}

// reply is an answer, which a fault may change.
type reply struct {
	status int
	body   object
}

func (r reply) refused() bool {
	code, _ := r.body["__type"].(string)
	return strings.HasSuffix(code, "ConditionalCheckFailedException")
}

// fault answers in place of a correct server, which it can call.
type fault func(c call, server func(call) reply) reply

// faulty is the embedded server behind a fault, reached without sockets.
type faulty struct {
	server http.Handler
	fault  fault
}

func (f faulty) RoundTrip(request *http.Request) (*http.Response, error) {
	var body object
	if err := json.NewDecoder(request.Body).Decode(&body); err != nil {
		return nil, err
	}
	target := request.Header.Get("X-Amz-Target")
	prefix, operation, _ := strings.Cut(target, ".")
	answer := f.fault(call{operation, body}, func(c call) reply {
		text, _ := json.Marshal(c.body)
		inner := httptest.NewRequestWithContext(request.Context(), http.MethodPost, "http://embedded/", bytes.NewReader(text))
		inner.Header = request.Header.Clone()
		inner.Header.Set("X-Amz-Target", prefix+"."+c.operation)
		recorder := httptest.NewRecorder()
		f.server.ServeHTTP(recorder, inner)
		r := reply{status: recorder.Code}
		_ = json.Unmarshal(recorder.Body.Bytes(), &r.body)
		return r
	})
	text, err := json.Marshal(answer.body)
	return &http.Response{
		StatusCode: answer.status,
		Header:     http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
		Body:       io.NopCloser(bytes.NewReader(text)),
		Request:    request,
	}, err
}

func honest(c call, server func(call) reply) reply { return server(c) }

// ask runs the battery against the embedded server behind a fault.
func ask(t *testing.T, f fault) *Report {
	t.Helper()
	return Run(t.Context(), nil, configure(t, f))
}

func configure(t *testing.T, f fault) Config {
	t.Helper()
	server := embedded.New(embedded.Config{Latency: embedded.Latency{Mean: 300 * time.Microsecond, SD: 100 * time.Microsecond}, Seed: 1})
	setup := client(faulty{server, honest})
	if _, err := counter.CreateTable(t.Context(), setup, "table", counter.Traits{}); err != nil {
		t.Fatal(err)
	}
	if _, err := counter.CreateTable(t.Context(), setup, "collection", counter.Traits{SortKey: true}); err != nil {
		t.Fatal(err)
	}
	return Config{
		Client: client(faulty{server, f}), Other: client(faulty{server, f}), Table: "table", Collection: "collection", Workers: 4, Operations: 12, Seed: 1,
	}
}

func client(transport http.RoundTripper) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region:       "eu-west-3",
		BaseEndpoint: aws.String("http://embedded"),
		Credentials:  credentials.NewStaticCredentialsProvider("any", "any", ""),
		Retryer:      aws.NopRetryer{},
		Logger:       logging.Nop{},
		HTTPClient:   &http.Client{Transport: transport},
	})
}

// every passes each n-th request of an operation to a fault, and the others to the
// server.
func every(n int, operation string, f fault) fault {
	var mu sync.Mutex
	seen := 0
	return func(c call, server func(call) reply) reply {
		if c.operation != operation {
			return server(c)
		}
		mu.Lock()
		seen++
		due := seen%n == 0
		mu.Unlock()
		if !due {
			return server(c)
		}
		return f(c, server)
	}
}

// keyOf identifies the item of a request.
func keyOf(c call) string {
	key, _ := c.body["Key"].(object)
	text, _ := json.Marshal(key)
	return string(text)
}

// remembered holds the replies that a fault keeps between requests.
type remembered struct {
	mu      sync.Mutex
	replies map[string]reply
}

// swap stores a reply under a name, and returns the reply that it replaces.
func (r *remembered) swap(name string, new reply) (reply, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.replies == nil {
		r.replies = map[string]reply{}
	}
	old, ok := r.replies[name]
	r.replies[name] = new
	return old, ok
}
