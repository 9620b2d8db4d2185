package page

import (
	"bytes"
	"fmt"
	"io"
	"strconv"

	"contend/internal/format"
	"contend/internal/plot"
	"contend/report/capacity"
	"contend/workload/check"
)

// Capacity writes how much load a scenario's counters sustain as an HTML page in one file, which
// needs no network and no script: the answer, the curves of all trials beside the law of
// contention, and the tables behind them.
func Capacity(w io.Writer, c *capacity.Capacity) error {
	d := documentOfCapacity(c)
	d.shorten(limitsOfRuns()[0])
	var page bytes.Buffer
	if err := d.write(&page); err != nil {
		return err
	}
	if _, err := page.WriteTo(w); err != nil {
		return fmt.Errorf("html: %w", err)
	}
	return nil
}

func documentOfCapacity(c *capacity.Capacity) *document {
	d := &document{
		Kind: "capacity", Name: c.Scenario, Description: c.Description, Mark: markOf(c.Simulated), ToolVersion: c.ToolVersion, Banner: capacityBanner(c),
		Facts: []string{c.Strategy, "retry " + c.RetryPolicy, format.Count(int64(c.Workers), "worker"), "target " + c.Target.Kind, "finds " + string(c.Find)},
		Tiles: capacityTiles(c),
	}
	curve := c.Curve()
	d.add("curves", "Curves", "Each point is a load that was tried, the mean of its trials.",
		throughputCurve(c, curve), latencyCurve(c, curve), refusedCurve(c, curve))
	d.add("headroom", "Headroom", "Loads beside the one that meets all goals.", tableBlock(headroomGrid(c)))
	d.add("goals", "Goals", "How far each goal was kept.", tableBlock(goalsGrid(c)))
	var assumed []block
	for _, sentence := range c.Assumptions {
		assumed = append(assumed, block{Note: sentence})
	}
	d.add("assumed", "Assumed", "", assumed...)
	if c.Replay != "" {
		d.add("replay", "Replay", "This command repeats the trial that meets all goals.", block{Note: c.Replay})
	}
	d.add("trials", "Trials", "In the order in which they were made.", tableBlock(trialsGrid(c)))
	return d
}

func capacityBanner(c *capacity.Capacity) banner {
	b := banner{Status: check.Pass, Word: "CAPACITY", Headline: c.Answer}
	switch {
	case c.Verdict == check.Fail:
		b.Status = check.Fail
		b.Notes = append(b.Notes, fmt.Sprintf("The count was wrong in %s.", format.Count(int64(len(c.Wrong)), "trial")))
	case c.Lower == nil || c.Upper == nil || !c.Complete:
		b.Status = check.Inconclusive
	}
	if c.Stopped != "" {
		b.Notes = append(b.Notes, c.Stopped)
	}
	for _, v := range c.Void {
		b.Findings = append(b.Findings, finding{Status: check.Skipped, Chip: "void", Name: c.Find.Format(v.Load), Reason: v.Why})
	}
	return b
}

func capacityTiles(c *capacity.Capacity) []tile {
	var all []tile
	add := func(name string, load *float64, note string) {
		if load != nil {
			all = append(all, tile{name, strconv.FormatFloat(*load, 'f', -1, 64), c.Unit, note})
		}
	}
	add("Meets all goals", c.KeptLoad(), "")
	add("Misses one", c.MissedLoad(), c.Limit)
	if c.ThroughputPerS != nil {
		all = append(all, tile{"Throughput", format.Number(*c.ThroughputPerS), "/s", "at the load that meets all goals"})
	}
	if c.Require != nil {
		all = append(all, tile{"Required", strconv.FormatFloat(c.Require.Load, 'f', -1, 64), c.Unit, string(c.Require.Status)})
	}
	for _, h := range c.Headroom {
		if t := &c.Trials[h.Trial-1]; h.Factor == 1 && t.USDPerMonth != nil {
			all = append(all, tile{"Price", "$" + format.Number(*t.USDPerMonth), "/month", "on demand, at the load that meets all goals"})
		}
	}
	return all
}

// loadAxis shows the bracket as a window.
func loadAxis(c *capacity.Capacity, chart plot.Chart) plot.Chart {
	chart.X = plot.Axis{Name: string(c.Find) + " (" + c.Unit + ")", FromZero: true}
	switch {
	case c.Lower != nil && c.Upper != nil:
		chart.Windows = []plot.Window{{From: *c.Lower, To: *c.Upper, Label: "limit"}}
	case c.KeptLoad() != nil:
		chart.Marks = []plot.Mark{{X: *c.KeptLoad(), Label: "met"}}
	}
	return chart
}

