package embedded

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Listener is a server on a socket.
type Listener struct {
	// Endpoint is its URL, such as "http://127.0.0.1:8000".
	Endpoint string

	http    http.Server
	serving sync.WaitGroup
	err     error

	handling sync.RWMutex // held for reading by each request in progress
	closed   bool         // guarded by handling
}

// Listen serves on a TCP address; port 0 takes a free one.
func (s *Server) Listen(address string) (*Listener, error) {
	socket, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	const headerPatience = 10 * time.Second
	l := &Listener{Endpoint: "http://" + socket.Addr().String()}
	l.http = http.Server{Handler: l.count(s), ReadHeaderTimeout: headerPatience}
	l.serving.Go(func() { l.err = l.http.Serve(socket) })
	return l, nil
}

// count makes the listener count the requests in progress.
func (l *Listener) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l.handling.RLock()
		defer l.handling.RUnlock()
		if !l.closed {
			next.ServeHTTP(w, r)
		}
	})
}

// Wait returns when the listener was closed, or with the error that ended it.
func (l *Listener) Wait() error {
	l.serving.Wait()
	if errors.Is(l.err, http.ErrServerClosed) {
		return nil
	}
	return l.err
}

// Close stops listening, waits for the requests in progress until ctx ends, and then
// cuts their connections. It returns when the last request has been carried out, at most
// half a modelled latency after ctx ends. The error is that of ctx if connections were
// cut.
func (l *Listener) Close(ctx context.Context) error {
	err := l.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, l.http.Close())
	}
	l.handling.Lock()
	l.closed = true
	l.handling.Unlock()
	return errors.Join(err, l.Wait())
}
