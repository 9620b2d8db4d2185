package text

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"contend/internal/format"
	"contend/report"
	"contend/report/capacity"
	"contend/workload/check"
)

// Capacity writes how much load a scenario's counters sustain, and the trials that show it. The
// error is that of writing to w.
func Capacity(w io.Writer, c *capacity.Capacity, options Options) error {
	p := newTextLayout(options)
	if c.Simulated {
		p.line(p.paint.bold(report.SimulatedMark))
	}
	p.banner(p.paint.bold, "━━━ CAPACITY ", c.Scenario, c.Description)
	p.paragraph("", plain, c.Answer)
	p.line("")
	p.valueRows(found(c))
	if len(c.Wrong) > 0 {
		p.line("")
		p.paragraph("! ", p.paint.doubt, fmt.Sprintf("the count was wrong in %s: %s", format.Count(int64(len(c.Wrong)), "trial"), numbersOf(c.Wrong)))
	}
	p.goals(c)
	p.capacityTrials(c)
	p.headroom(c)
	p.sentences("Void: the client could not make the load", voids(c))
	p.sentences("Assumed", c.Assumptions)
	if c.Replay != "" {
		p.section("This command repeats the trial that meets all goals")
		p.line(margin + c.Replay) // unbroken, to be copied
	}
	return p.writeTo(w)
}

// found are the figures of the result.
func found(c *capacity.Capacity) [][3]string {
	var rows [][3]string
	add := func(name string, load *float64, note string) {
		if load != nil {
			rows = append(rows, [3]string{name, c.Find.Format(*load), note + disagreement(c, *load)})
		}
	}
	lower, upper := "meets all goals", "misses "+c.Limit
	if c.Find == capacity.Shards {
		lower, upper = upper, lower
	}
	add("lower bound", c.Lower, lower)
	add("upper bound", c.Upper, upper)
	if c.Require != nil {
		rows = append(rows, [3]string{"required", c.Find.Format(c.Require.Load), string(c.Require.Status)})
	}
	if c.ThroughputPerS != nil {
		rows = append(rows, [3]string{"throughput", format.Number(*c.ThroughputPerS) + "/s", "at the load that meets all goals"})
	}
	predicted, _ := strconv.ParseFloat(strconv.FormatFloat(c.Predicted, 'g', 4, 64), 64)
	rows = append(rows, [3]string{"first load", c.Find.Format(predicted), "predicted by the law of contention, or estimated"})
	if c.Stopped != "" {
		rows = append(rows, [3]string{"stopped", "", c.Stopped})
	}
	return rows
}

// disagreement says how many of the full trials of a load met the goals, if some did not.
func disagreement(c *capacity.Capacity, load float64) string {
	kept, all := c.FullTrials(load)
	if kept == 0 || kept == all {
		return ""
	}
	return fmt.Sprintf("; %d of %d full trials kept them all", kept, all)
}

func numbersOf(all []int) string {
	var texts []string
	for _, n := range all {
		texts = append(texts, strconv.Itoa(n))
	}
	return strings.Join(format.Listed(texts, 8), ", ")
}

// goals shows how far each goal was kept.
func (p *textLayout) goals(c *capacity.Capacity) {
	if len(c.Goals) == 0 {
		return
	}
	p.section("Goals")
	t := table{header: []string{"goal", "met up to", "missed from"}}
	for _, g := range c.Goals {
		t.rows = append(t.rows, []string{format.Shorten(g.Goal, 40), loadOrAbsent(c, g.Kept), loadOrAbsent(c, g.Missed)})
	}
	p.table(t)
}

func loadOrAbsent(c *capacity.Capacity, load *float64) string {
	if load == nil {
		return format.Absent
	}
	return c.Find.Format(*load)
}

// table adds a table that fits.
func (p *textLayout) table(t table, drop ...int) {
	header, rows := t.fit(p.width, drop...)
	if header != "" {
		p.line(p.paint.faint(header))
	}
	p.lines(rows)
}

// capacityTrials is the curve: each load that was tried, the mean of its trials.
func (p *textLayout) capacityTrials(c *capacity.Capacity) {
	all := c.Curve()
	if len(all) == 0 {
		return
	}
	p.section(fmt.Sprintf("Loads that were tried, in trials of up to %s", format.Seconds(c.TrialS)))
	t := table{header: []string{"load", "trials", "per s", "p50/p99 ms", "C", "law", "refused", "law", "goals"}}
	for _, l := range all {
		t.rows = append(t.rows, []string{
			c.Find.Format(l.Load), strconv.Itoa(l.Trials), format.Scaled(l.ThroughputPerS, 1), format.Scaled(l.P50MS, 1) + "/" + format.Scaled(l.P99MS, 1),
			hundredths(l.WritesPerSuccess), hundredths(l.LawWrites), percentOr(l.ConflictRate), percentOr(l.LawRefused), l.Finding,
		})
	}
	p.table(t, 7, 5, 1)
	for _, line := range wrap("C: writes for each success. refused: share of the writes that lost a race. law: the column before it, as the law of contention predicts it with the measured gap.", p.width) {
		p.line(p.paint.faint(line))
	}
}

func percentOr(v *float64) string {
	if v == nil {
		return format.Absent
	}
	return format.Percent(*v)
}

// headroom shows the loads around the result.
func (p *textLayout) headroom(c *capacity.Capacity) {
	if len(c.Headroom) == 0 {
		return
	}
	p.section("Headroom")
	t := table{header: []string{"load", "", "p50 ms", "p99 ms", "C", "WU/s", "RU/s", "$/month", "goals"}}
	for _, h := range c.Headroom {
		one := &c.Trials[h.Trial-1]
		t.rows = append(t.rows, []string{
			"× " + strconv.FormatFloat(h.Factor, 'f', -1, 64), c.HeadroomLoad(h), format.Scaled(one.P50MS, 1), format.Scaled(one.P99MS, 1), hundredths(one.WritesPerSuccess),
			format.Scaled(one.WriteUnitsPerS, 1), format.Scaled(one.ReadUnitsPerS, 1), format.Scaled(one.USDPerMonth, 1), trialFinding(one),
		})
	}
	p.table(t, 6, 5)
}

// trialFinding is what a trial says of the goals, in a word or two.
func trialFinding(t *capacity.Trial) string {
	switch {
	case t.Void != "":
		return "void"
	case t.Verdict == check.Fail:
		return "WRONG"
	case t.Kept:
		return "met"
	}
	return "missed"
}

// voids lists the reasons why trials are void, each with its trials.
func voids(c *capacity.Capacity) []string {
	var reasons []string
	trials := map[string][]string{}
	for _, v := range c.Void {
		if trials[v.Why] == nil {
			reasons = append(reasons, v.Why)
		}
		trials[v.Why] = append(trials[v.Why], fmt.Sprintf("%d (%s)", v.Trial, c.Find.Format(v.Load)))
	}
	var all []string
	for _, why := range reasons {
		noun := "trial "
		if len(trials[why]) > 1 {
			noun = "trials "
		}
		all = append(all, noun+strings.Join(format.Listed(trials[why], 8), ", ")+": "+why)
	}
	return all
}
