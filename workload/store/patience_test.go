package store

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"contend/counter"
	"contend/workload/scenario"
)

// answering is a client in memory.
type answering func(*http.Request) (*http.Response, error)

func (a answering) Do(r *http.Request) (*http.Response, error) { return a(r) }

// ask sends a request that may take a second.
func ask(t *testing.T, next answering) (*http.Response, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	return patience{next, time.Second}.Do(r)
}

// TestARequestWithoutAnAnswerEndsInTime: the request ends at its time-out, and counts
// as one.
func TestARequestWithoutAnAnswerEndsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		_, err := ask(t, func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		if took := time.Since(began); took != time.Second {
			t.Errorf("it took %s", took)
		}
		if got := counter.Classify(&smithyhttp.RequestSendError{Err: err}); got.Outcome != counter.Unknown || got.Reason != counter.ReasonTimeout {
			t.Errorf("%v is called %+v", err, got)
		}
	})
}

// TestTheTimeEndsWithTheBody: the timer stops when the body is read to its end or
// closed, and not before.
func TestTheTimeEndsWithTheBody(t *testing.T) {
	for name, end := range map[string]func(io.ReadCloser) error{
		"read":   func(b io.ReadCloser) error { _, err := io.ReadAll(b); return err },
		"closed": io.ReadCloser.Close,
	} {
		synctest.Test(t, func(t *testing.T) {
			var ctx context.Context
			response, err := ask(t, func(r *http.Request) (*http.Response, error) {
				ctx = r.Context()
				return &http.Response{Body: io.NopCloser(strings.NewReader("{}"))}, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			if ctx.Err() != nil {
				t.Errorf("%s: over before: %v", name, ctx.Err())
			}
			if err := end(response.Body); err != nil {
				t.Error(err)
			}
			if !errors.Is(ctx.Err(), context.Canceled) {
				t.Errorf("%s: still waiting: %v", name, ctx.Err())
			}
		})
	}
}

// TestABodyThatNeverEndsEndsInTime: the timer still runs after the head of the answer.
func TestABodyThatNeverEndsEndsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		response, err := ask(t, func(r *http.Request) (*http.Response, error) {
			read, write := io.Pipe()
			context.AfterFunc(r.Context(), func() { write.CloseWithError(r.Context().Err()) })
			return &http.Response{Body: read}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.ReadAll(response.Body)
		if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || took != time.Second {
			t.Errorf("after %s: %v", took, err)
		}
	})
}

// TestNoMoreAttemptsThanConnections: no worker waits for one inside the client. The
// callers of combining wait for each other instead.
func TestNoMoreAttemptsThanConnections(t *testing.T) {
	for design, want := range map[string]int{counter.AtomicAddName: maxConnections, counter.CombiningName: 0} {
		s := scenario.Default()
		s.Strategy = design
		target := newTarget(URL, "http://127.0.0.1:1", aws.Config{Region: localRegion, Credentials: localCredentials()}, &s,
			newNetwork("http://127.0.0.1:1", Options{}))
		if target.InFlight != want {
			t.Errorf("%s: %d attempts, want %d", design, target.InFlight, want)
		}
	}
}

// TestEveryWorkerMayHaveAConnection: each may have its own, up to a limit that the
// report warns about.
func TestEveryWorkerMayHaveAConnection(t *testing.T) {
	for _, workers := range []int{8, 3000, maxConnections, 10_000} {
		way := newNetwork("http://127.0.0.1:1", Options{})
		s := scenario.Default()
		s.Load.Workers = workers
		newTarget("url", "http://127.0.0.1:1", aws.Config{Region: localRegion, Credentials: localCredentials()}, &s, way)
		want := min(workers, maxConnections)
		if most, kept := way.transport.MaxConnsPerHost, way.transport.MaxIdleConnsPerHost; most < want || kept < want {
			t.Errorf("%d workers: %d connections, of which %d are kept", workers, most, kept)
		}
		if warned := SharedConnections(workers) != ""; warned != (workers > maxConnections) {
			t.Errorf("%d workers: warned %t", workers, warned)
		}
	}
}
