package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"contend/internal/embedded"
	"contend/internal/longtest"
	"contend/report"
)

var splitRuns = longtest.Flag("split-runs", 1, 100, "how many runs, and probes, of a server that sends head and body apart have to pass")

// splitting is a correct server that sends the head of each answer at once, and the body
// 2 ms later in a segment of its own, as servers in Python do.
func splitting(next http.Handler) http.Handler {
	const between = 2 * time.Millisecond
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		whole := httptest.NewRecorder()
		next.ServeHTTP(whole, r)
		for name, values := range whole.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(whole.Code)
		if err := http.NewResponseController(w).Flush(); err != nil {
			panic(err)
		}
		time.Sleep(between) // real: no event says that the system has sent the head
		_, _ = io.Copy(w, whole.Body)
	})
}

// TestAServerThatSplitsItsAnswersPasses: the client loses no answer of a correct server, in
// a run, its set-up or a probe.
func TestAServerThatSplitsItsAnswersPasses(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(splitting(embedded.New(embedded.Config{})))
	defer server.Close()
	for n := range splitRuns() {
		seed := strconv.Itoa(n + 1)
		code, stdout, stderr := contend(t, "run", "hot-key", "--target", server.URL, "--operations", "50", "--workers", "8", "--seed", seed,
			"--quiet", "--format", "json", "--out", filepath.Join(t.TempDir(), "run"))
		var got report.Report
		if err := json.Unmarshal([]byte(stdout), &got); err != nil || code != 0 || got.Tally.UnknownAttempts > 0 {
			t.Errorf("run %d: exit code %d, %d unknown attempts %v, %v\n%s", n, code, got.Tally.UnknownAttempts, got.FailuresByReason, err, stderr)
		}
		code, stdout, stderr = contend(t, "probe", server.URL, "--operations", "3", "--seed", seed)
		if code != 0 {
			t.Errorf("probe %d: exit code %d\n%s%s", n, code, stdout, stderr)
		}
	}
}

// TestARedirectionIsNotFollowed: requests go only to the server that the user named.
func TestARedirectionIsNotFollowed(t *testing.T) {
	var strayed atomic.Int64
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strayed.Add(1) }))
	defer elsewhere.Close()
	for _, status := range []int{http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
		server := httptest.NewServer(http.RedirectHandler(elsewhere.URL, status))
		var stdout, stderr bytes.Buffer
		code := run([]string{"contend", "run", "hot-key", "--target", server.URL, "--operations", "1", "--quiet",
			"--out", filepath.Join(t.TempDir(), "run")}, &stdout, &stderr)
		if code != 1 || strayed.Load() > 0 {
			t.Errorf("HTTP %d: exit code %d, %d requests went elsewhere\n%s", status, code, strayed.Load(), stderr.String())
		}
		server.Close()
	}
}
