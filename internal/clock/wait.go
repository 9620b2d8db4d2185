package clock

import (
	"context"
	"time"
)

// waiter is a place in the list of those who wait for an event.
type waiter struct {
	process *process
	do      func() // instead of waking a process; nil if there is one
	event   *Event // nil: it is in no list
	place   int    // in the list of the event
}

// list is the waiters of an event, in the order in which they came. It does not chain them,
// because those around a waiter are seldom in the processor's cache when it leaves.
type list struct {
	places []*waiter // nil: the waiter left
	taken  int
}

func (l *list) add(w *waiter) {
	if len(l.places) == cap(l.places) && 2*l.taken <= len(l.places) {
		l.closeRanks()
	}
	w.place = len(l.places)
	l.places = append(l.places, w)
	l.taken++
}

func (l *list) remove(w *waiter) {
	l.places[w.place] = nil
	if l.taken--; l.taken == 0 {
		l.places = l.places[:0]
	}
}

// closeRanks frees the places of the waiters that left.
func (l *list) closeRanks() {
	n := 0
	for _, w := range l.places {
		if w != nil {
			l.places[n], w.place = w, n
			n++
		}
	}
	clear(l.places[n:])
	l.places = l.places[:n]
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
	for i := 0; i < len(e.waiters.places); i++ {
		w := e.waiters.places[i]
		if w == nil {
			continue
		}
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
	s.await(p, until, e)
	if ended != nil && ended != e {
		p.limit.await(ended)
	}
	defer p.waits.leave()
	defer p.limit.leave()
	p.pause()
}

// await makes a process wait until a moment, or for an event.
func (s *scheduler) await(p *process, until int64, e *Event) {
	if s.cut {
		until = s.now.Load() // nobody waits any more, but the others have their turn
	}
	if until != never {
		s.goOn(p, until)
	}
	if e != nil {
		p.waits.await(e)
	}
}

// rest makes a process rest after a step.
func (s *scheduler) rest(p *process) {
	p.isWaiting = true
	until := int64(never)
	if p.rest.For != Forever {
		until = s.now.Load() + int64(p.rest.For)
	}
	s.await(p, until, p.rest.Or)
	p.rest = Rest{}
}

func (s *scheduler) sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 || ctx.Err() != nil {
		s.noSleep()
		return ctx.Err() == nil
	}
	until := s.now.Load() + int64(d)
	s.pause(until, nil, endOf(ctx))
	return ctx.Err() == nil && s.now.Load() >= until
}

// task is what happens in the middle of a sleep. The zero value is none.
type task struct {
	do  func() (rest time.Duration)
	ctx context.Context // of the rest of the sleep
}

func (s *scheduler) sleepThen(ctx context.Context, d time.Duration, do func() time.Duration) bool {
	if d <= 0 {
		return s.sleep(ctx, do())
	}
	p := s.current.Load()
	p.task, p.until = task{do, ctx}, 0
	s.pause(s.now.Load()+int64(d), nil, nil)
	if unwound := p.task.do; unwound != nil {
		p.task = task{}
		unwound()
		return false
	}
	return ctx.Err() == nil && s.now.Load() >= p.until
}

// doTask carries out the task of a process, and reports whether it sleeps on.
func (s *scheduler) doTask(p *process) bool {
	t := p.task
	p.task = task{}
	rest := t.do()
	if rest <= 0 || t.ctx.Err() != nil {
		return false
	}
	now := s.now.Load()
	p.until = now + int64(rest)
	if s.cut {
		s.goOn(p, now) // as in pause
	} else {
		s.goOn(p, p.until)
	}
	if ended := endOf(t.ctx); ended != nil {
		p.limit.await(ended)
	}
	return true
}

func (s *scheduler) sleepOr(d time.Duration, e *Event) bool {
	if d <= 0 || e.Fired() {
		s.noSleep()
		return !e.Fired()
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
