package clock

import (
	"cmp"
	"context"
	"runtime"
	"time"
)

// Simulation runs processes in simulated time: it carries out one process at a time,
// until that waits, and when all wait it sets the clock to the next moment at which one
// goes on. Processes that go on at the same moment do so in the order in which that was
// decided. So what they do depends on nothing but themselves.
//
// The processes must follow the rules of the package comment. A function that runs on a
// goroutine of its own, and is no process, must not use the clock except to read the
// time.
type Simulation struct {
	// Start is the time at the beginning, without its monotonic part.
	Start time.Time
	// Patience is how much real time a process may block for anything but the clock,
	// before the simulation ends with an error that names it; 0 means 10 s.
	Patience time.Duration
	// MaxSteps is how many steps the processes may take together without time passing,
	// before the simulation ends with an error that names the last one; 0 means 10
	// million. It is a step when a process goes on after a wait, or sleeps for no time.
	MaxSteps int
}

const usualPatience = 10 * time.Second

// Run calls do as the first process, and returns when it has ended. The context of do is
// ctx with the simulation's clock.
//
// The error is that of do, or of what ended the simulation early: a panic of a process, a
// [*DeadlockError], a [*BlockedError], a [*StandstillError], or an [*EndlessError]. Then the
// processes that had not ended are unwound: their deferred functions run, and waits in those return at once. Only what a
// blocked process holds is lost. If a process calls runtime.Goexit, so does Run.
//
// When ctx ends, time stands still and every wait returns at once, so that processes
// which look at their contexts end. The simulation notices the end after a few hundred
// steps at most. A process that goes on all the same is unwound after many more. Deadlines of ctx itself are of the real time.
func (s Simulation) Run(ctx context.Context, do func(context.Context) error) error {
	if s.Patience == 0 {
		s.Patience = usualPatience
	}
	var err error
	scheduler := newScheduler(ctx, s.Start)
	scheduler.maxSteps = cmp.Or(s.MaxSteps, usualSteps)
	inside := With(ctx, Clock{scheduler})
	scheduler.begin("first process", func() (Rest, bool) {
		err = do(inside)
		return Rest{}, false
	})
	// The scheduler has a goroutine of its own, because a process that blocks blocks it,
	// and one that exits ends it.
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer scheduler.unwind()
		scheduler.run()
	}()
	if blocked := scheduler.guard(ended, s.Patience); blocked != nil {
		return blocked
	}
	switch {
	case scheduler.exited:
		runtime.Goexit()
	case scheduler.failure != nil:
		return scheduler.failure
	}
	return err
}
