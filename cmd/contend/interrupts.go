package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"

	"contend/internal/crash"
)

// endings are the signals that end the program. A hang-up is one, unless it was ignored
// when the program started, as nohup does.
func endings() []os.Signal {
	if signal.Ignored(syscall.SIGHUP) {
		return []os.Signal{os.Interrupt, syscall.SIGTERM}
	}
	return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
}

// awaitSecond reports whether another signal came that should stop at once. Hang-ups do
// not count: a window that closes sends several, from the terminal and from the shell.
func awaitSecond(signals <-chan os.Signal, released <-chan struct{}) bool {
	for {
		select {
		case s := <-signals:
			if s != syscall.SIGHUP {
				return true
			}
		case <-released:
			return false
		}
	}
}

// interrupts maps Ctrl-C to the ends of a run: the first ends the load cleanly, the
// second ends everything, the third kills the process.
type interrupts struct {
	// ctx ends with the second interrupt.
	ctx context.Context
	// setup ends with the first interrupt: before the load there is nothing to save.
	setup context.Context
	// stop is closed by the first interrupt.
	stop <-chan struct{}
	// end closes stop and ends setup, as the first interrupt does.
	end func()
	// idle is true when no request is in flight any more, so that nothing is waited for.
	idle *atomic.Bool

	// release stops listening for signals. Its error is a panic of the listener, after
	// which everything ends as by the second interrupt.
	release func() error
}

// catchInterrupts begins to listen; say tells the user what happens. release
// ends it and gives the signals back.
func catchInterrupts(ctx context.Context, say func(string, ...any)) *interrupts {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, endings()...)
	signal.Ignore(syscall.SIGPIPE) // a reader of the output that went away must not prevent the table's deletion
	hard, cutOff := context.WithCancel(ctx)
	soft, end := context.WithCancel(hard)
	released := make(chan struct{})
	var listening sync.WaitGroup
	var heard error
	idle := new(atomic.Bool)
	first := func() {
		if idle.Load() {
			say("stopping")
		} else {
			say("stopping: waiting for requests in flight (Ctrl-C again stops at once)")
		}
		end()
	}
	second := func() {
		say("stopping at once")
		signal.Stop(signals)
		cutOff()
	}
	listening.Go(func() {
		heard = crash.Catch(func() error { listen(signals, released, first, second); return nil })
		if heard != nil {
			cutOff()
		}
	})
	return &interrupts{
		ctx:   hard,
		setup: soft,
		stop:  soft.Done(),
		end:   end,
		idle:  idle,
		release: func() error {
			signal.Stop(signals)
			close(released)
			listening.Wait()
			end()
			cutOff()
			return heard
		},
	}
}

// listen waits for two interrupts, or until it is released.
func listen(signals <-chan os.Signal, released <-chan struct{}, first, second func()) {
	select {
	case <-signals:
	case <-released:
		return
	}
	first()
	if awaitSecond(signals, released) {
		second()
	}
}

// sayInterrupted says what an interrupt does. It first ends the line that shows ^C.
func (p *program) sayInterrupted(format string, args ...any) {
	if isTerminal(p.stderr) {
		fmt.Fprintln(p.stderr)
	}
	fmt.Fprintf(p.stderr, "contend: "+format+"\n", args...)
}
