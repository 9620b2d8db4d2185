package store

import (
	"net/http"
	"testing"
	"time"

	"contend/counter"
	"contend/internal/embedded"
	"contend/workload/scenario"
)

type sent func(*http.Request) (*http.Response, error)

func (s sent) RoundTrip(r *http.Request) (*http.Response, error) { return s(r) }

// TestOnlyRequestsOfWorkersNameThem, and the caller's request stays as it was.
func TestOnlyRequestsOfWorkersNameThem(t *testing.T) {
	var got []string
	transport := &named{sent(func(r *http.Request) (*http.Response, error) {
		got = append(got, r.Header.Values(embedded.WorkerHeader)...)
		return nil, nil
	})}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1", nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, _ = transport.RoundTrip(r)
		_, _ = transport.RoundTrip(r.WithContext(counter.WithWire(t.Context(), &counter.Wire{Worker: 7})))
	}
	if len(got) != 2 || got[0] != "7" || got[1] != "7" || len(r.Header) != 0 {
		t.Errorf("sent %q; the request has %v", got, r.Header)
	}
}

// TestTheHeaderIsForLatenciesOfShares: other runs send what they always sent.
func TestTheHeaderIsForLatenciesOfShares(t *testing.T) {
	part := scenario.LatencyShare{Share: 0.5, ModelledLatency: scenario.ModelledLatency{Mean: time.Millisecond}}
	for _, parts := range [][]scenario.LatencyShare{nil, {part, part}} {
		s := scenario.Default()
		s.Name, s.Embedded.Latencies = "x", parts
		target, err := Open(t.Context(), &s, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer target.Close()
		if _, names := target.reached.next.(*named); names != (parts != nil) {
			t.Errorf("%d parts: the transport is a %T", len(parts), target.reached.next)
		}
	}
}
