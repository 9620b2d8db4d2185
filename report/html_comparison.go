package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"contend/workload/check"
)

func (c *Comparison) document(limits pageLimits) *document {
	d := &document{
		Kind: "comparison", Name: c.Scenario, Description: c.Description, ToolVersion: c.ToolVersion, Warnings: c.Warnings,
		Facts: c.facts(), Banner: c.banner(limits), Tiles: c.tiles(),
	}
	d.add("plots", "Plots", "Points are medians over the runs of a variant, bars their intervals at "+percentWords(c.Confidence)+" confidence.", c.curves(limits)...)
	d.add("latency", "Latency and attempts", "All runs of a variant taken together.", c.distributions(limits)...)
	d.add("bars", "Fairness and cost", "", c.barLists(limits)...)
	d.add("compared", "Compared", c.pageLegend(), c.tables(limits)...)
	d.add("runs", "Runs", "", c.runs(limits))
	d.add("environment", "Scenario and environment", "", tableBlock(c.environment()))
	return d
}

// percentWords is a part of 1 that somebody chose.
func percentWords(part float64) string { return fmt.Sprintf("%g%%", math.Round(part*1e6)/1e4) }

func (c *Comparison) facts() []string {
	list := []string{c.shape()}
	var targets []string
	for _, t := range c.Targets {
		if !slices.Contains(targets, t.Kind) {
			targets = append(targets, t.Kind)
		}
	}
	if len(targets) > 0 {
		list = append(list, "target "+strings.Join(targets, ", "))
	}
	return append(list, percentWords(c.Confidence)+" confidence")
}

// banner is the verdict over all runs, and what was shown to be better.
func (c *Comparison) banner(limits pageLimits) banner {
	counted := map[check.Status]int{}
	total := 0
	var doubtful []string
	for _, v := range c.Variants {
		for _, run := range v.Runs {
			total++
			status := check.Status(run.Verdict)
			counted[status]++
			if status == check.Pass {
				continue
			}
			text := fmt.Sprintf("%s, %s: %s", v.Name, run.Folder, strings.ToLower(statusWord(status)))
			if run.Error != "" {
				text += ": " + run.Error
			}
			doubtful = append(doubtful, text)
		}
	}
	b := banner{Status: check.Inconclusive}
	switch {
	case counted[check.Fail] > 0:
		b.Status = check.Fail
		b.Headline = fmt.Sprintf("The count was wrong in %d of %s.", counted[check.Fail], plural(int64(total), "run"))
	case counted[check.Pass] == total && total > 0:
		b.Status = check.Pass
		b.Headline = fmt.Sprintf("The count was right in all of %s: %s.", plural(int64(total), "run"), c.shape())
	default:
		b.Headline = fmt.Sprintf("%d of %s cannot tell whether the count is right.", total-counted[check.Pass], plural(int64(total), "run"))
	}
	b.Word = statusWord(b.Status)
	if len(doubtful) > 0 {
		const atOnce = 3
		shown := min(len(doubtful), atOnce)
		b.Findings = append(b.Findings, finding{Status: b.Status, Name: "verdicts", More: listed(doubtful[shown:], limits.runs/4), Evidence: doubtful[:shown],
			Reason: fmt.Sprintf("%d passed, %d failed, %d inconclusive, %d not run", counted[check.Pass], counted[check.Fail], counted[check.Inconclusive], counted[""])})
	}
	b.Findings = append(b.Findings, c.shown()...)
	return b
}

// own is what tells a variant from the others of its group, with its path.
func (v *ComparedVariant) own() string { return settingsLine(v.Settings[:min(1, len(v.Settings))]) }

// passed reports whether all runs of the variant did: a wrong count is no
// achievement, however fast.
func (v *ComparedVariant) passed() bool {
	return !slices.ContainsFunc(v.Runs, func(r ComparedRun) bool { return r.Verdict != string(check.Pass) })
}

// shown says, group by group, which variant has the most throughput, if it is
// shown to have more than the runner-up, or else what is shown.
func (c *Comparison) shown() []finding {
	const most = 6
	var list []finding
	for _, g := range c.groups() {
		if len(g.variants) > 1 {
			list = append(list, c.shownIn(g))
		}
	}
	if len(list) > most {
		list = append(list[:most], finding{Chip: "…", Name: "and more", Reason: fmt.Sprintf("%d more groups are compared below.", len(list)-most)})
	}
	return list
}

