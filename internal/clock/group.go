package clock

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// Group is processes that run side by side, and that somebody waits for. A function that
// begins a group must wait for it, so that no process outlives its function. By the real
// clock it is an errgroup.
type Group struct {
	running errgroup.Group

	simulated *scheduler // nil: the real clock, which uses what is above; else what follows is used
	left      int
	failed    error  // the first error
	idle      *Event // nil unless somebody waits
}

// NewGroup returns a group without processes.
func (c Clock) NewGroup() *Group { return &Group{simulated: c.simulated} }

// Go begins a process, whose name is for messages. A panic in it ends the program, or
// the simulation.
func (g *Group) Go(name string, do func() error) {
	g.GoInSteps(name, func() (Rest, bool, error) { return Rest{}, false, do() })
}

// end notes that a process has ended, in simulated time.
func (g *Group) end(err error) {
	if g.failed == nil {
		g.failed = err
	}
	if g.left--; g.left == 0 && g.idle != nil {
		g.idle.Fire()
	}
}

// Wait returns when all processes of the group have ended, with the first error of
// theirs. Only one process may wait, and none of the group. It waits longer than any context, because the processes see the
// end of theirs themselves.
func (g *Group) Wait() error {
	if g.simulated == nil {
		return g.running.Wait()
	}
	for g.left > 0 && !g.simulated.current.Load().unwinding {
		g.idle = Clock{g.simulated}.NewEvent()
		_ = g.idle.Wait(context.Background()) // which ends early if the simulation's context has ended
	}
	return g.failed
}
