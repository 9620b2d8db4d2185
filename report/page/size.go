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

// maxPage is the largest size of a page in bytes: people mail pages and open them on
// phones.
const maxPage = 2_000_000

// pageLimits bound what a page of many variants shows. A note says what is left out;
// the files beside the page have everything.
type pageLimits struct {
	groups   int // whose plots are included, folded away
	series   int // in a plot, and bars in a list
	variants int // in tables
	runs     int // in the list of runs
	numbers  int // rows behind a plot
}

// limitsOfPages are tried one after another until a page is small enough.
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
	rows int // in a table; bars in a list; findings, warnings and notes
	text int // bytes in a text
}

// limitsOfRuns are tried one after another until a page is small enough.
func limitsOfRuns() []runLimits {
	return []runLimits{{1000, 4000}, {200, 1000}, {50, 300}, {10, 100}}
}

// shorten leaves out what exceeds the limits, and says so.
func (d *document) shorten(limits runLimits) {
	const where = "report.json has"
	d.longestText = limits.text
	if left := len(d.Banner.Findings) - limits.rows; left > 0 {
		d.Banner.Findings = d.Banner.Findings[:limits.rows]
		d.Banner.Notes = append([]string{fmt.Sprintf("%s not shown; %s them all.", format.Count(int64(left), "finding is", "findings are"), where)}, d.Banner.Notes...)
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

// text makes a text printable, and cuts it if it is longer than the page allows.
func (d *document) text(s string) string {
	if d.longestText > 0 && len(s) > d.longestText {
		s = strings.ToValidUTF8(s[:d.longestText], "") + "…"
	}
	return format.Printable(s)
}

// maxPoints is the most points of a line; nobody can see more.
const maxPoints = 150

// thinned reduces a line to at most most points. It keeps both ends and, of each part,
// the first point and those with the smallest and the largest value, so that no extreme
// is lost. The points are in the order of the line.
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

// outermost reduces the series of a plot: it keeps the first, which is the baseline's,
// and those that reach the highest and the lowest values, in their order. note says
// what was left out.
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
	return kept, fmt.Sprintf("%d of %d are drawn: the first, those that reach the highest values and those that reach the lowest; %s them all.", len(kept), len(series), where)
}

// ends chooses most of n elements: the first, those with the highest high and those
// with the lowest low.
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
	list.Note += fmt.Sprintf(" %d of %d are shown: the first, the longest and the shortest.", len(kept), len(list.Bars))
	list.Bars = kept
	return list
}

// chart draws as much of a chart as the page has room for. where names the files that
// have the rest.
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

// The files that have what a page leaves out: numbers of each run, and distributions
// within a run.
const (
	inComparison = "comparison.csv has"
	inReports    = "the report.json of its runs have"
)

// atMost keeps the first rows of a table; where names the file that has the rest.
func (g grid) atMost(rows int, where string) grid {
	if len(g.Rows) > rows {
		left := fmt.Sprintf("The first %d of %d rows; %s them all.", rows, len(g.Rows), where)
		g.Note = strings.TrimSpace(left + " " + g.Note)
		g.Rows = g.Rows[:rows]
	}
	return g
}

// outermostIn chooses the variants of a group whose distributions are drawn: of many
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
	return shown, fmt.Sprintf("%d of %d are drawn: the first, and those with the highest and the lowest %s; %s them all.", len(shown), len(g.Variants), metric, inReports)
}
