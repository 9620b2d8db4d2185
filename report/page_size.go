package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"contend/internal/plot"
)

// maxPage is the most bytes of a page: it is to be mailed and opened.
const maxPage = 2_000_000

// pageLimits bound what a page of many variants shows. What is left out is said
// beside it; the files beside the page have all.
type pageLimits struct {
	groups   int // whose plots are there, folded away
	series   int // of a plot, and bars of a list
	variants int // in tables
	runs     int // in the list of runs
	numbers  int // rows behind a plot
}

// limitsOfPages are tried in turn until a page is small enough.
func limitsOfPages() []pageLimits {
	return []pageLimits{
		{groups: 12, series: 16, variants: 150, runs: 400, numbers: 100},
		{groups: 4, series: 12, variants: 80, runs: 200, numbers: 50},
		{groups: 1, series: 8, variants: 30, runs: 50, numbers: 20},
		{groups: 0, series: 4, variants: 10, runs: 10, numbers: 10},
	}
}

// mostPoints of a drawn line: more are not seen.
const mostPoints = 150

// thinned keeps the ends of a line and, of every part of it, the first point and
// those with the least and the most, so that no extreme is lost. The points are in
// the order of the line.
func thinned(points []plot.Point, most int) []plot.Point {
	const each = 3
	parts := max(most/each, 1)
	if len(points) <= parts*each {
		return points
	}
	var kept []plot.Point
	for part := range parts {
		from, to := part*len(points)/parts, (part+1)*len(points)/parts
		low, high := from, from
		for i := from; i < to; i++ {
			if points[i].Y < points[low].Y {
				low = i
			}
			if points[i].Y > points[high].Y {
				high = i
			}
		}
		places := []int{from, low, high}
		if part == parts-1 {
			places = append(places, to-1)
		}
		slices.Sort(places)
		for _, i := range slices.Compact(places) {
			kept = append(kept, points[i])
		}
	}
	return kept
}

// outermost are the series of a plot that reach the highest and the lowest, and the
// first, which is the baseline's, in their order; note says which were left out.
func outermost(series []plot.Series, most int) (kept []plot.Series, note string) {
	if len(series) <= most {
		return series, ""
	}
	chosen := ends(len(series), most, func(i int) (low, high float64) {
		low, high = math.Inf(1), math.Inf(-1)
		for _, p := range series[i].Points {
			if !math.IsNaN(p.Y) {
				low, high = min(low, p.Y), max(high, p.Y)
			}
		}
		return low, high
	})
	for _, i := range chosen {
		kept = append(kept, series[i])
	}
	return kept, fmt.Sprintf("Drawn are %d of %d: the first, those that reach the highest and those that reach the lowest; comparison.csv has all.", len(kept), len(series))
}

// ends chooses so many of n things: the first, those with the highest high and
// those with the lowest low.
func ends(n, most int, of func(int) (low, high float64)) []int {
	byHigh, byLow := make([]int, n), make([]int, n)
	lows, highs := make([]float64, n), make([]float64, n)
	for i := range n {
		byHigh[i], byLow[i] = i, i
		lows[i], highs[i] = of(i)
	}
	slices.SortStableFunc(byHigh, func(a, b int) int { return cmp.Compare(highs[b], highs[a]) })
	slices.SortStableFunc(byLow, func(a, b int) int { return cmp.Compare(lows[a], lows[b]) })
	chosen := []int{0}
	for i := 0; len(chosen) < most && i < n; i++ {
		for _, next := range []int{byHigh[i], byLow[i]} {
			if len(chosen) < most && !slices.Contains(chosen, next) {
				chosen = append(chosen, next)
			}
		}
	}
	slices.Sort(chosen)
	return chosen
}

// listed shortens a list of names for a sentence.
func listed(names []string, most int) []string {
	if len(names) <= most {
		return names
	}
	return append(slices.Clone(names[:most]), fmt.Sprintf("and %d more", len(names)-most))
}
