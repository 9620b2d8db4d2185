package clock

import (
	"context"
	"time"
)

// waiter is a place in the list of those who wait for an event.
type waiter struct {
	process    *process
	do         func() // instead of waking a process; nil if there is one
	event      *Event // nil: it is in no list
	next, last *waiter
}

// list is the waiters of an event, in the order in which they came.
type list struct{ first, end *waiter }

func (l *list) add(w *waiter) {
	w.last = l.end
	if l.end == nil {
		l.first = w
	} else {
		l.end.next = w
	}
	l.end = w
}

func (l *list) remove(w *waiter) {
	if w.last == nil {
		l.first = w.next
	} else {
		w.last.next = w.next
	}
	if w.next == nil {
		l.end = w.last
	} else {
		w.next.last = w.last
	}
	w.next, w.last = nil, nil
}

func (w *waiter) await(e *Event) {
	w.event = e
	e.waiters.add(w)
}

func (w *waiter) leave() {
	if w.event != nil {
		w.event.waiters.remove(w)
		w.event = nil
	}
}

// fire makes an event happen.
func (s *scheduler) fire(e *Event) {
	if e.happened {
		return
	}
	e.happened = true
	for w := e.waiters.first; w != nil; w = e.waiters.first {
		w.leave()
		if w.do != nil {
			w.do()
		} else {
			s.wake(w.process)
		}
	}
}

// never is the moment of a wait without an end.
const never = -1

// pause makes the process that runs wait until a moment, for an event, or for the end of
// a context of the simulation. Each of the three may be missing: never, or nil.
func (s *scheduler) pause(until int64, e, ended *Event) {
	p := s.current.Load()
	if p == nil {
		panic("clock: the function of SleepThen waits")
	}
	if s.cut {
		until = s.now.Load() // nobody waits any more, but the others have their turn
	}
	if until != never {
		s.goOn(p, until)
	}
	if e != nil {
		p.waits.await(e)
	}
	if ended != nil && ended != e {
		p.limit.await(ended)
	}
	defer p.waits.leave()
	defer p.limit.leave()
	p.pause()
}

func (s *scheduler) sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 || ctx.Err() != nil {
		return ctx.Err() == nil
	}
	until := s.now.Load() + int64(d)
	s.pause(until, nil, endOf(ctx))
	return ctx.Err() == nil && s.now.Load() >= until
}

func (s *scheduler) sleepThen(d time.Duration, do func()) {
	if d <= 0 {
		do()
		return
	}
	p := s.current.Load()
	p.task = do
	s.pause(s.now.Load()+int64(d), nil, nil)
	if p.task != nil { // it is unwound
		p.doTask()
	}
}

func (p *process) doTask() {
	do := p.task
	p.task = nil
	do()
}

func (s *scheduler) sleepOr(d time.Duration, e *Event) bool {
	if e.Fired() {
		return false
	}
	until := s.now.Load() + int64(d)
	s.pause(until, e, nil)
	return !e.Fired() && s.now.Load() >= until
}

func (s *scheduler) wait(ctx context.Context, e *Event) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for {
		s.pause(never, e, endOf(ctx))
		switch {
		case e.happened:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case s.cut:
			return s.ctx.Err()
		case s.current.Load().unwinding:
			return context.Canceled
		}
	}
}
