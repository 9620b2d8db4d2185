package watching_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"contend/workload/proxy"
)

// blank is a body without an end.
type blank struct{}

func (blank) Read(into []byte) (int, error) { return len(into), nil }

// TestTooLong: a proxy refuses a request beyond its limit in words. The test is here because
// the race detector, with which those of the proxy itself run, takes several times as long
// for so much memory. At full length, one of those sends such a request over a connection.
func TestTooLong(t *testing.T) {
	echo := func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }
	p := proxy.New(proxy.Config{Upstream: proxy.Upstream{Handler: http.HandlerFunc(echo)}})
	t.Cleanup(p.Close)
	for size, want := range map[int64]int{64<<20 + 1: http.StatusRequestEntityTooLarge, 1 << 20: http.StatusOK} {
		answer := httptest.NewRecorder()
		p.Handler("program").ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", io.LimitReader(blank{}, size)))
		if refused := strings.Contains(answer.Body.String(), "longer than"); answer.Code != want || refused != (want != http.StatusOK) {
			t.Errorf("%d bytes: %d %.20q", size, answer.Code, answer.Body)
		}
	}
}
