package law

import (
	"errors"
	"math"
)

// Closed is a load of workers, each of which begins its next increment when it has ended
// the one before.
type Closed struct {
	Workers float64 // N; the mean where it changes
	GapS    float64 // G; 0: writes without a condition, such as ADD
	// CycleS is R, the time from the begin of an attempt to the begin of the worker's next
	// one: the read, the write, and the wait before a retry; without the think time. 0
	// means 2·G, a read and a write of one gap each and no wait.
	CycleS     float64
	ThinkS     float64 // Z, the pause of a worker after each success
	WritesPerS float64 // W, the limit of writes on the item; 0: none
}

// Predict solves N = λ·R/G + X·Z with X = λ/((1+λ)·G). It returns an error for a number
// that is negative or not finite, and where both G and R are 0.
//
// One worker loses no race, so that its X is 1/(R+Z): N = 1 lies off the curve.
func (c Closed) Predict() (Prediction, error) {
	err := check(number{"workers", c.Workers}, number{"gap", c.GapS}, number{"cycle", c.CycleS}, number{"think time", c.ThinkS}, number{"write limit", c.WritesPerS})
	if err != nil {
		return Prediction{}, err
	}
	cycle := c.CycleS
	if cycle == 0 {
		cycle = 2 * c.GapS
	}
	if cycle == 0 {
		return Prediction{}, errors.New("law: gap and cycle are both 0")
	}
	p := c.unlimited(cycle)
	if c.WritesPerS > 0 && p.ThroughputPerS*p.WritesPerSuccess > c.WritesPerS {
		return atLimit(c.GapS, c.WritesPerS), nil
	}
	return p, nil
}

// unlimited solves R·λ² + (R + Z − N·G)·λ − N·G = 0, of which one solution is positive.
func (c Closed) unlimited(cycle float64) Prediction {
	if c.Workers <= 1 || c.GapS == 0 {
		return Prediction{ThroughputPerS: c.Workers / (cycle + c.ThinkS), WritesPerSuccess: 1}
	}
	b := cycle + c.ThinkS - c.Workers*c.GapS
	root := math.Sqrt(b*b + 4*cycle*c.Workers*c.GapS)
	arrivals := (root - b) / (2 * cycle)
	if b > 0 { // the same without a difference of nearly equal numbers
		arrivals = 2 * c.Workers * c.GapS / (root + b)
	}
	return FromAttempts(arrivals/c.GapS, c.GapS)
}