// shownIn is what is shown of the throughput in a group of several variants.
func (c *Comparison) shownIn(g variantGroup) finding {
	const metric = "throughput"
	f := finding{Name: cmp.Or(g.name, metric), Chip: "~"}
	baseline := c.baselineIn(g)
	m, _ := c.metric(metric)
	var leader *ComparedVariant // of those that are better than the baseline
	tooFew := true
	for _, v := range g.ranked(m) {
		change := v.Estimates[metric].Change
		if change != nil && change.Verdict == Better && leader == nil {
			leader = v
		}
	}
	for _, v := range g.variants {
		change := v.Estimates[metric].Change
		tooFew = tooFew && (change == nil || change.Verdict == TooFew)
	}
	best := c.bestIn(g, metric)
	switch {
	case best != nil && best.Shown:
		f.Status, f.Chip = check.Pass, "most"
		f.Reason = fmt.Sprintf("%s has the most throughput: %s; the runner-up has less (%s).", best.winner().own(),
			c.measured(metric, best.winner().Estimates[metric].Median), probability(*best.Adjusted))
		if change := best.winner().Estimates[metric].Change; change != nil {
			f.Reason = strings.TrimSuffix(f.Reason, ".") + fmt.Sprintf("; the baseline, %s, has %s%s.", baseline.own(),
				c.measured(metric, baseline.Estimates[metric].Median), evidenceOf(change))
		}
	case leader != nil:
		f.Status, f.Chip = check.Pass, "better"
		f.Reason = fmt.Sprintf("%s has more throughput than the baseline: %s against %s of %s%s. That it has the most is not shown: %s.", leader.own(),
			c.measured(metric, leader.Estimates[metric].Median), c.measured(metric, baseline.Estimates[metric].Median), baseline.own(),
			evidenceOf(leader.Estimates[metric].Change), best.notShown())
	case tooFew:
		f.Chip, f.Reason = "too few", fmt.Sprintf("No difference in throughput from the baseline, %s, could be shown with so few runs.", baseline.own())
	default:
		f.Reason = fmt.Sprintf("No variant is shown to have more throughput than the baseline, %s.", baseline.own())
	}
	return f
}

// notShown says why no variant is called the best.
func (b *Best) notShown() string {
	switch {
	case b == nil:
		return "no other variant passed"
	case b.P == nil:
		return "there are too few runs"
	}
	return "it is not told from the runner-up, " + b.RunnerUp
}

func evidenceOf(change *Change) string {
	var parts []string
	if change.Ratio != nil {
		parts = append(parts, changeWords(*change.Ratio))
	}
	if change.Adjusted != nil {
		parts = append(parts, probability(*change.Adjusted))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

func (c *Comparison) metric(name string) (m ComparedMetric, ok bool) {
	i := slices.IndexFunc(c.Metrics, func(m ComparedMetric) bool { return m.Name == name })
	if i < 0 {
		return ComparedMetric{}, false
	}
	return c.Metrics[i], true
}

// measured writes a value of a metric with its unit.
func (c *Comparison) measured(name string, v float64) string {
	m, _ := c.metric(name)
	return m.write(v)
}

func (m ComparedMetric) write(v float64) string {
	switch {
	case m.Unit == "$":
		return "$" + figures(v)
	case m.Unit == "/s":
		return figures(v) + "/s"
	case m.Unit != "":
		return figures(v) + " " + m.Unit
	case m.isPart():
		return percent(v)
	}
	return figures(v)
}

// isPart: a rate without a unit is a part of 1.
func (m ComparedMetric) isPart() bool {
	return m.Unit == "" && (strings.HasSuffix(m.Name, "_rate") || strings.HasSuffix(m.Name, "_share"))
}

func (c *Comparison) tiles() []tile {
	passed, total := 0, 0
	for _, v := range c.Variants {
		for _, run := range v.Runs {
			total++
			if run.Verdict == string(check.Pass) {
				passed++
			}
		}
	}
	list := []tile{{"Runs passed", fmt.Sprint(passed), "of " + fmt.Sprint(total), plural(int64(len(c.Variants)), "variant")}}
	for _, best := range []struct{ name, metric string }{
		{"Most throughput", "throughput"}, {"Lowest p99", "response.p99"}, {"Lowest cost", "cost_per_million"}, {"Fewest writes", "writes_per_success"}, {"Fairest", "fairness"},
	} {
		list = append(list, c.bestTile(best.name, best.metric)...)
	}
	return list
}

// bestTile names the variant that is best under the most load, if that is shown.
// There is none if fewer than two variants compete.
func (c *Comparison) bestTile(name, metric string) []tile {
	groups := c.groups()
	if len(groups) == 0 {
		return nil
	}
	best := c.bestIn(groups[c.mostLoaded(groups)], metric)
	switch {
	case best == nil:
		return nil
	case !best.Shown && best.P == nil:
		return []tile{{name, "~", "", "not shown: there are too few runs"}}
	case !best.Shown:
		return []tile{{name, "~", "", fmt.Sprintf("not shown: %s and %s are not told apart", best.Variant, best.RunnerUp)}}
	}
	m, _ := c.metric(metric)
	value, unit := figures(best.winner().Estimates[metric].Median), m.Unit
	if unit == "$" {
		value, unit = "$"+value, "/million"
	}
	return []tile{{name, value, unit, best.Variant + ", ahead of the runner-up, " + probability(*best.Adjusted)}}
}
