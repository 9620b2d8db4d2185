package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"contend/internal/plot"
	"contend/workload/hist"
)

// abscissa is the setting that curves go along: a number with several values,
// one that says how much load there is if possible. It is the first setting only
// if there is no other. The path is "" if there is none.
func (c *Comparison) abscissa() (path string, values []float64) {
	first := ""
	if len(c.Variants) > 0 {
		first = c.Variants[0].firstPath()
	}
	paths := c.paths()
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
		if values := numbers(c.values(path)); len(values) > 1 {
			return path, values
		}
	}
	return "", nil
}

// numbers are the distinct numbers of some values in their order; nil if one of
// them is no number.
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
	variants []*ComparedVariant
}

// along are the curves of the variants that set the path; of all variants, each
// with a curve of its own, if the path is "".
func (c *Comparison) along(path string) []curve {
	var curves []curve
	place, named := map[string]int{}, map[string]int{}
	for i := range c.Variants {
		v := &c.Variants[i]
		if _, sets := v.value(path); !sets && path != "" {
			continue
		}
		others := slices.DeleteFunc(slices.Clone(v.Settings), func(s Setting) bool { return s.Path == path })
		key := settingsLine(others)
		at, exists := place[key]
		if !exists {
			at = len(curves)
			place[key] = at
			k := curve{name: cmp.Or(valuesLine(others), c.Scenario)}
			if named[k.name]++; named[k.name] > 1 { // the same values of other fields
				k.name = key
			}
			curves = append(curves, k)
		}
		curves[at].variants = append(curves[at].variants, v)
	}
	return curves
}

func valuesLine(settings []Setting) string {
	values := make([]string, len(settings))
	for i, s := range settings {
		values[i] = s.Value
	}
	return strings.Join(values, ", ")
}

// curves are the plots along the abscissa, and the frontier.
func (c *Comparison) curves(limits pageLimits) []block {
	var blocks []block
	path, values := c.abscissa()
	if path == "" {
		blocks = append(blocks, block{Note: "No curves: no setting is a number with several values, such as load.workers."})
	}
	for _, metric := range []string{"throughput", "response.p50", "response.p99", "writes_per_success", "conflict_rate", "dropped_rate", "cost_per_million", "fairness"} {
		m, there := c.metric(metric)
		if path == "" || !there {
			continue
		}
		blocks = append(blocks, limits.chart(c.curveChart(m, path, values), c.without(path), inComparison))
	}
	return append(blocks, c.frontier(path, limits))
}

// without counts the variants that have no place on curves along a path.
func (c *Comparison) without(path string) string {
	n := c.countWithout(path)
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("Not drawn: %s whose settings do not name %s.", plural(int64(n), "variant"), path)
}

