package main

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"contend/internal/crash"
)

// endings are the signals that end the program. A hang-up is one unless it was
// ignored when the program began, which is what nohup does.
func endings() []os.Signal {
	if signal.Ignored(syscall.SIGHUP) {
		return []os.Signal{os.Interrupt, syscall.SIGTERM}
	}
	return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
}

// awaitSecond reports whether a signal came that is meant to stop at once.
// Hang-ups are not: one window that closes sends several, from the terminal and
// from the shell.
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

// interrupts turns Ctrl-C into the ends of a run: the first ends the load
// cleanly, the second ends everything, the third kills the process.
type interrupts struct {
	// ctx ends with the second interrupt.
	ctx context.Context
	// setup ends with the first: before the load there is nothing to keep.
	setup context.Context
	// stop is closed by the first.
	stop <-chan struct{}

	// release gives the signals back. Its error is a panic of the listener, after
	// which everything ends as by the second interrupt.
	release func() error
}

// catchInterrupts begins to listen; say tells the user what happens. release
// ends it and gives the signals back.
func catchInterrupts(ctx context.Context, say func(string, ...any)) *interrupts {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, endings()...)
	signal.Ignore(syscall.SIGPIPE) // a reader that has gone must not keep the table from being deleted
	hard, cutOff := context.WithCancel(ctx)
	soft, end := context.WithCancel(hard)
	released := make(chan struct{})
	var listening sync.WaitGroup
	var heard error
	listening.Go(func() {
		heard = crash.Catch(func() error { listen(signals, released, say, end, cutOff); return nil })
		if heard != nil {
			cutOff()
		}
	})
	return &interrupts{
		ctx:   hard,
		setup: soft,
		stop:  soft.Done(),
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
func listen(signals chan os.Signal, released <-chan struct{}, say func(string, ...any), end, cutOff func()) {
	select {
	case <-signals:
	case <-released:
		return
	}
	say("stopping: requests in flight are awaited (Ctrl-C again stops at once)")
	end()
	if !awaitSecond(signals, released) {
		return
	}
	say("stopping at once")
	signal.Stop(signals)
	cutOff()
}
