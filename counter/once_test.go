package counter_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/counter"
	"contend/internal/embedded"
	"contend/internal/localtest"
)

// clumsy spoils the answers to updates, or does not send the updates.
type clumsy struct {
	http.RoundTripper
	spoil   func(*http.Response) (*http.Response, error) // nil: not sent
	instead func() (*http.Response, error)
	left    atomic.Int64 // to be spoiled
	sent    atomic.Int64
}

func (c *clumsy) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".UpdateItem") {
		return c.RoundTripper.RoundTrip(r)
	}
	c.sent.Add(1)
	if c.left.Add(-1) < 0 {
		return c.RoundTripper.RoundTrip(r)
	}
	if c.spoil == nil {
		return c.instead()
	}
	response, err := c.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return c.spoil(response)
}

func page(status int) (*http.Response, error) {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("<html>"))}, nil
}

// visit is the loop of the README.
func visit(ctx context.Context, visits *counter.Counter) error {
	err := visits.Add(ctx, 1)
	for errors.Is(err, counter.ErrOutOfSync) {
		err = visits.Add(ctx, 1)
	}
	return err
}

// TestAVisitIsNeverCountedTwice: when the SDK's own retry followed a lost answer, the
// counter lost against its own write, and the README's loop counted the visit again.
func TestAVisitIsNeverCountedTwice(t *testing.T) {
	lose := func(*http.Response) (*http.Response, error) { return nil, syscall.ECONNRESET }
	refuse := func(body string) func() (*http.Response, error) {
		return func() (*http.Response, error) {
			response, err := page(400)
			response.Body = io.NopCloser(strings.NewReader(body))
			return response, err
		}
	}
	for _, c := range []struct {
		what    string
		spoil   func(*http.Response) (*http.Response, error)
		instead func() (*http.Response, error)
		outcome counter.Outcome // of the visit
		sent    int64
	}{
		{"the answer is lost", lose, nil, counter.Unknown, 1},
		{"HTTP 500 after the change", func(*http.Response) (*http.Response, error) { return page(500) }, nil, counter.Unknown, 1},
		{"HTTP 503 after the change", func(*http.Response) (*http.Response, error) { return page(503) }, nil, counter.Unknown, 1},
		{"half an answer", func(r *http.Response) (*http.Response, error) {
			r.Body = io.NopCloser(io.MultiReader(strings.NewReader("{"), iotestErr{syscall.ECONNRESET}))
			return r, nil
		}, nil, counter.Unknown, 1},
		{"throttled, which the client may repeat", nil, refuse(`{"__type":"ThrottlingException"}`), counter.Applied, 2},
	} {
		for name, retryer := range map[string]func() aws.Retryer{
			"standard": func() aws.Retryer { return retry.NewStandard(soon) },
			"adaptive": func() aws.Retryer {
				return retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) { o.StandardOptions = append(o.StandardOptions, soon) })
			},
			"of one's own": func() aws.Retryer { return eager{retry.NewStandard(soon)} },
		} {
			t.Run(c.what+", "+name, func(t *testing.T) {
				listener, err := embedded.New(embedded.Config{}).Listen("127.0.0.1:0")
				if err != nil {
					t.Fatal(err)
				}
				defer listener.Close(context.Background())
				transport := &clumsy{RoundTripper: &http.Transport{DisableKeepAlives: true}, spoil: c.spoil, instead: c.instead}
				client := dynamodb.New(localtest.Client(listener.Endpoint).Options(), func(o *dynamodb.Options) {
					o.Retryer, o.HTTPClient = retryer(), &http.Client{Transport: transport}
					o.Credentials = credentials.NewStaticCredentialsProvider("a", "b", "")
				})
				if _, err := counter.CreateTable(t.Context(), client, "counters", counter.Traits{}); err != nil {
					t.Fatal(err)
				}
				visits, err := counter.Open(t.Context(), client, counter.Key{Table: "counters", Name: "visits"}, 0)
				if err != nil {
					t.Fatal(err)
				}
				transport.left.Store(1)
				err = visit(t.Context(), visits)
				if got := counter.Classify(err); got.Outcome != c.outcome || transport.sent.Load() != c.sent {
					t.Errorf("got %v after %d requests, want %v after %d (%v)", got, transport.sent.Load(), c.outcome, c.sent, err)
				}
				if err := visits.Refresh(t.Context()); err != nil || visits.Value() != 1 {
					t.Errorf("one visit was counted as %s, %v", visits, err)
				}
			})
		}
	}
}

func soon(o *retry.StandardOptions) { o.MaxBackoff = time.Millisecond }

// eager is a retryer that repeats everything that fails, and ignores contexts.
type eager struct{ aws.Retryer }

func (eager) IsErrorRetryable(error) bool { return true }

type iotestErr struct{ err error }

func (e iotestErr) Read([]byte) (int, error) { return 0, e.err }
