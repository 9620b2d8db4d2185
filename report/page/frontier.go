package page

import (
	"fmt"
	"math"
	"slices"

	"contend/internal/format"
	"contend/internal/plot"
	"contend/report/compare"
)

// edge is the least waste that the chart shows. What wastes less, such as a queue without
// a lost race, is drawn at the edge.
const edge = 0.01

// queueFloor is how many gaps a success takes in a queue whose clients look every half a
// gap whether it is their turn.
const queueFloor = 1.5

// frontierChart compares the variants with the curve (T−1)(C−1) = 1.
func frontierChart(c *compare.Comparison, path string, limits pageLimits) block {
	labelled, colours := path != "", c.Colours()
	chart := plot.Chart{
		Title: "Contention frontier",
		X:     plot.Axis{Name: "wasted writes per success, C − 1 (log)", Scale: plot.Log},
		Y:     plot.Axis{Name: "wasted time per success, T − 1 (gaps, log)", Scale: plot.Log},
	}
	known, atEdge := 0, 0
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
			p := plot.Point{X: max(writes-1, edge), Y: max(time-1, edge)}
			if p.X == edge || p.Y == edge {
				atEdge++
			}
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
	chart.Series = append(chart.Series, frontierGuides(low, high)...)
	return limits.chart(chart, frontierNote(path, atEdge), inComparison)
}

// frontierGuides are the curve of attempts at random and the floor of a queue, for points
// from low to high.
func frontierGuides(low, high float64) []plot.Series {
	return []plot.Series{
		{Name: "(T − 1)(C − 1) = 1", Kind: plot.Guide, Points: []plot.Point{{X: low / 10, Y: 10 / low}, {X: high * 10, Y: 1 / (high * 10)}}},
		{Name: "a queue that is polled: T = 1.5", Kind: plot.Guide,
			Points: []plot.Point{{X: low / 10, Y: queueFloor - 1}, {X: high * 10, Y: queueFloor - 1}}},
	}
}

func frontierNote(path string, atEdge int) string {
	note := "C is writes per success. T is elapsed time per success, in gaps; a gap is the time from reading the state that a write starts from until the store decides on the write. Attempts at random lie on the falling line, whatever their rate. Far above it both writes and time are wasted. Below it clients queue or run in step: a queue in the item loses no race, and takes one and a half gaps for a success if each client finds out half a gap late that it is its turn; clients that make several operations in a turn go below that."
	if path != "" {
		note += " Labels are " + path + "."
	}
	if atEdge > 0 {
		note += fmt.Sprintf(" Drawn at the edge: %s that wasted nearly no write or no time.", format.Count(int64(atEdge), "variant"))
	}
	return note
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
