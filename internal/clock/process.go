package clock

import (
	"runtime"

	"contend/internal/crash"
)

// process is a process of a simulation. It takes one step after the other, most only one,
// and rests between them.
type process struct {
	name      string
	scheduler *scheduler
	step      func() (rest Rest, more bool)
	stack     *stack // on which it takes its step; nil before that and while it rests
	index     int    // in the scheduler's list
	turn      turn   // its next one
	isWaiting bool
	task      task   // carried out by the scheduler before the process goes on
	until     int64  // the end of the sleep after the task
	rest      Rest   // after the step that has ended
	waits     waiter // for the event of a wait
	limit     waiter // for the end of the wait's context
	failure   error  // the panic that ended it
	ended     bool
	unwinding bool
}

func newProcess(s *scheduler, name string, step func() (Rest, bool)) *process {
	p := &process{name: name, scheduler: s, step: step}
	p.turn.process, p.waits.process, p.limit.process = p, p, p
	return p
}

// run takes steps until the process rests or ends. It is not inlined, so that [stackOf]
// finds it.
//
//go:noinline
func (p *process) run() {
	p.failure = crash.Catch(func() error { p.ended = !p.stepOn(); return nil })
	p.ended = p.ended || p.failure != nil
}

// stepOn takes steps until the process rests; false if it has ended.
func (p *process) stepOn() bool {
	for {
		rest, more := p.step()
		if !more || rest.takesTime() {
			p.rest = rest
			return more
		}
		p.scheduler.noSleep()
	}
}

// pause gives the turn back to the scheduler, until the process is to go on. It reports
// false if the process is unwound.
func (p *process) pause() bool {
	if p.unwinding {
		return false
	}
	p.isWaiting = true
	if !p.stack.yield(struct{}{}) {
		runtime.Goexit() // which, other than a panic, nobody recovers from
	}
	return true
}

// unwind ends a process that has not ended. If it is in the middle of a step, the deferred
// functions of that run.
func (p *process) unwind() {
	if p.ended || p.stack == nil {
		return
	}
	p.unwinding = true
	stopped := make(chan struct{})
	go func() { // the process's exit ends the goroutine that stops it
		defer close(stopped)
		p.stack.stop()
	}()
	<-stopped
}
