package store

import (
	"context"
	"errors"

	"contend/internal/clock"
	"contend/internal/embedded"
	"contend/workload/scenario"
)

// Server is an embedded server for other programs.
type Server struct {
	// Endpoint is its URL.
	Endpoint string

	server   *embedded.Server
	listener *embedded.Listener
}

// Serve starts the embedded server of a scenario at an address such as 127.0.0.1:8000. The
// caller must close it. The error is that of listening.
func Serve(s *scenario.Scenario, address string) (*Server, error) {
	server := newServer(s, clock.Clock{})
	listener, err := server.Listen(address)
	if err != nil {
		return nil, err
	}
	return &Server{listener.Endpoint, server, listener}, nil
}

// Planted returns how often each planted fault has happened.
func (s *Server) Planted() []Planted { return plantedIn(s.server) }

// Close ends the server. It waits for requests in progress until the context ends. The
// error is that of closing the socket, or a panic of a request.
func (s *Server) Close(ctx context.Context) error {
	return errors.Join(s.listener.Close(ctx), s.server.Err())
}
