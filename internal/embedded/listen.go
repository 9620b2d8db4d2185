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
}

// Listen serves on a TCP address; port 0 takes a free one.
func (s *Server) Listen(address string) (*Listener, error) {
	socket, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	const headerPatience = 10 * time.Second
	l := &Listener{
		Endpoint: "http://" + socket.Addr().String(),
		http:     http.Server{Handler: s, ReadHeaderTimeout: headerPatience},
	}
	l.serving.Go(func() { l.err = l.http.Serve(socket) })
	return l, nil
}

// Wait returns when the listener was closed, or with the error that ended it.
func (l *Listener) Wait() error {
	l.serving.Wait()
	if errors.Is(l.err, http.ErrServerClosed) {
		return nil
	}
	return l.err
}

// Close stops listening, waits for the requests in progress until ctx ends, and
// then cuts them off. No goroutine of the listener is left, except of handlers
// that still sleep a modelled latency.
func (l *Listener) Close(ctx context.Context) error {
	err := l.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, l.http.Close())
	}
	return errors.Join(err, l.Wait())
}
