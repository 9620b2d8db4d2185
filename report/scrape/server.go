package scrape

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"contend/internal/crash"
	"contend/workload/measure"
	"contend/workload/scenario"
)

// Path is where the metrics are.
const Path = "/metrics"

// ErrAddress is the error of an address that is not one.
var ErrAddress = errors.New("is not an address such as 127.0.0.1:9464")

// Server shows the run that was begun last, until it is closed. It is safe for use by
// several goroutines.
type Server struct {
	listener net.Listener
	http     http.Server
	serving  sync.WaitGroup
	err      error // of serving
	run      atomic.Pointer[Run]
}

// Listen begins to serve at an address: HOST:PORT, or a port alone, which is of 127.0.0.1.
// The caller must close the server.
func Listen(address string) (*Server, error) {
	if !strings.Contains(address, ":") {
		address = ":" + address
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("%q %w", address, ErrAddress)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, err
	}
	const patience = 5 * time.Second
	s := &Server{listener: listener}
	registry := prometheus.NewRegistry()
	if err := registry.Register(s); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+Path, promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: patience}))
	s.http = http.Server{Handler: mux, ReadHeaderTimeout: patience, ReadTimeout: patience, WriteTimeout: 2 * patience, IdleTimeout: time.Minute, MaxHeaderBytes: 1 << 14}
	s.serving.Go(func() { s.err = crash.Catch(func() error { return s.http.Serve(listener) }) })
	return s, nil
}

// URL is where the metrics are.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() + Path }

// Loopback reports whether only this machine can reach the server.
func (s *Server) Loopback() bool {
	address, ok := s.listener.Addr().(*net.TCPAddr)
	return ok && address.IP.IsLoopback()
}

// Begin shows a run from now on. variant tells it from the other runs of a campaign; "" for
// a single run.
func (s *Server) Begin(what *scenario.Scenario, variant string, live *measure.Live) *Run {
	r := newRun(what, variant, live)
	s.run.Store(r)
	return r
}

// Finish is told the result of the run that was begun last.
func (s *Server) Finish(result *measure.Result) {
	if r := s.run.Load(); r != nil {
		r.Finish(result)
	}
}

// Shows reports whether a run was begun.
func (s *Server) Shows() bool { return s.run.Load() != nil }

// Describe implements [prometheus.Collector]: what is collected depends on the run.
func (s *Server) Describe(chan<- *prometheus.Desc) {}

// Collect implements [prometheus.Collector].
func (s *Server) Collect(to chan<- prometheus.Metric) {
	if r := s.run.Load(); r != nil {
		r.collect(to)
	}
}

// Close ends the server, after the scrapes in progress.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.http.Close()
	}
	s.serving.Wait()
	if errors.Is(s.err, http.ErrServerClosed) {
		return err
	}
	return errors.Join(err, s.err)
}
