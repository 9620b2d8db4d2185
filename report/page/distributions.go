package page

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"contend/internal/format"
	"contend/internal/plot"
	"contend/report/compare"
	"contend/workload/hist"
)

// distributions shows the group with the most load openly, and the others folded away.
func distributions(c *compare.Comparison, limits pageLimits) []block {
	return mostLoadedFirst(c, limits, inReports, func(g compare.Group) []block {
		return []block{latencyOverlay(c, g, limits), attemptsOverlay(c, g, limits), conflictOverlay(c, g, limits)}
	})
}

// mostLoadedFirst shows the group with the largest value of the abscissa, and folds the
// others away. where names the files that have what is left out.
func mostLoadedFirst(c *compare.Comparison, limits pageLimits, where string, show func(compare.Group) []block) []block {
	groups := c.Groups()
	chosen := mostLoaded(c, groups)
	var blocks, folded []block
	others := 0
	for i, g := range groups {
		if i == chosen {
			blocks = show(g)
			continue
		}
		if others++; others <= limits.groups {
			folded = append(folded, show(g)...)
		}
	}
	if rest := others - limits.groups; rest > 0 {
		folded = append(folded, block{Note: fmt.Sprintf("%s not drawn, to keep the page small; %s them all.", format.Count(int64(rest), "group is", "groups are"), where)})
	}
	if len(folded) > 0 {
		blocks = append(blocks, block{Folded: format.Count(int64(others), "more group"), Inner: folded})
	}
	return blocks
}

// mostLoaded is the index of the group with the largest value of the abscissa.
func mostLoaded(c *compare.Comparison, groups []compare.Group) int {
	chosen, most := 0, math.Inf(-1)
	path, _ := abscissa(c)
	for i, g := range groups {
		value, sets := g.Variants[0].Value(path)
		if !sets || path == g.Variants[0].FirstPath() {
			continue
		}
		if v, isNumber := numberIn(value); isNumber && v > most {
			most, chosen = v, i
		}
	}
	return chosen
}

func inGroup(title, group string) string {
	if group == "" {
		return title
	}
	return title + ", " + group
}

func latencyOverlay(c *compare.Comparison, g compare.Group, limits pageLimits) block {
	chart := plot.Chart{
		Title: inGroup("Response by percentile", g.Name),
		X:     plot.Axis{Name: "percentile of applied operations", Scale: plot.Percentile},
		Y:     plot.Axis{Name: "response (ms, log)", Scale: plot.Log},
	}
	shown, note := limits.outermostIn(g, "response.p99")
	for _, v := range shown {
		var all hist.Histogram
		for d := range v.Samples {
			d.AddResponse(&all)
		}
		if all.Count() > 0 {
			chart.Series = append(chart.Series, percentiles(v.First(), c.Colour(v), &all))
		}
	}
	return limits.chart(chart, note, inReports)
}

// attemptsOverlay shows, for each number of attempts, what share of the updates took
// more.
func attemptsOverlay(c *compare.Comparison, g compare.Group, limits pageLimits) block {
	chart := plot.Chart{
		Title: inGroup("Updates that took more attempts", g.Name),
		X:     plot.Axis{Name: "attempts (log)", Scale: plot.Log},
		Y:     plot.Axis{Name: "applied updates with more attempts (%, log)", Scale: plot.Log},
	}
	for _, v := range g.Variants {
		if s := exceedance(v); len(s.Points) > 0 {
			s.Points = thinned(s.Points, maxPoints)
			s.Colour = c.Colour(v)
			chart.Series = append(chart.Series, s)
		}
	}
	return limits.chart(chart, "A line ends with the update that took the most attempts.", inReports)
}

// conflictOverlay shows how the conflict rate was distributed over the seconds of the
// runs.
func conflictOverlay(c *compare.Comparison, g compare.Group, limits pageLimits) block {
	chart := plot.Chart{
		Title: inGroup("Conflict rate of the seconds", g.Name),
		X:     plot.Axis{Name: "conflict rate (% of update attempts in a second)"},
		Y:     plot.Axis{Name: "seconds with at most that rate (%)", FromZero: true, Least: 100},
	}
	for _, v := range g.Variants {
		s := plot.Series{Name: v.First(), Colour: c.Colour(v), Marked: true}
		rates := secondRates(v)
		for i, rate := range rates {
			s.Points = append(s.Points, plot.Point{X: 100 * rate, Y: 100 * float64(i+1) / float64(len(rates))})
		}
		s.Points = thinned(s.Points, maxPoints)
		if len(s.Points) > 0 {
			chart.Series = append(chart.Series, s)
		}
	}
	return limits.chart(chart, "The further left a line is, the fewer attempts were lost; the steeper it is, the more alike the seconds were.", inReports)
}

// secondRates are the conflict rates of all seconds of a variant's runs, in ascending
// order.
func secondRates(v *compare.Variant) (rates []float64) {
	for d := range v.Samples {
		for _, rate := range d.Rates {
			rates = append(rates, float64(rate))
		}
	}
	slices.Sort(rates)
	return rates
}

func exceedance(v *compare.Variant) plot.Series {
	counts := map[int64]int64{}
	var total int64
	for d := range v.Samples {
		for _, b := range d.Attempts {
			counts[b.Attempts] += b.Operations
			total += b.Operations
		}
	}
	attempts := make([]int64, 0, len(counts))
	for n := range counts {
		attempts = append(attempts, n)
	}
	slices.Sort(attempts)
	s := plot.Series{Name: v.First()}
	left := total
	for _, n := range attempts {
		left -= counts[n]
		if left > 0 {
			s.Points = append(s.Points, plot.Point{X: float64(n), Y: 100 * float64(left) / float64(total)})
		}
	}
	return s
}

// barLists compare the metrics that have one number for each variant.
func barLists(c *compare.Comparison, limits pageLimits) []block {
	return mostLoadedFirst(c, limits, inComparison, func(g compare.Group) []block {
		var blocks []block
		for _, of := range []struct{ metric, title, unit, note string }{
			{"cost_per_million", "Cost per million applied updates", "$", "Medians, request units alone, without storage."},
			{"fairness", "Fairness", "Jain's index", "Medians; 1 if all workers have the same number of successes."},
		} {
			m, there := metricNamed(c, of.metric)
			if !there {
				blocks = append(blocks, block{Note: fmt.Sprintf("No comparison of %s: no run measured it.", strings.ToLower(of.title))})
				continue
			}
			blocks = append(blocks, block{Bars: barsOf(c, m, g, barList{Title: inGroup(of.title, g.Name), Unit: of.unit, Note: of.note}).atMost(limits.series)})
		}
		return blocks
	})
}

func barsOf(c *compare.Comparison, m compare.Metric, g compare.Group, list barList) *barList {
	most := 0.0
	for _, v := range g.Variants {
		most = max(most, v.Estimates[m.Name].Median)
	}
	for _, v := range g.Variants {
		if e, there := v.Estimates[m.Name]; there && most > 0 {
			list.Bars = append(list.Bars, namedBar{v.First(), write(m, e.Median), 100 * max(e.Median, 0) / most, c.Colour(v)%plot.Colours + 1})
		}
	}
	return &list
}
