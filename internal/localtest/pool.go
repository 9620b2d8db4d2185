package localtest

import (
	"context"
	"errors"
	"sync"
)

// servers is a variable of the package because test functions have no parameter in which
// they could share servers.
var servers pool

// pool keeps the servers that no test is using, for later tests.
type pool struct {
	mu    sync.Mutex
	keeps bool
	idle  []*server
}

// take returns an empty server that no other test is using.
func (p *pool) take(folder string) (*server, error) {
	if s := p.pop(); s != nil {
		return s, nil
	}
	return startServer(folder)
}

func (p *pool) pop() *server {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) == 0 {
		return nil
	}
	last := len(p.idle) - 1
	s := p.idle[last]
	p.idle = p.idle[:last]
	return s
}

// giveBack empties a server for the next test. A server that cannot be kept is
// stopped.
func (p *pool) giveBack(ctx context.Context, s *server) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.keeps {
		return s.stop()
	}
	if err := s.empty(ctx); err != nil {
		return errors.Join(err, s.stop())
	}
	p.idle = append(p.idle, s)
	return nil
}

// Tests runs the tests of a package; it is a *testing.M.
type Tests interface{ Run() int }

// Main returns Tests for which tests that call [Start] share servers: each server is
// used by one test at a time, and emptied in between. Starting one takes two seconds.
// After the tests the servers are stopped, and connections to a lender's are closed.
func Main(tests Tests) Tests { return sharing{tests} }

type sharing struct{ tests Tests }

func (s sharing) Run() int {
	servers.mu.Lock()
	servers.keeps = true
	servers.mu.Unlock()
	defer transport.CloseIdleConnections()
	defer servers.stop()
	return s.tests.Run()
}

// stop ends the servers that no test is using.
func (p *pool) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keeps = false
	for _, s := range p.idle {
		_ = s.stop()
	}
	p.idle = nil
}
