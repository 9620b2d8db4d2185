package clock

import "fmt"

// StandstillError: the processes took many steps, and no time passed.
type StandstillError struct {
	Process string // that took the last step
	Steps   int
}

func (e *StandstillError) Error() string {
	return fmt.Sprintf("process %q goes on and on without waiting: %d steps, and no simulated time passed", e.Process, e.Steps)
}

// usualSteps is [Simulation.MaxSteps] where it is 0.
const usualSteps = 10_000_000

// mayStep counts a step of a process at this moment, and reports whether there may be
// another. If not, the simulation ends.
func (s *scheduler) mayStep(p *process) bool {
	if s.atOnce++; s.atOnce <= s.maxSteps {
		return true
	}
	if s.failure == nil {
		s.failure = &StandstillError{Process: p.name, Steps: s.maxSteps}
	}
	return false
}

// noSleep counts a sleep of no time. Other than a sleep, it does not give the turn to
// another process, so a process could make one after the other for ever.
func (s *scheduler) noSleep() {
	p := s.current.Load()
	if p == nil || p.unwinding || s.mayStep(p) {
		return
	}
	p.pause() // for good: the simulation ends
}
