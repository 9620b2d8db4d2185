package localtest

import (
	"context"
	"errors"
	"sync"
)

// servers is the one mutable variable of the package: a test function is given
// nothing in which a server could wait for it.
var servers pool

// pool keeps servers that no test has, for tests to come.
type pool struct {
	mu    sync.Mutex
	keeps bool
	idle  []*server
}

// take returns an empty server that nobody else has.
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

// Tests is what runs the tests of a package: a *testing.M.
type Tests interface{ Run() int }

// Main returns what runs the tests so that those that call Start share servers:
// each server is given to one test at a time, and emptied in between. To start
// one takes two seconds. When the tests have run, the servers are stopped.
func Main(tests Tests) Tests { return sharing{tests} }

type sharing struct{ tests Tests }

func (s sharing) Run() int {
	servers.mu.Lock()
	servers.keeps = true
	servers.mu.Unlock()
	defer servers.stop()
	return s.tests.Run()
}

// stop ends the servers that nobody has.
func (p *pool) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keeps = false
	for _, s := range p.idle {
		_ = s.stop()
	}
	p.idle = nil
}