func (c *Comparison) curveChart(m ComparedMetric, path string, values []float64) plot.Chart {
	const wide = 4
	chart := plot.Chart{
		Title: heading(m.Label) + " against " + path,
		X:     plot.Axis{Name: path, Ticks: values},
		Y:     plot.Axis{Name: m.axis(), FromZero: true},
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
	if m.isPart() {
		scale = 100
	}
	for i, k := range c.along(path) {
		s := plot.Series{Name: k.name, Marked: true, Colour: i}
		for _, v := range k.variants {
			text, _ := v.value(path)
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
	}
	if m.Name == "throughput" && path == "load.rate" {
		chart.Series = append(chart.Series, allApplied(values))
	}
	return chart
}

// allApplied is where the throughput is the rate. It is drawn through many points
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

// axis is the metric's name with its unit.
func (m ComparedMetric) axis() string {
	switch {
	case m.Unit == "/s":
		return m.Label + " (operations per second)"
	case m.isPart():
		return m.Label + " (%)"
	case m.Unit != "":
		return m.Label + " (" + m.Unit + ")"
	}
	return m.Label
}

// frontier holds the variants against (T−1)(C−1) = 1.
func (c *Comparison) frontier(path string, limits pageLimits) block {
	labelled, colours := path != "", c.colours()
	chart := plot.Chart{
		Title: "Contention frontier",
		X:     plot.Axis{Name: "wasted writes per success, C − 1 (log)", Scale: plot.Log},
		Y:     plot.Axis{Name: "wasted time per success, T − 1 (gaps, log)", Scale: plot.Log},
	}
	known, drawn := 0, 0
	low, high := math.Inf(1), math.Inf(-1)
	for i, k := range c.along(path) {
		s := plot.Series{Name: k.name, Kind: plot.Dots, Colour: i}
		if !labelled {
			s.Colour = colours[k.variants[0].firstSetting()]
		}
		for _, v := range k.variants {
			writes, time, ok := v.frontier()
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
				p.Label, _ = v.value(path)
			}
			s.Points = append(s.Points, p)
		}
		if len(s.Points) > 0 {
			chart.Series = append(chart.Series, s)
		}
	}
	if known == 0 {
		return block{Note: "No plot of the contention frontier: it is of conditional writes to one counter in a closed loop with the same number of workers throughout, and no run was that."}
	}
	if drawn > 0 {
		chart.Series = append(chart.Series, plot.Series{Name: "(T − 1)(C − 1) = 1", Kind: plot.Guide,
			Points: []plot.Point{{X: low / 10, Y: 10 / low}, {X: high * 10, Y: 1 / (high * 10)}}})
	}
	note := "C is writes per success, T is elapsed time per success in gaps, and a gap the time from the state that a write starts from to its judgement. Attempts at random lie on the dashed line, whatever their rate; below it they come in turn or in step; far above it writes and time are wasted at once."
	if labelled {
		note += " Labels are " + path + "."
	}
	if known > drawn {
		note += fmt.Sprintf(" Not drawn: %s that wasted no write or no time.", plural(int64(known-drawn), "variant"))
	}
	return limits.chart(chart, note, inComparison)
}

// frontier is the median over a variant's runs.
func (v *ComparedVariant) frontier() (writes, time float64, ok bool) {
	var allWrites, allTimes []float64
	for d := range v.samples {
		if d.frontier != nil {
			allWrites, allTimes = append(allWrites, d.frontier.C), append(allTimes, d.frontier.T)
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

// distributions are of the group with the most load at once, of the others on
// demand.
func (c *Comparison) distributions(limits pageLimits) []block {
	return c.mostLoadedFirst(limits, inReports, func(g variantGroup) []block {
		return []block{c.latencyOverlay(g, limits), c.attemptsOverlay(g, limits), c.conflictOverlay(g, limits)}
	})
}

// mostLoadedFirst shows the group with the largest value of the abscissa, and
// folds the others away. The files that where names have what is left out.
func (c *Comparison) mostLoadedFirst(limits pageLimits, where string, show func(variantGroup) []block) []block {
	groups := c.groups()
	chosen := c.mostLoaded(groups)
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
		folded = append(folded, block{Note: fmt.Sprintf("%s not drawn, to keep the page small; %s all.", plural(int64(rest), "group is", "groups are"), where)})
	}
	if len(folded) > 0 {
		blocks = append(blocks, block{Folded: plural(int64(others), "more group"), Inner: folded})
	}
	return blocks
}

// mostLoaded is the index of the group with the largest value of the abscissa.
func (c *Comparison) mostLoaded(groups []variantGroup) int {
	chosen, most := 0, math.Inf(-1)
	path, _ := c.abscissa()
	for i, g := range groups {
		value, sets := g.variants[0].value(path)
		if !sets || path == g.variants[0].firstPath() {
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

func (c *Comparison) latencyOverlay(g variantGroup, limits pageLimits) block {
	chart := plot.Chart{
		Title: inGroup("Response by percentile", g.name),
		X:     plot.Axis{Name: "percentile of applied operations", Scale: plot.Percentile},
		Y:     plot.Axis{Name: "response (ms, log)", Scale: plot.Log},
	}
	shown, note := limits.outermostIn(g, "response.p99")
	for _, v := range shown {
		var all hist.Histogram
		for d := range v.samples {
			d.addResponse(&all)
		}
		if all.Count() > 0 {
			chart.Series = append(chart.Series, percentiles(v.first(), c.colour(v), &all))
		}
	}
	return limits.chart(chart, note, inReports)
}

// attemptsOverlay shows for each number of attempts how many updates took more.
func (c *Comparison) attemptsOverlay(g variantGroup, limits pageLimits) block {
	chart := plot.Chart{
		Title: inGroup("Updates that took more attempts", g.name),
		X:     plot.Axis{Name: "attempts (log)", Scale: plot.Log},
		Y:     plot.Axis{Name: "applied updates with more attempts (%, log)", Scale: plot.Log},
	}
	for _, v := range g.variants {
		if s := exceedance(v); len(s.Points) > 0 {
			s.Points = thinned(s.Points, mostPoints)
			s.Colour = c.colour(v)
			chart.Series = append(chart.Series, s)
		}
	}
	return limits.chart(chart, "A line ends with the update that took the most attempts.", inReports)
}

// conflictOverlay is how the conflict rate was spread over the seconds of the runs.
func (c *Comparison) conflictOverlay(g variantGroup, limits pageLimits) block {
	chart := plot.Chart{
		Title: inGroup("Conflict rate of the seconds", g.name),
		X:     plot.Axis{Name: "conflict rate (% of update attempts in a second)"},
		Y:     plot.Axis{Name: "seconds with at most that rate (%)", FromZero: true, Least: 100},
	}
	for _, v := range g.variants {
		s := plot.Series{Name: v.first(), Colour: c.colour(v), Marked: true}
		rates := secondRates(v)
		for i, rate := range rates {
			s.Points = append(s.Points, plot.Point{X: 100 * rate, Y: 100 * float64(i+1) / float64(len(rates))})
		}
		s.Points = thinned(s.Points, mostPoints)
		if len(s.Points) > 0 {
			chart.Series = append(chart.Series, s)
		}
	}
	return limits.chart(chart, "The further left a line is, the fewer attempts were lost; the steeper, the more alike the seconds.", inReports)
}

// secondRates are the conflict rates of all seconds of a variant's runs, the
// lowest first.
func secondRates(v *ComparedVariant) (rates []float64) {
	for d := range v.samples {
		for _, rate := range d.rates {
			rates = append(rates, float64(rate))
		}
	}
	slices.Sort(rates)
	return rates
}

func exceedance(v *ComparedVariant) plot.Series {
	counts := map[int64]int64{}
	var total int64
	for d := range v.samples {
		for _, b := range d.attempts {
			counts[b.Attempts] += b.Operations
			total += b.Operations
		}
	}
	attempts := make([]int64, 0, len(counts))
	for n := range counts {
		attempts = append(attempts, n)
	}
	slices.Sort(attempts)
	s := plot.Series{Name: v.first()}
	left := total
	for _, n := range attempts {
		left -= counts[n]
		if left > 0 {
			s.Points = append(s.Points, plot.Point{X: float64(n), Y: 100 * float64(left) / float64(total)})
		}
	}
	return s
}

// barLists compare what has one number for each variant.
func (c *Comparison) barLists(limits pageLimits) []block {
	return c.mostLoadedFirst(limits, inComparison, func(g variantGroup) []block {
		var blocks []block
		for _, of := range []struct{ metric, title, unit, note string }{
			{"cost_per_million", "Cost per million applied updates", "$", "Medians, request units alone, without storage."},
			{"fairness", "Fairness", "Jain's index", "Medians; 1 if all workers have the same number of successes."},
		} {
			m, there := c.metric(of.metric)
			if !there {
				blocks = append(blocks, block{Note: fmt.Sprintf("No comparison of %s: no run measured it.", strings.ToLower(of.title))})
				continue
			}
			blocks = append(blocks, block{Bars: c.bars(m, g, barList{Title: inGroup(of.title, g.name), Unit: of.unit, Note: of.note}).atMost(limits.series)})
		}
		return blocks
	})
}

func (c *Comparison) bars(m ComparedMetric, g variantGroup, list barList) *barList {
	most := 0.0
	for _, v := range g.variants {
		most = max(most, v.Estimates[m.Name].Median)
	}
	for _, v := range g.variants {
		if e, there := v.Estimates[m.Name]; there && most > 0 {
			list.Bars = append(list.Bars, namedBar{v.first(), m.write(e.Median), 100 * max(e.Median, 0) / most, c.colour(v)%plot.Colours + 1})
		}
	}
	return &list
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
func (limits pageLimits) outermostIn(g variantGroup, metric string) (shown []*ComparedVariant, note string) {
	if len(g.variants) <= limits.series {
		return g.variants, ""
	}
	for _, i := range ends(len(g.variants), limits.series, func(i int) (low, high float64) {
		median := g.variants[i].Estimates[metric].Median
		return median, median
	}) {
		shown = append(shown, g.variants[i])
	}
	return shown, fmt.Sprintf("Drawn are %d of %d: the first, and those with the highest and the lowest %s; %s all.", len(shown), len(g.variants), metric, inReports)
}
