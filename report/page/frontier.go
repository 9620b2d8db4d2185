package page

import (
	"fmt"
	"math"
	"slices"

	"contend/internal/format"
	"contend/internal/plot"
	"contend/report/compare"
)

// frontierChart compares the variants with the curve (T−1)(C−1) = 1.
func frontierChart(c *compare.Comparison, path string, limits pageLimits) block {
	labelled, colours := path != "", c.Colours()
	chart := plot.Chart{
		Title: "Contention frontier",
		X:     plot.Axis{Name: "wasted writes per success, C − 1 (log)", Scale: plot.Log},
		Y:     plot.Axis{Name: "wasted time per success, T − 1 (gaps, log)", Scale: plot.Log},
	}
	known, drawn := 0, 0
	low, high := math.Inf(1), math.Inf(-1)
	for i, k := range curvesAlong(c, path) {
		s := plot.Series{Name: k.name, Kind: plot.Dots, Colour: i}
		if !labelled {
			s.Colour = colours[k.variants[0].FirstSetting()]
		}
		for _, v := range k.variants {
			writes, time, ok := frontierOf(v)
			if !ok {
				continue
			}
			known++
			p := plot.Point{X: writes - 1, Y: time - 1}
			if p.X <= 0 || p.Y <= 0 {
				continue
			}
			drawn++
			low, high = min(low, p.X, 1/p.Y), max(high, p.X, 1/p.Y)
			if labelled {
				p.Label, _ = v.Value(path)
			}
			s.Points = append(s.Points, p)
		}
		if len(s.Points) > 0 {
			chart.Series = append(chart.Series, s)
		}
	}
	if known == 0 {
		return block{Note: "No plot of the contention frontier: it needs conditional writes to one counter, in a closed loop with a constant number of workers, and no run had these."}
	}
	if drawn > 0 {
		chart.Series = append(chart.Series, plot.Series{Name: "(T − 1)(C − 1) = 1", Kind: plot.Guide,
			Points: []plot.Point{{X: low / 10, Y: 10 / low}, {X: high * 10, Y: 1 / (high * 10)}}})
	}
	note := "C is writes per success. T is elapsed time per success, in gaps; a gap is the time from reading the state that a write starts from until the store decides on the write. Attempts at random lie on the dashed line, whatever their rate. Below it they queue or run in step. Far above it both writes and time are wasted."
	if labelled {
		note += " Labels are " + path + "."
	}
	if known > drawn {
		note += fmt.Sprintf(" Not drawn: %s that wasted no write or no time.", format.Count(int64(known-drawn), "variant"))
	}
	return limits.chart(chart, note, inComparison)
}

// frontierOf is the median over a variant's runs.
func frontierOf(v *compare.Variant) (writes, time float64, ok bool) {
	var allWrites, allTimes []float64
	for d := range v.Samples {
		if d.Frontier != nil {
			allWrites, allTimes = append(allWrites, d.Frontier.C), append(allTimes, d.Frontier.T)
		}
	}
	if len(allWrites) == 0 {
		return 0, 0, false
	}
	return middle(allWrites), middle(allTimes), true
}

func middle(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}
