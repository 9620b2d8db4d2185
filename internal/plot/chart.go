// Package plot draws charts as SVG for a page that styles them: every colour is a
// CSS variable of the page, text has the page's font, and the drawing takes the
// width of its container.
//
// It is not for other uses of SVG: without the page's variables nothing can be seen.
// Several goroutines may draw different charts at the same time.
package plot

import (
	"errors"
	"math"
)

// ErrNoPoints means that a chart has no point that its scales can show.
var ErrNoPoints = errors.New("plot: no points")

// Chart is a picture of one or more series over a common pair of axes.
type Chart struct {
	Title   string // describes the chart for readers who cannot see it
	X, Y    Axis
	Series  []Series
	Windows []Window
	Marks   []Mark
}

// Axis is one of the two axes.
type Axis struct {
	Name  string // with its unit, as in "latency (ms)"
	Scale Scale
	// Ticks are the values with a label; none: round numbers.
	Ticks []float64
	// FromZero makes a linear axis include 0.
	FromZero bool
	// Least is a value that a linear axis reaches at least.
	Least float64
}

// Kind says how a series is drawn.
type Kind int

const (
	Line  Kind = iota // straight from point to point
	Step              // a value holds until the next point
	Dots              // only the points
	Bars              // from 0 up to each point
	Guide             // a dashed line to compare with, which does not widen the axes
)

// Series is a list of points that belong together. A point whose Y is NaN
// interrupts a line.
type Series struct {
	Name   string
	Kind   Kind
	Marked bool // a line also shows its points
	Points []Point
	// Colour is the number of the colour, the marker and the dashes, from 0.
	Colour int
}

// Point is a value. Low and High are the ends of its interval, drawn if Low is
// below High.
type Point struct {
	X, Y      float64
	Low, High float64
	Label     string // written beside the point if there is room; "" for none
}

func (p Point) hasInterval() bool { return p.Low < p.High }

// Window is a highlighted span of the horizontal axis.
type Window struct {
	From, To float64 // an infinite end reaches to the chart's edge
	Label    string
}

// Mark is a place on the horizontal axis.
type Mark struct {
	X     float64
	Label string
}

// visible returns the points that the scales can show, and those with NaN that
// interrupt a line.
func (c *Chart) visible(s Series) []Point {
	var points []Point
	for _, p := range s.Points {
		switch {
		case math.IsNaN(p.Y):
			points = append(points, p)
		case c.X.Scale.shows(p.X) && c.Y.Scale.shows(p.Y):
			if !c.Y.Scale.shows(p.Low) || !c.Y.Scale.shows(p.High) {
				p.Low, p.High = 0, 0
			}
			points = append(points, p)
		}
	}
	return points
}

// span is the smallest and the largest of some values.
type span struct{ low, high float64 }

func (s *span) add(values ...float64) {
	for _, v := range values {
		s.low, s.high = min(s.low, v), max(s.high, v)
	}
}

func (s span) empty() bool { return s.low > s.high }

// spans returns the values that the axes have to show.
func (c *Chart) spans() (x, y span) {
	x, y = span{math.Inf(1), math.Inf(-1)}, span{math.Inf(1), math.Inf(-1)}
	for _, s := range c.Series {
		if s.Kind == Guide {
			continue
		}
		for _, p := range c.visible(s) {
			if math.IsNaN(p.Y) {
				continue
			}
			x.add(p.X)
			y.add(p.Y)
			if p.hasInterval() {
				y.add(p.Low, p.High)
			}
			if s.Kind == Bars {
				x.add(p.X-0.5, p.X+0.5)
				y.add(0)
			}
		}
	}
	return x, y
}
