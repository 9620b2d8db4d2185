package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"contend/internal/format"
	"contend/internal/plot"
	"contend/report"
	"contend/report/compare"
)

// abscissa is the setting on the x axis of curves: a number with several values, if
// possible one that sets the amount of load. It is the first setting only if there is
// no other. The path is "" if there is none.
func abscissa(c *compare.Comparison) (path string, values []float64) {
	first := ""
	if len(c.Variants) > 0 {
		first = c.Variants[0].FirstPath()
	}
	paths := c.Paths()
	rank := func(path string) int {
		switch {
		case path == first:
			return 2
		case path == "load.rate" || path == "load.workers":
			return 0
		}
		return 1
	}
	slices.SortStableFunc(paths, func(a, b string) int { return rank(a) - rank(b) })
	for _, path := range paths {
		if values := numbers(c.Values(path)); len(values) > 1 {
			return path, values
		}
	}
	return "", nil
}

// numbers are the distinct numbers of some values, in ascending order; nil if one of
// them is not a number.
func numbers(texts []string) []float64 {
	var values []float64
	for _, text := range texts {
		v, isNumber := numberIn(text)
		if !isNumber {
			return nil
		}
		values = append(values, v)
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// numberIn reads "64" and "500/s".
func numberIn(text string) (float64, bool) {
	v, err := strconv.ParseFloat(strings.TrimSuffix(text, "/s"), 64)
	return v, err == nil && !math.IsInf(v, 0) && !math.IsNaN(v)
}

// curve is the variants that differ in nothing but the abscissa.
type curve struct {
	name     string
	variants []*compare.Variant
}

// curvesAlong returns the curves of the variants that set the path. If the path is "",
// each variant has a curve of its own.
func curvesAlong(c *compare.Comparison, path string) []curve {
	var curves []curve
	place, named := map[string]int{}, map[string]int{}
	for i := range c.Variants {
		v := &c.Variants[i]
		if _, sets := v.Value(path); !sets && path != "" {
			continue
		}
		others := slices.DeleteFunc(slices.Clone(v.Settings), func(s report.Setting) bool { return s.Path == path })
		key := compare.SettingsLine(others)
		at, exists := place[key]
		if !exists {
			at = len(curves)
			place[key] = at
			k := curve{name: cmp.Or(valuesLine(others), c.Scenario)}
			if named[k.name]++; named[k.name] > 1 { // variants with the same values in other fields
				k.name = key
			}
			curves = append(curves, k)
		}
		curves[at].variants = append(curves[at].variants, v)
	}
	return curves
}

func valuesLine(settings []report.Setting) string {
	values := make([]string, len(settings))
	for i, s := range settings {
		values[i] = s.Value
	}
	return strings.Join(values, ", ")
}

// curves are the plots along the abscissa, and the frontier.
func curves(c *compare.Comparison, limits pageLimits) []block {
	var blocks []block
	path, values := abscissa(c)
	if path == "" {
		blocks = append(blocks, block{Note: "No curves: no setting is a number with several values, such as load.workers."})
	}
	for _, metric := range []string{"throughput", "response.p50", "response.p99", "writes_per_success", "conflict_rate", "dropped_rate", "cost_per_million", "fairness"} {
		m, there := metricNamed(c, metric)
		if path == "" || !there {
			continue
		}
		blocks = append(blocks, limits.chart(curveChart(c, m, path, values), without(c, path), inComparison))
	}
	return append(blocks, frontierChart(c, path, limits))
}

// without says how many variants are not drawn because they do not set the path.
func without(c *compare.Comparison, path string) string {
	n := c.CountWithout(path)
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("Not drawn: %s whose settings do not name %s.", format.Count(int64(n), "variant"), path)
}

func curveChart(c *compare.Comparison, m compare.Metric, path string, values []float64) plot.Chart {
	const wide = 4
	chart := plot.Chart{
		Title: heading(m.Label) + " against " + path,
		X:     plot.Axis{Name: path, Ticks: values},
		Y:     plot.Axis{Name: axis(m), FromZero: true},
	}
	if values[0] > 0 && values[len(values)-1] >= wide*values[0] {
		chart.X.Scale = plot.Log
		chart.X.Name += " (log)"
	}
	if m.Unit == "ms" {
		chart.Y.Scale = plot.Log
		chart.Y.Name = strings.TrimSuffix(chart.Y.Name, ")") + ", log)"
	}
	scale := 1.0
	if isPart(m) {
		scale = 100
	}
	for i, k := range curvesAlong(c, path) {
		s := plot.Series{Name: k.name, Marked: true, Colour: i}
		for _, v := range k.variants {
			text, _ := v.Value(path)
			x, _ := numberIn(text)
			e, there := v.Estimates[m.Name]
			if !there {
				continue
			}
			p := plot.Point{X: x, Y: e.Median * scale}
			if e.Low != nil && e.High != nil {
				p.Low, p.High = *e.Low*scale, *e.High*scale
			}
			s.Points = append(s.Points, p)
		}
		slices.SortFunc(s.Points, func(a, b plot.Point) int { return cmp.Compare(a.X, b.X) })
		chart.Series = append(chart.Series, s)
		if law := lawAlong(k, m, path, scale); len(law.Points) > 1 {
			law.Colour = i
			chart.Series = append(chart.Series, law)
		}
	}
	if m.Name == "throughput" && path == "load.rate" {
		chart.Series = append(chart.Series, allApplied(values))
	}
	return chart
}

// lawAlong is what the law of contention says along a curve; see
// [compare.Comparison.AddLaw].
func lawAlong(k curve, m compare.Metric, path string, scale float64) plot.Series {
	s := plot.Series{Name: strings.TrimSpace(k.name + " by the law"), Kind: plot.Guide}
	for _, v := range k.variants {
		y, there := v.Law[m.Name]
		if !there {
			continue
		}
		text, _ := v.Value(path)
		x, _ := numberIn(text)
		s.Points = append(s.Points, plot.Point{X: x, Y: y * scale})
	}
	slices.SortFunc(s.Points, func(a, b plot.Point) int { return cmp.Compare(a.X, b.X) })
	return s
}

// allApplied is the line on which the throughput equals the rate. It has many points
// because it is not straight on a logarithmic axis.
func allApplied(rates []float64) plot.Series {
	const parts = 60
	s := plot.Series{Name: "all that was due", Kind: plot.Guide}
	low, high := rates[0], rates[len(rates)-1]
	for i := range parts + 1 {
		rate := low + (high-low)*float64(i)/parts
		s.Points = append(s.Points, plot.Point{X: rate, Y: rate})
	}
	return s
}

func heading(label string) string {
	if label == "" {
		return label
	}
	return strings.ToUpper(label[:1]) + label[1:]
}

// axis is the label of an axis: the metric's name with its unit.
func axis(m compare.Metric) string {
	switch {
	case m.Unit == "/s":
		return m.Label + " (operations per second)"
	case isPart(m):
		return m.Label + " (%)"
	case m.Unit != "":
		return m.Label + " (" + m.Unit + ")"
	}
	return m.Label
}
