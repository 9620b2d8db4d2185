package law

import (
	"errors"
	"math"
)

// Closed is a load of workers, each of which begins an increment only after it has finished
// the one before.
type Closed struct {
	Workers float64 // N; its mean if it changes
	GapS    float64 // G in seconds; 0: writes without a condition, such as ADD
	// CycleS is R, the seconds from the start of an attempt to the start of the same
	// worker's next one: the read, the write and the wait before a retry, but not the think
	// time. 0 means 2·G: a read and a write of one gap each, and no wait.
	CycleS     float64
	ThinkS     float64 // Z, how many seconds a worker pauses after each success
	WritesPerS float64 // W, the most writes per second that the item takes; 0: no limit
}

// Predict solves N = λ·R/G + X·Z with X = λ/((1+λ)·G). It returns an error if a number is
// negative or not finite, or if both G and R are 0.
//
// A single worker never loses a race, so that the formula does not hold for N = 1: its X is
// 1/(R+Z).
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
