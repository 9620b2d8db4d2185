package report

import (
	"math"
	"time"
)

// Ratio is part ÷ whole; nil if whole is 0.
func Ratio(part, whole float64) *float64 {
	if whole == 0 {
		return nil
	}
	return new(part / whole)
}

// millis rounds to microseconds, the precision of the histograms.
func millis(d time.Duration) float64 {
	return math.Round(float64(d)/float64(time.Microsecond)) / 1000
}

func fraction(n, among int64) *float64 { return Ratio(float64(n), float64(among)) }
