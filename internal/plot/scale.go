package plot

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	gonum "gonum.org/v1/plot"
)

// Scale says how values are mapped to places on an axis.
type Scale int

const (
	Linear Scale = iota
	Log          // of values above 0
	// Percentile puts percentiles in [0, 100) at −log(1 − p÷100), so that 90, 99
	// and 99.9 are equally far apart, as in HdrHistogram's plotter.
	Percentile
)

// shows reports whether v has a place on the scale. Values so large, or so near to 0,
// that their neighbourhood leaves the range of a float64 have none.
func (s Scale) shows(v float64) bool {
	const largest, smallest = 1e300, 1e-300
	switch {
	case math.IsNaN(v) || math.Abs(v) > largest:
		return false
	case s == Log:
		return v >= smallest
	case s == Percentile:
		return v >= 0 && v < 100
	}
	return true
}

func (s Scale) place(v float64) float64 {
	switch s {
	case Log:
		return math.Log10(v)
	case Percentile:
		return -math.Log10(1 - v/100)
	}
	return v
}

// Normalize returns how far v is on the way from low to high, from 0 to 1; gonum calls
// it.
func (s Scale) Normalize(low, high, v float64) float64 {
	if !s.shows(v) {
		return 0
	}
	return (s.place(v) - s.place(low)) / (s.place(high) - s.place(low))
}

// reach returns what the axis has to show in addition to a span.
func (a Axis) reach(of span) span {
	if a.Scale != Linear {
		return of
	}
	if a.FromZero {
		of.add(0)
	}
	if a.Least > 0 {
		of.add(a.Least)
	}
	return of
}

// ticks returns a few numbers that cover a span, including the ends of the axis.
func (a Axis) ticks(of span) (low, high float64, ticks []gonum.Tick) {
	var values []float64
	switch a.Scale {
	case Percentile:
		return percentileTicks(of)
	case Log:
		values = logTicks(of)
	default:
		values = linearTicks(of)
	}
	low, high = values[0], values[len(values)-1]
	if len(a.Ticks) > 0 {
		values = a.Ticks
		low, high = a.around(of)
	}
	for _, v := range values {
		ticks = append(ticks, gonum.Tick{Value: v, Label: short(v)})
	}
	return low, high, thin(ticks, a.Scale)
}

// around leaves a little room on both sides of measurements at given places.
func (a Axis) around(of span) (low, high float64) {
	if a.Scale == Log {
		factor := max(math.Pow(of.high/of.low, 0.05), 1.1)
		return of.low / factor, of.high * factor
	}
	room := (of.high - of.low) * 0.05
	if room == 0 {
		room = 1
	}
	return of.low - room, of.high + room
}

// thin drops labels of logarithmic ticks that would overlap.
func thin(ticks []gonum.Tick, s Scale) []gonum.Tick {
	const most = 9
	if len(ticks) <= most {
		return ticks
	}
	for i := range ticks {
		isDecade := s == Log && math.Abs(math.Log10(ticks[i].Value)-math.Round(math.Log10(ticks[i].Value))) < 1e-9
		if s == Log && !isDecade || s != Log && i%(len(ticks)/most+1) != 0 {
			ticks[i].Label = ""
		}
	}
	return slices.DeleteFunc(ticks, func(t gonum.Tick) bool { return t.Label == "" })
}

// linearTicks are multiples of 1, 2 or 5 times a power of ten.
func linearTicks(of span) []float64 {
	const about = 5
	if isNarrow(of) {
		of.add(of.low-math.Max(math.Abs(of.low)*0.1, 0.5), of.high+math.Max(math.Abs(of.high)*0.1, 0.5))
	}
	rough := (of.high - of.low) / about
	power := math.Pow(10, math.Floor(math.Log10(rough)))
	step := 10 * power
	for _, m := range []float64{1, 2, 5} {
		if m*power >= rough {
			step = m * power
			break
		}
	}
	var values []float64
	first, last := math.Floor(of.low/step+1e-9), math.Ceil(of.high/step-1e-9)
	for n := first; n <= last; n++ {
		values = append(values, n*step)
	}
	return values
}

// isNarrow reports whether a span is so short, compared with its values, that numbers
// within it can hardly be distinguished, or counted.
func isNarrow(of span) bool {
	const least = 1e-9
	return of.high-of.low <= least*max(math.Abs(of.low), math.Abs(of.high))
}

// logTicks are decades, divided at 2 and 5 where there are few of them.
func logTicks(of span) []float64 {
	const few = 2.5
	steps := []float64{1}
	if math.Log10(of.high/of.low) < few {
		steps = []float64{1, 2, 5}
	}
	var values []float64
	for decade := math.Pow(10, math.Floor(math.Log10(of.low))); ; decade *= 10 {
		for _, step := range steps {
			v := decade * step
			if v <= of.low*(1+1e-9) {
				values = values[:0] // the last one that is not above the least
			}
			values = append(values, v)
			if v >= of.high*(1-1e-9) && len(values) > 1 {
				return values
			}
		}
	}
}

// percentileTicks returns 50, 90, 99 and so on, as far as there are points. The axis
// begins at 0, but there is no room for its label beside that of 50.
func percentileTicks(of span) (low, high float64, ticks []gonum.Tick) {
	high = max(of.high, 90)
	for _, v := range PercentileTicks() {
		if v > 0 && v <= high+1e-9 {
			ticks = append(ticks, gonum.Tick{Value: v, Label: strconv.FormatFloat(v, 'f', -1, 64) + " %"})
		}
	}
	return 0, high, ticks
}

// PercentileTicks returns the percentiles that a [Percentile] axis can label.
func PercentileTicks() []float64 {
	return []float64{0, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999}
}

// short writes a number with few digits, large ones in thousands and so on.
func short(v float64) string {
	for _, u := range []struct {
		at   float64
		name string
	}{{1e9, "G"}, {1e6, "M"}, {1e4, "k"}} {
		if math.Abs(v) >= u.at {
			by := u.at
			if u.name == "k" {
				by = 1e3
			}
			return fmt.Sprintf("%.4g%s", v/by, u.name)
		}
	}
	if math.Abs(v) < 1e-12 {
		return "0"
	}
	return fmt.Sprintf("%.4g", v)
}
