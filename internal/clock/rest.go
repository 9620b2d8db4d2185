package clock

import (
	"context"
	"math"
	"time"
)

// Rest is what a process does between two of its steps, see [Group.GoInSteps]: nothing,
// for some time. The zero value takes no time.
type Rest struct {
	// For is how long it rests; [Forever] means until Or fires.
	For time.Duration
	// Or ends the rest when it fires; nil means that nothing does.
	Or *Event
}

// Forever is longer than any load.
const Forever = time.Duration(math.MaxInt64)

// takesTime reports whether a rest in simulated time takes any.
func (r Rest) takesTime() bool { return r.For > 0 && !r.Or.Fired() }

// by rests by the real clock.
func (r Rest) by(s *Sleeper) {
	if r.For == Forever && r.Or != nil {
		_ = r.Or.Wait(context.Background()) // which does not end
		return
	}
	s.SleepOr(r.For, r.Or)
}

// GoInSteps begins a process that calls step until that reports that there are no more
// steps, or fails, and rests between the calls. In simulated time a process that rests
// has no stack, so that a hundred thousand processes that rest most of the time take little
// memory. Whatever a step knows and the next one needs must be kept by their caller.
func (g *Group) GoInSteps(name string, step func() (rest Rest, more bool, err error)) {
	s := g.simulated
	if s == nil {
		g.running.Go(func() error {
			sleeper := Clock{}.NewSleeper()
			for {
				rest, more, err := step()
				if !more || err != nil {
					return err
				}
				rest.by(&sleeper)
			}
		})
		return
	}
	g.left++
	s.begin(name, func() (Rest, bool) {
		rest, more, err := step()
		if !more || err != nil {
			g.end(err)
			return Rest{}, false
		}
		return rest, true
	})
}
