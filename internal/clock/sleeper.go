package clock

import "time"

// Sleeper sleeps for one process, and allocates nothing after the first time. It is not
// safe for use by several processes. It must not be copied after its first use.
type Sleeper struct {
	clock Clock
	timer *time.Timer // nil before the first sleep
}

// NewSleeper returns a sleeper by the clock.
func (c Clock) NewSleeper() Sleeper { return Sleeper{clock: c} }

// SleepOr returns after d, or when the event fires, and reports whether d passed before
// that. For a d of 0 or less it returns at once.
func (s *Sleeper) SleepOr(d time.Duration, e *Event) bool {
	if simulated := s.clock.simulated; simulated != nil {
		return simulated.sleepOr(d, e)
	}
	if d <= 0 {
		return !e.Fired()
	}
	if s.timer == nil {
		s.timer = time.NewTimer(d)
	} else {
		s.timer.Reset(d)
	}
	select {
	case <-s.timer.C:
		return true
	case <-e.channel():
		s.timer.Stop()
		return false
	}
}
