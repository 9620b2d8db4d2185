package crew

import (
	"context"
	"errors"
	"fmt"
	"time"

	"contend/workload/exec"
	"contend/workload/proxy"
)

// seat is the place of one worker's process, and of those that come after it.
type seat struct {
	crew    *Crew
	number  int
	process *exec.Process // nil: it must be started
	place   *place
	starts  int
	failed  int // starts in a row that were in vain: the process took no operation
}

// place is the port of one process at the proxy.
type place struct {
	worker   int
	listener *proxy.Listener
	// operation is the one in progress, and is guarded by the crew's lock; nil: none.
	operation *operation
}

// maxStarts is how many starts in a row may be in vain before the run ends.
const maxStarts = 3

// start starts a process at a port of its own.
func (s *seat) start(ctx context.Context) error {
	c := s.crew
	name := fmt.Sprintf("process %d", s.number)
	if s.starts > 0 {
		name += fmt.Sprintf(" (start %d)", s.starts+1)
	}
	s.starts++
	if err := s.shut(); err != nil {
		return err
	}
	s.place = &place{worker: s.number}
	c.mu.Lock()
	c.places[name] = s.place
	c.mu.Unlock()
	var err error
	if s.place.listener, err = c.proxy.Listen("127.0.0.1:0", name, nil); err != nil {
		return err
	}
	s.process, err = exec.Start(ctx, exec.Config{
		Name: name, Command: c.Command, Environment: c.environment(s.number, s.place.listener.Endpoint), Stderr: c.Stderr(s.number),
		Hello: c.hello(), StartTimeout: c.Scenario.Exec.StartTimeout, OnLine: c.OnLine,
	})
	return err
}

// shut closes the port of the last process.
func (s *seat) shut() error {
	if s.place == nil || s.place.listener == nil {
		return nil
	}
	const patience = time.Second
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	listener := s.place.listener
	s.place.listener = nil
	return listener.Close(ctx)
}

// restart starts a process if there is none. It tries a few times.
func (s *seat) restart(ctx context.Context) error {
	for s.process == nil {
		err := s.start(ctx)
		var breach *exec.Breach
		if err != nil && (!errors.As(err, &breach) || s.noteUselessStart() || ctx.Err() != nil) {
			return err
		}
	}
	return nil
}

// noteUselessStart notes that the last start was in vain. It reports whether that was once
// too often.
func (s *seat) noteUselessStart() (tooOften bool) {
	s.failed++
	return s.failed >= maxStarts
}

// dismiss kills the process, which is of no use any more.
func (s *seat) dismiss() error {
	if s.process == nil {
		return nil
	}
	err := s.process.Kill()
	s.process = nil
	return err
}

// leave ends the process with a bye.
func (s *seat) leave() error {
	if s.process == nil {
		return nil
	}
	err := s.process.Close()
	s.process = nil
	var breach *exec.Breach
	if !errors.As(err, &breach) {
		return err
	}
	s.crew.mu.Lock()
	defer s.crew.mu.Unlock()
	s.crew.warnings.add("the program broke the protocol", "after its last operation, %s", breach)
	return nil
}
