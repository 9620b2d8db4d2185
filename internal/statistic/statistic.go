// Package statistic evaluates repeated measurements: the median with an interval, and
// whether two samples differ. It assumes nothing about the distribution of the
// measurements, because those of contended systems have long tails and several modes.
package statistic

import (
	"errors"
	"fmt"
	"math"

	"golang.org/x/perf/benchmath"
)

// Summary is the median of a sample with its interval.
type Summary struct {
	Median float64
	// Low and High bound the population's median with the requested confidence.
	// They have no meaning if Bounded is false: the sample is too small.
	Low, High float64
	Bounded   bool
}

// Summarize returns the summary of at least one measurement, in any order. The
// interval is made of order statistics (benchmath.AssumeNothing), which needs 6
// measurements for a confidence of 0.95. confidence is in (0, 1).
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

// Comparison is the result of comparing two samples.
type Comparison struct {
	// P is the probability of samples at least as different as these if both had
	// the same distribution (Mann-Whitney U test, two-sided, exact with up to 25
	// measurements a sample); 1 if all measurements are equal.
	P float64
	// Differ is true if P is at most alpha.
	Differ bool
	// TooFew is true if no samples of these sizes could differ at alpha.
	TooFew bool
}

// Compare tests whether two samples differ at the level alpha, in (0, 1): it wrongly
// finds a difference in about a fraction alpha of pairs that do not differ. Neither
// sample may be empty.
func Compare(a, b []float64, alpha float64) (Comparison, error) {
	if err := errors.Join(check(a), check(b), checkLevel("alpha", alpha)); err != nil {
		return Comparison{}, err
	}
	if leastP(len(a), len(b)) > alpha {
		return Comparison{P: 1, TooFew: true}, nil
	}
	p := 0.0
	if max(len(a), len(b)) <= maxExact {
		p = exactP(a, b)
	} else {
		// It warns that there are too few measurements, which was checked before,
		// or that all are equal, for which P is 1.
		p = benchmath.AssumeNothing.Compare(newSample(a), newSample(b)).P
	}
	return Comparison{P: p, Differ: p <= alpha}, nil
}

// Need returns how many measurements each of two samples must have so that they can
// differ at the level alpha, in (0, 1).
func Need(alpha float64) int {
	n := 1
	for leastP(n, n) > alpha {
		n++
	}
	return n
}

// leastP returns the P of two samples that do not overlap: of all C(n+m, n) ways to
// split the ranks, two are as extreme.
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
