package clock

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// scheduler is a simulation that goes on. All but the fields that say so belong to the
// process that runs, or to the scheduler while none does.
type scheduler struct {
	ctx     context.Context
	start   time.Time
	now     atomic.Int64            // in nanoseconds since start; anybody may read it
	steps   atomic.Uint64           // anybody may read it
	current atomic.Pointer[process] // the one that runs; anybody may read it

	agenda    agenda
	decided   uint64     // entries so far
	processes []*process // that have not ended
	stacks    []*stack   // that no process uses
	watched   []*watch   // channels from outside
	first     *process
	cut       bool  // ctx has ended, and time stands still
	left      int   // steps until all must have ended, once it is cut
	maxSteps  int   // see [Simulation.MaxSteps]
	atOnce    int   // steps so far at this moment
	failure   error // what ended the simulation early
	exited    bool  // a process called runtime.Goexit
}

// watch is a channel whose end fires an event.
type watch struct {
	closed <-chan struct{}
	event  *Event
}

func newScheduler(ctx context.Context, start time.Time) *scheduler {
	return &scheduler{ctx: ctx, start: start.Round(0)}
}

func (s *scheduler) time() time.Time { return s.start.Add(time.Duration(s.now.Load())) }

// since takes a third of the time of [time.Time.Sub], which looks for overflows. Simulations
// are of moments that nanoseconds since 1970 can hold.
func (s *scheduler) since(t time.Time) time.Duration {
	return time.Duration(s.start.UnixNano() + s.now.Load() - t.UnixNano())
}

// begin adds a process, which begins at this moment.
func (s *scheduler) begin(name string, step func() (rest Rest, more bool)) {
	p := newProcess(s, name, step)
	if s.first == nil {
		s.first = p
	}
	p.index = len(s.processes)
	s.processes = append(s.processes, p)
	s.goOn(p, s.now.Load())
}

// decide decides when a turn is, whatever was decided before.
func (s *scheduler) decide(t *turn, at int64) {
	s.decided++
	t.order = s.decided
	s.agenda.add(entry{at: at, order: s.decided, turn: t})
}

// goOn decides that a process goes on at a moment, unless it is woken before.
func (s *scheduler) goOn(p *process, at int64) { s.decide(&p.turn, at) }

// wake makes a process that waits go on at this moment.
func (s *scheduler) wake(p *process) { s.goOn(p, s.now.Load()) }

// stepsUnseen is after how many steps the scheduler looks at what happens outside.
const stepsUnseen = 256

// stepsAfterEnd bounds the steps after the end of the simulation's context, of a hundred
// processes or fewer; more have more. A process that looks at its context needs a few.
const stepsAfterEnd = 100_000

// run carries out the processes until the first one has ended.
func (s *scheduler) run() {
	s.lookOutside()
	for !s.first.ended && s.failure == nil {
		e, ok := s.agenda.next()
		if !ok {
			if s.lookOutside(); len(s.agenda) == 0 {
				s.failure = s.deadlock()
			}
			continue
		}
		if e.isStale() {
			continue
		}
		if !s.cut && e.at != s.now.Load() {
			s.now.Store(e.at)
			s.atOnce = 0
		}
		if e.turn.do != nil {
			e.turn.do()
			continue
		}
		s.step(e.turn.process)
		if s.steps.Load()%stepsUnseen == 0 {
			s.lookOutside()
		}
	}
}

// step lets a process run until it waits, rests or ends.
func (s *scheduler) step(p *process) {
	s.steps.Add(1)
	if s.cut {
		if s.left--; s.left < 0 {
			s.failure = &EndlessError{Processes: s.names()}
			return
		}
	}
	if !s.mayStep(p) {
		return
	}
	if p.task.do != nil && s.doTask(p) {
		return
	}
	s.resume(p)
	switch {
	case p.isWaiting: // in the middle of a step
	case !p.ended:
		s.dropStack(p)
		s.rest(p)
	default:
		s.dropStack(p)
		s.remove(p)
		if p.failure != nil {
			s.failure = fmt.Errorf("process %q: %w", p.name, p.failure)
		}
	}
}

// resume runs a process until it gives its turn back.
func (s *scheduler) resume(p *process) {
	if p.stack == nil {
		p.waits.leave() // if it rested
		p.stack = s.stackFor(p)
	}
	p.isWaiting = false
	s.current.Store(p)
	exited := true
	defer func() { s.exited = s.exited || exited }()
	p.stack.next()
	exited = false
	s.current.Store(nil)
}

func (s *scheduler) remove(p *process) {
	last := len(s.processes) - 1
	s.processes[p.index] = s.processes[last]
	s.processes[p.index].index = p.index
	s.processes[last] = nil
	s.processes = s.processes[:last]
}

// lookOutside notices what was closed outside of the simulation.
func (s *scheduler) lookOutside() {
	for _, w := range s.watched {
		select {
		case <-w.closed:
			w.event.Fire()
		default:
		}
	}
	if s.cut || s.ctx.Err() == nil {
		return
	}
	s.cut = true
	s.left = stepsAfterEnd + stepsAfterEnd*len(s.processes)/100
	for _, p := range s.processes {
		if p.isWaiting {
			s.wake(p)
		}
	}
}

// watch fires an event when a channel is closed outside, until it is released.
func (s *scheduler) watch(closed <-chan struct{}, e *Event) (release func()) {
	w := &watch{closed, e}
	s.watched = append(s.watched, w)
	return func() {
		for i, other := range s.watched {
			if other == w {
				s.watched = append(s.watched[:i:i], s.watched[i+1:]...)
				return
			}
		}
	}
}

// unwind ends the processes that have not ended.
func (s *scheduler) unwind() {
	for len(s.processes) > 0 {
		p := s.processes[len(s.processes)-1]
		s.processes = s.processes[:len(s.processes)-1]
		s.current.Store(p)
		p.unwind()
	}
	s.current.Store(nil)
	for _, k := range s.stacks {
		k.stop()
	}
}