func throughputCurve(c *capacity.Capacity, curve []capacity.Point) block {
	series := []plot.Series{over(curve, "measured", 0, plot.Line, func(p capacity.Point) *float64 { return p.ThroughputPerS })}
	if law := over(curve, "law", 1, plot.Line, func(p capacity.Point) *float64 { return p.LawThroughput }); len(law.Points) > 0 {
		series = append(series, law)
	}
	return chartBlock(loadAxis(c, plot.Chart{Title: "Throughput", Y: plot.Axis{Name: "operations per second", FromZero: true}, Series: series}),
		"Where the curve leaves the load, operations are not served as they become due.")
}

func latencyCurve(c *capacity.Capacity, curve []capacity.Point) block {
	return chartBlock(loadAxis(c, plot.Chart{Title: "Response", Y: plot.Axis{Name: "response (ms, log)", Scale: plot.Log}, Series: []plot.Series{
		over(curve, "p50", 0, plot.Line, func(p capacity.Point) *float64 { return p.P50MS }),
		over(curve, "p99", 1, plot.Line, func(p capacity.Point) *float64 { return p.P99MS }),
	}}), "")
}

func refusedCurve(c *capacity.Capacity, curve []capacity.Point) block {
	const percent = 100
	scaled := func(v *float64) *float64 {
		if v == nil {
			return nil
		}
		return new(*v * percent)
	}
	series := []plot.Series{over(curve, "measured", 0, plot.Line, func(p capacity.Point) *float64 { return scaled(p.ConflictRate) })}
	if law := over(curve, "law", 1, plot.Line, func(p capacity.Point) *float64 { return scaled(p.LawRefused) }); len(law.Points) > 0 {
		series = append(series, law)
	}
	return chartBlock(loadAxis(c, plot.Chart{Title: "Conflict rate", Y: plot.Axis{Name: "conflicts (% of update attempts)", FromZero: true}, Series: series}), "")
}

// over is a series over the loads that have a value.
func over(curve []capacity.Point, name string, colour int, kind plot.Kind, of func(capacity.Point) *float64) plot.Series {
	s := plot.Series{Name: name, Colour: colour, Kind: kind, Marked: true}
	for _, p := range curve {
		if v := of(p); v != nil {
			s.Points = append(s.Points, plot.Point{X: p.Load, Y: *v})
		}
	}
	return s
}

func headroomGrid(c *capacity.Capacity) grid {
	g := grid{Header: []string{"factor", "load", "p50 ms", "p99 ms", "writes per success", "WU/s", "RU/s", "$ a month", "goals"}, Texts: 1, Full: true}
	for _, h := range c.Headroom {
		t := &c.Trials[h.Trial-1]
		g.Rows = append(g.Rows, append(rowOf("× "+strconv.FormatFloat(h.Factor, 'f', -1, 64), c.HeadroomLoad(h), format.Scaled(t.P50MS, 1), format.Scaled(t.P99MS, 1),
			format.Scaled(t.WritesPerSuccess, 1), format.Scaled(t.WriteUnitsPerS, 1), format.Scaled(t.ReadUnitsPerS, 1), format.Scaled(t.USDPerMonth, 1)), trialCell(t)))
	}
	return g
}

func trialCell(t *capacity.Trial) gridCell {
	switch {
	case t.Void != "":
		return gridCell{Text: "void", Tone: "faint"}
	case t.Verdict == check.Fail:
		return gridCell{Text: "wrong count", Tone: tone(check.Fail)}
	case t.Kept:
		return gridCell{Text: "met", Tone: tone(check.Pass)}
	}
	return gridCell{Text: "missed", Tone: tone(check.Inconclusive)}
}

func goalsGrid(c *capacity.Capacity) grid {
	g := grid{Header: []string{"goal", "met up to", "missed from"}, Texts: 1}
	load := func(v *float64) string {
		if v == nil {
			return format.Absent
		}
		return c.Find.Format(*v)
	}
	for _, one := range c.Goals {
		g.Rows = append(g.Rows, rowOf(one.Goal, load(one.Kept), load(one.Missed)))
	}
	return g
}

func trialsGrid(c *capacity.Capacity) grid {
	g := grid{Header: []string{"trial", "load", "length", "seed", "per s", "p50 ms", "p99 ms", "writes per success", "law", "refused", "law", "goals"}, Texts: 1, Full: true}
	for i := range c.Trials {
		t := &c.Trials[i]
		var writes, refused *float64
		if t.Law != nil {
			writes, refused = t.Law.WritesPerSuccess, &t.Law.ConflictRate
		}
		row := rowOf(strconv.Itoa(t.Number), c.Find.Format(t.Load), format.Seconds(t.LengthS), strconv.FormatUint(t.Seed, 10), format.Scaled(t.ThroughputPerS, 1), format.Scaled(t.P50MS, 1),
			format.Scaled(t.P99MS, 1), format.Scaled(t.WritesPerSuccess, 1), format.Scaled(writes, 1), percentOr(t.ConflictRate), percentOr(refused))
		g.Rows = append(g.Rows, append(row, trialCell(t)))
	}
	return g
}

func percentOr(v *float64) string {
	if v == nil {
		return format.Absent
	}
	return format.Percent(*v)
}
