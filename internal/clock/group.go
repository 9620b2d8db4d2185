package clock

import "sync"

// Group is processes that run side by side, and that somebody waits for. A function that
// begins a group must wait for it, so that no process outlives its function.
type Group struct{ running sync.WaitGroup }

// NewGroup returns a group without processes.
func (c Clock) NewGroup() *Group { return &Group{} }

// Go begins a process. A panic of it is the process's own business: see package crash.
func (g *Group) Go(do func()) { g.running.Go(do) }

// Wait returns when all processes of the group have ended. Only one process may wait,
// and none of the group.
func (g *Group) Wait() { g.running.Wait() }
