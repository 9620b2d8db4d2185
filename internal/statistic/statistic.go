// Package statistic says what repeated measurements show: the median with an
// interval, and whether two samples differ. It assumes nothing about how the
// measurements are distributed, because those of contended systems have long
// tails and several modes.
package statistic

import (
	"errors"
	"fmt"
	"math"

	"golang.org/x/perf/benchmath"
)

// Summary is the middle of a sample.
type Summary struct {
	Median float64
	// Low and High bound the population's median with the confidence that was
	// asked for. They mean nothing if Bounded is false: the sample is too small.
	Low, High float64
	Bounded   bool
}

// Summarize is of at least one measurement, in any order. The interval is made of
// order statistics (benchmath.AssumeNothing), which takes 6 measurements for a
// confidence of 0.95. confidence is in (0, 1).
func Summarize(sample []float64, confidence float64) (Summary, error) {
	if err := errors.Join(check(sample), checkLevel("confidence", confidence)); err != nil {
		return Summary{}, err
	}
	s := benchmath.AssumeNothing.Summary(newSample(sample), confidence)
	if math.IsInf(s.Lo, 0) || math.IsInf(s.Hi, 0) {
		return Summary{Median: s.Center}, nil
	}
	return Summary{Median: s.Center, Low: s.Lo, High: s.Hi, Bounded: true}, nil
}

// Comparison is what two samples say of each other.
type Comparison struct {
	// P is the probability of samples at least as far apart if both were of the
	// same distribution (Mann-Whitney U test, two-sided, exact with up to 25
	// measurements a sample); 1 if all measurements are equal.
	P float64
	// Differ is true if P is at most alpha.
	Differ bool
	// TooFew is true if no samples of these sizes could differ at alpha.
	TooFew bool
}

// Compare tests whether two samples differ at the level alpha, in (0, 1): of
// pairs that do not, about the part alpha is taken to differ. Neither is empty.
func Compare(a, b []float64, alpha float64) (Comparison, error) {
	if err := errors.Join(check(a), check(b), checkLevel("alpha", alpha)); err != nil {
		return Comparison{}, err
	}
	if leastP(len(a), len(b)) > alpha {
		return Comparison{P: 1, TooFew: true}, nil
	}
	p := 0.0
	if max(len(a), len(b)) <= mostExact {
		p = exactP(a, b)
	} else {
		// Its warnings are that there are too few, which was asked before, and that
		// all are equal, of which P is 1.
		p = benchmath.AssumeNothing.Compare(newSample(a), newSample(b)).P
	}
	return Comparison{P: p, Differ: p <= alpha}, nil
}

// Need is how many measurements each of two samples must have for a difference to
// be possible at the level alpha, in (0, 1).
func Need(alpha float64) int {
	n := 1
	for leastP(n, n) > alpha {
		n++
	}
	return n
}

// leastP is the P of two samples that lie wholly apart: of all ways to deal the
// ranks to them, C(n+m, n), two are as extreme.
func leastP(n, m int) float64 {
	ways := 1.0
	for i := 1; i <= n; i++ {
		ways *= float64(m+i) / float64(i)
	}
	return min(2/ways, 1)
}

// newSample copies the values, because benchmath sorts them in place.
func newSample(values []float64) *benchmath.Sample {
	return benchmath.NewSample(append([]float64{}, values...), &benchmath.DefaultThresholds)
}

func check(sample []float64) error {
	if len(sample) == 0 {
		return errors.New("statistic: the sample is empty")
	}
	for _, v := range sample {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("statistic: %v is not a measurement", v)
		}
	}
	return nil
}

func checkLevel(name string, v float64) error {
	if v > 0 && v < 1 {
		return nil
	}
	return fmt.Errorf("statistic: %s must be between 0 and 1, not %v", name, v)
}
