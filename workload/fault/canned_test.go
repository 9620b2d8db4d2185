package fault_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"contend/workload/fault"
)

// canned is a server that has one answer for everything.
type canned struct{}

func (canned) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: r}, nil
}

// requestOf is a request as the client makes it.
func requestOf(ctx context.Context, operation string) *http.Request {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://canned/", strings.NewReader("{}"))
	if err != nil {
		panic(err) // the URL is a constant
	}
	if operation != "" {
		r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	}
	return r
}

// isHit sends a request and reports whether its answer is a fault.
func isHit(t testing.TB, transport *fault.Transport, operation string, worker int) bool {
	t.Helper()
	response, err := transport.RoundTrip(requestOf(asWorker(t.Context(), worker), operation))
	if err != nil {
		t.Error(err)
		return true
	}
	return response.StatusCode != http.StatusOK
}
