package main

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// interrupts turns Ctrl-C into the ends of a run: the first ends the load
// cleanly, the second ends everything, the third kills the process.
type interrupts struct {
	// ctx ends with the second interrupt.
	ctx context.Context
	// setup ends with the first: before the load there is nothing to keep.
	setup context.Context
	// stop is closed by the first.
	stop <-chan struct{}

	release func()
}

// catchInterrupts begins to listen; say tells the user what happens. release
// ends it and gives the signals back.
func catchInterrupts(ctx context.Context, say func(string, ...any)) *interrupts {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	signal.Ignore(syscall.SIGPIPE) // a reader that has gone must not keep the table from being deleted
	hard, cutOff := context.WithCancel(ctx)
	soft, end := context.WithCancel(hard)
	released := make(chan struct{})
	var listening sync.WaitGroup
	listening.Go(func() {
		select {
		case <-signals:
		case <-released:
			return
		}
		say("stopping: requests in flight are awaited (Ctrl-C again stops at once)")
		end()
		select {
		case <-signals:
		case <-released:
			return
		}
		say("stopping at once")
		signal.Stop(signals)
		cutOff()
	})
	return &interrupts{
		ctx:   hard,
		setup: soft,
		stop:  soft.Done(),
		release: func() {
			signal.Stop(signals)
			close(released)
			listening.Wait()
			end()
			cutOff()
		},
	}
}
