package clock

import (
	"iter"
	"runtime"

	"contend/internal/crash"
)

// process is a coroutine of a simulation.
type process struct {
	name      string
	scheduler *scheduler
	index     int    // in the scheduler's list
	ticket    uint64 // changes whenever it goes on, so that entries for another wait are stale
	isWaiting bool
	task      task   // carried out by the scheduler before the process goes on
	until     int64  // the end of the sleep after the task
	waits     waiter // for the event of a wait
	limit     waiter // for the end of the wait's context
	failure   error  // the panic that ended it
	ended     bool
	unwinding bool

	next  func() (struct{}, bool)
	stop  func()
	yield func(struct{}) bool
}

func newProcess(s *scheduler, name string, do func()) *process {
	p := &process{name: name, scheduler: s}
	p.waits.process, p.limit.process = p, p
	p.next, p.stop = iter.Pull(func(yield func(struct{}) bool) {
		p.yield = yield
		p.run(do)
	})
	return p
}

// run is the whole life of the process. It is not inlined, so that [stackOf] finds it.
//
//go:noinline
func (p *process) run(do func()) {
	p.failure = crash.Catch(func() error { do(); return nil })
	p.ended = true
}

// resume runs the process until it waits or ends.
func (p *process) resume() { p.next() }

// pause gives the turn back to the scheduler, until the process is to go on. It reports
// false if the process is unwound.
func (p *process) pause() bool {
	if p.unwinding {
		return false
	}
	p.isWaiting = true
	if !p.yield(struct{}{}) {
		runtime.Goexit() // which, other than a panic, nobody recovers from
	}
	return true
}

// unwind ends a process that waits or has not begun: its deferred functions run.
func (p *process) unwind() {
	if p.ended {
		return
	}
	p.unwinding = true
	stopped := make(chan struct{})
	go func() { // the process's exit ends the goroutine that stops it
		defer close(stopped)
		p.stop()
	}()
	<-stopped
}
