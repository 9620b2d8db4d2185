// Package scaling fits three curves to measurements of how the throughput X grows with the
// number of workers N: Amdahl's law, Gunther's universal scalability law (USL), and the law
// of a hot item. The last one also uses the gap G and the cycle R that were measured at
// each N.
//
// Each model gives N/X, the time in which every one of N workers has one success:
//
//	Amdahl  N/X = (1/γ)·(1 + σ·(N−1))
//	USL     N/X = (1/γ)·(1 + σ·(N−1) + κ·N·(N−1))
//	law     N/X = s·R(N) + (N−e)·G(N), and s·R(1) for N = 1, because one worker loses no race
//
// In the law, e is 1 if a worker loses only to the other N−1 workers, as workers do that
// wait at random. It is 0 if a worker's own success puts it in step with the workers that
// it beat, as happens if they try again at once. Steps of a tenth are tried for it.
//
// Apart from e, N/X is linear in s, in 1/γ, and in the products σ/γ and κ/γ. So weighted
// least squares find the best parameters without a search. They are kept from being
// negative (Gunther, "Guerrilla Capacity Planning", 2007), and relative errors are made
// small, not absolute ones.
package scaling

import (
	"fmt"
	"math"
)

// Observation is what a run measured.
type Observation struct {
	Workers        float64 // N, at least 1
	ThroughputPerS float64 // X, above 0
	// GapS is G in seconds. CycleGaps is R/G: how many gaps pass from a worker's write to its
	// next one. If GapS is 0 in any observation, the law is not fitted.
	GapS, CycleGaps float64
}

// Model is the name of a curve.
type Model string

// The models. The parameters of [Law] are s, which is 1 if the law holds, and e; those of
// [Amdahl] are γ and σ, and those of [USL] γ, σ and κ.
const (
	Law    Model = "law"
	Amdahl Model = "amdahl"
	USL    Model = "usl"
)

// Curve is a model with the parameters that fit best.
type Curve struct {
	Model      Model
	Parameters []Parameter
	// AICc is Akaike's information criterion, corrected for few observations. Smaller is
	// better, and a difference of 2 or less says little. It means nothing unless Rated is
	// true, which it is not if there are too few observations for the number of parameters.
	AICc  float64
	Rated bool
	// Off is the root mean square of the relative errors of N/X.
	Off float64
	// Peak is the N with the highest X; 0 if there is none among the measured N.
	Peak float64

	form
	coefficients []float64
}

// form is what a curve is linear in.
type form struct {
	model Model
	e     float64 // of the law
}

// Parameter is a parameter of a curve. [Low, High] is its 95 % confidence interval.
type Parameter struct {
	Name      string
	Value     float64
	Low, High float64 // meaningless unless Bounded
	Bounded   bool
}

// LeastCounts is the smallest number of different worker counts that a fit needs.
const LeastCounts = 4

// Fit returns the best curve of each model; the law comes first, if all observations have a
// gap and a cycle. A model that fits only with an infinite throughput of one worker is left
// out. Intervals are bootstrapped: from fits to observations that are drawn, with
// replacement, among those of each N. seed decides the draws, and each N must have been
// observed at least [LeastRepeats] times. Fit returns an error for fewer than [LeastCounts]
// worker counts, and for an observation out of range.
func Fit(observations []Observation, seed uint64) ([]Curve, error) {
	counts := map[float64]int{}
	withGap := true
	for _, o := range observations {
		if !(o.Workers >= 1 && o.ThroughputPerS > 0 && o.GapS >= 0 && o.CycleGaps >= 0) || math.IsInf(o.Workers+o.ThroughputPerS+o.GapS+o.CycleGaps, 0) {
			return nil, fmt.Errorf("scaling: %+v is not an observation", o)
		}
		counts[o.Workers]++
		withGap = withGap && o.GapS > 0 && o.CycleGaps > 0
	}
	if len(counts) < LeastCounts {
		return nil, fmt.Errorf("scaling: %d worker counts are too few, %d are needed", len(counts), LeastCounts)
	}
	models := []Model{Amdahl, USL}
	if withGap {
		models = []Model{Law, Amdahl, USL}
	}
	var curves []Curve
	for _, m := range models {
		c, ok := m.fit(observations)
		if !ok {
			continue
		}
		c.rate(observations)
		c.findPeak(observations)
		c.bound(observations, counts, seed)
		curves = append(curves, c)
	}
	return curves, nil
}

