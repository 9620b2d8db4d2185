package page

import (
	"math"
	"slices"
	"time"

	"contend/internal/plot"
	"contend/report"
	"contend/report/row"
	"contend/workload/hist"
)

func latencyCharts(r *report.Report) []block {
	c := plot.Chart{
		Title: "Latency by percentile",
		X:     plot.Axis{Name: "percentile of applied operations", Scale: plot.Percentile},
		Y:     plot.Axis{Name: "latency (ms, log)", Scale: plot.Log},
	}
	for i, row := range row.Timing(&r.Latency) {
		if row.Times.Histogram != nil {
			c.Series = append(c.Series, percentiles(row.Label, i, row.Times.Histogram))
		}
	}
	if corrected := r.ResponseCorrected; corrected != nil && corrected.Histogram != nil {
		c.Series = append(c.Series, percentiles("response, corrected", len(c.Series), corrected.Histogram))
	}
	note := "Each further nine takes the same width as the one before. A line ends where it runs out of samples."
	if r.OpenLoop == nil {
		note += " In a closed loop response equals service."
	}
	return []block{chartBlock(c, note)}
}

// percentiles draws a histogram as a line. It ends at the highest percentile that the
// number of samples supports.
func percentiles(name string, colour int, h *hist.Histogram) plot.Series {
	s := plot.Series{Name: name, Colour: colour}
	if h.Count() == 0 {
		return s
	}
	const microsPerMilli = 1000
	points := slices.Clone(plot.PercentileTicks())
	for n := 1; n <= 7*8; n++ {
		points = append(points, 100*(1-math.Pow(10, -float64(n)/8)))
	}
	slices.Sort(points)
	last := 100 * (1 - 1/float64(h.Count()))
	before := -1.0
	for _, p := range append(points, last) {
		if p > last || p-before < 1e-9 && p != last {
			continue
		}
		before = p
		var at time.Duration
		if p > 0 {
			at = h.At(p)
		} else {
			at = h.Min() // which looks at every smaller value
		}
		s.Points = append(s.Points, plot.Point{X: p, Y: float64(at.Microseconds()) / microsPerMilli})
	}
	return s
}
