package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"contend/internal/format"
	"contend/internal/plot"
	"contend/report/compare"
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

// runLimits bound what the page of one run shows.
type runLimits struct {
	rows int // of a table, of a list of bars, findings, warnings and notes
	text int // bytes of a text
}

// limitsOfRuns are tried in turn until a page is small enough.
func limitsOfRuns() []runLimits {
	return []runLimits{{1000, 4000}, {200, 1000}, {50, 300}, {10, 100}}
}

// shorten leaves out what is beyond the limits, and says so.
func (d *document) shorten(limits runLimits) {
	const where = "report.json has"
	d.longestText = limits.text
	if left := len(d.Banner.Findings) - limits.rows; left > 0 {
		d.Banner.Findings = d.Banner.Findings[:limits.rows]
		d.Banner.Notes = append([]string{fmt.Sprintf("%s not shown; %s all.", format.Count(int64(left), "finding is", "findings are"), where)}, d.Banner.Notes...)
	}
	for i := range d.Banner.Findings {
		f := &d.Banner.Findings[i]
		f.More = format.Listed(f.More, limits.rows)
	}
	d.Banner.Notes, d.Warnings = format.Listed(d.Banner.Notes, limits.rows), format.Listed(d.Warnings, limits.rows)
	for i := range d.Sections {
		shortenBlocks(d.Sections[i].Blocks, limits.rows, where)
	}
}

func shortenBlocks(blocks []block, rows int, where string) {
	for i := range blocks {
		b := &blocks[i]
		if b.Table != nil {
			*b.Table = b.Table.atMost(rows, where)
		}
		if b.Chart != nil {
			b.Chart.Table = b.Chart.Table.atMost(rows, where)
		}
		if b.Bars != nil {
			b.Bars = b.Bars.atMost(rows)
		}
		shortenBlocks(b.Inner, rows, where)
	}
}

// text makes a text printable, and cuts it where it is longer than the page allows.
func (d *document) text(s string) string {
	if d.longestText > 0 && len(s) > d.longestText {
		s = strings.ToValidUTF8(s[:d.longestText], "") + "…"
	}
	return format.Printable(s)
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
func outermost(series []plot.Series, most int, where string) (kept []plot.Series, note string) {
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
	return kept, fmt.Sprintf("Drawn are %d of %d: the first, those that reach the highest and those that reach the lowest; %s all.", len(kept), len(series), where)
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

// atMost keeps the first bar, the longest and the shortest of many.
func (list *barList) atMost(most int) *barList {
	if len(list.Bars) <= most {
		return list
	}
	var kept []namedBar
	for _, i := range ends(len(list.Bars), most, func(i int) (low, high float64) { return list.Bars[i].Percent, list.Bars[i].Percent }) {
		kept = append(kept, list.Bars[i])
	}
	list.Note += fmt.Sprintf(" Shown are %d of %d: the first, the longest and the shortest.", len(kept), len(list.Bars))
	list.Bars = kept
	return list
}

// chart draws what a page has room for.
// The rest is in the files that where names.
func (limits pageLimits) chart(c plot.Chart, note, where string) block {
	isGuide := func(s plot.Series) bool { return s.Kind == plot.Guide }
	guides := slices.DeleteFunc(slices.Clone(c.Series), func(s plot.Series) bool { return !isGuide(s) })
	drawn, left := outermost(slices.DeleteFunc(slices.Clone(c.Series), isGuide), limits.series, where)
	c.Series = append(drawn, guides...)
	b := chartBlock(c, strings.TrimSpace(note+" "+left))
	if b.Chart != nil {
		b.Chart.Table = b.Chart.Table.atMost(limits.numbers, where)
	}
	return b
}

// Where the rest is of what a page leaves out: of a number of each run, and of how
// something was spread within a run.
const (
	inComparison = "comparison.csv has"
	inReports    = "the report.json of its runs have"
)

// atMost keeps the first rows of a table; where says which file has the rest.
func (g grid) atMost(rows int, where string) grid {
	if len(g.Rows) > rows {
		left := fmt.Sprintf("The first %d of %d rows; %s all.", rows, len(g.Rows), where)
		g.Note = strings.TrimSpace(left + " " + g.Note)
		g.Rows = g.Rows[:rows]
	}
	return g
}

// outermostIn are those variants of a group whose distributions are drawn: of many
// the first, and those with the highest and the lowest median of a metric.
func (limits pageLimits) outermostIn(g compare.Group, metric string) (shown []*compare.Variant, note string) {
	if len(g.Variants) <= limits.series {
		return g.Variants, ""
	}
	for _, i := range ends(len(g.Variants), limits.series, func(i int) (low, high float64) {
		median := g.Variants[i].Estimates[metric].Median
		return median, median
	}) {
		shown = append(shown, g.Variants[i])
	}
	return shown, fmt.Sprintf("Drawn are %d of %d: the first, and those with the highest and the lowest %s; %s all.", len(shown), len(g.Variants), metric, inReports)
}