// Best returns the rated curve with the smallest AICc; nil if none is rated.
func Best(curves []Curve) (best *Curve) {
	for i := range curves {
		if c := &curves[i]; c.Rated && (best == nil || c.AICc < best.AICc) {
			best = c
		}
	}
	return best
}

// ThroughputPerS returns X of the curve at the observation's N. The law also needs its gap
// and cycle.
func (c *Curve) ThroughputPerS(o Observation) float64 { return o.Workers / c.time(o) }

// time is N/X of the curve.
func (c *Curve) time(o Observation) float64 {
	terms, given := c.terms(o)
	for i, t := range terms {
		given += c.coefficients[i] * t
	}
	return given
}

// terms are what the coefficients of N/X are for, and the part that has no coefficient.
func (f form) terms(o Observation) (terms []float64, given float64) {
	n := o.Workers
	switch f.model {
	case Law:
		if n > 1 {
			given = (n - f.e) * o.GapS
		}
		return []float64{o.CycleGaps * o.GapS}, given
	case Amdahl:
		return []float64{1, n - 1}, 0
	default:
		return []float64{1, n - 1, n * (n - 1)}, 0
	}
}

// fit finds the best curve of the model. It reports false if that has an infinite throughput
// of one worker.
func (m Model) fit(observations []Observation) (best Curve, ok bool) {
	const steps = 10 // of e
	forms := []form{{model: m}}
	for step := 1; m == Law && step <= steps; step++ {
		forms = append(forms, form{model: m, e: float64(step) / steps})
	}
	least := math.Inf(1)
	for _, f := range forms {
		coefficients, squares := f.fit(observations)
		if squares < least {
			least, best = squares, Curve{Model: m, form: f, coefficients: coefficients, Parameters: f.parameters(coefficients)}
		}
	}
	ok = best.coefficients != nil && (m == Law || best.coefficients[0] > 0)
	return best, ok
}

// fit finds the coefficients, none of them negative, and the sum of the squares of the
// errors. Each observation weighs 1 ÷ (N/X)², so that relative errors are made small.
func (f form) fit(observations []Observation) (coefficients []float64, squares float64) {
	var rows [][]float64
	var targets []float64
	for _, o := range observations {
		time := o.Workers / o.ThroughputPerS
		terms, given := f.terms(o)
		for i := range terms {
			terms[i] /= time
		}
		rows, targets = append(rows, terms), append(targets, (time-given)/time)
	}
	coefficients = nonNegative(rows, targets)
	return coefficients, squaresOf(rows, targets, coefficients)
}

func (f form) parameters(c []float64) []Parameter {
	if f.model == Law {
		return []Parameter{{Name: "s", Value: c[0]}, {Name: "e", Value: f.e}}
	}
	all := []Parameter{{Name: "gamma_per_s", Value: 1 / c[0]}, {Name: "sigma", Value: c[1] / c[0]}}
	if f.model == USL {
		all = append(all, Parameter{Name: "kappa", Value: c[2] / c[0]})
	}
	return all
}

// rate sets Off and AICc = n·ln(RSS/n) + 2k + 2k(k+1)/(n−k−1), where k counts the
// parameters and the variance of the errors.
func (c *Curve) rate(observations []Observation) {
	const exact = 1e-9 // relative errors below it are rounding
	squares, n, k := 0.0, float64(len(observations)), float64(len(c.Parameters)+1)
	for _, o := range observations {
		e := 1 - c.time(o)*o.ThroughputPerS/o.Workers
		squares += e * e
	}
	c.Off = math.Sqrt(squares / n)
	if c.Rated = n-k-1 > 0; c.Rated {
		c.AICc = 2*n*math.Log(max(c.Off, exact)) + 2*k + 2*k*(k+1)/(n-k-1)
	}
}

// findPeak sets Peak, which is √((1−σ)/κ), if it lies within the measured N.
func (c *Curve) findPeak(observations []Observation) {
	if c.Model != USL || c.Parameters[2].Value <= 0 || c.Parameters[1].Value >= 1 {
		return
	}
	low, high := math.Inf(1), 0.0
	for _, o := range observations {
		low, high = min(low, o.Workers), max(high, o.Workers)
	}
	if peak := math.Sqrt((1 - c.Parameters[1].Value) / c.Parameters[2].Value); peak > low && peak < high {
		c.Peak = peak
	}
}
