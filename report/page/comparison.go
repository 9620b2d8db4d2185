package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"contend/internal/format"
	"contend/report/compare"
	"contend/workload/check"
)

func documentOfComparison(c *compare.Comparison, limits pageLimits) *document {
	d := &document{
		Kind: "comparison", Name: c.Scenario, Description: c.Description, ToolVersion: c.ToolVersion, Warnings: c.Warnings,
		Mark: markOf(c.Simulated), Facts: comparisonFacts(c), Banner: bannerOfComparison(c, limits), Tiles: comparisonTiles(c),
	}
	d.add("plots", "Plots", "Points are medians over the runs of a variant, bars their intervals at "+format.ChosenPercent(c.Confidence)+" confidence.", curves(c, limits)...)
	d.add("scaling", "Scaling", "How throughput grows with the number of workers.", scalingBlocks(c, limits)...)
	d.add("latency", "Latency and attempts", "All runs of each variant together.", distributions(c, limits)...)
	d.add("bars", "Fairness and cost", "", barLists(c, limits)...)
	d.add("compared", "Compared", pageLegend(c), tables(c, limits)...)
	d.add("runs", "Runs", "", runList(c, limits))
	d.add("environment", "Scenario and environment", "", tableBlock(environment(c)))
	return d
}

func comparisonFacts(c *compare.Comparison) []string {
	list := []string{c.Shape()}
	var targets []string
	for _, t := range c.Targets {
		if !slices.Contains(targets, t.Kind) {
			targets = append(targets, t.Kind)
		}
	}
	if len(targets) > 0 {
		list = append(list, "target "+strings.Join(targets, ", "))
	}
	return append(list, format.ChosenPercent(c.Confidence)+" confidence")
}

// bannerOfComparison is the verdict over all runs, and which variants were better.
func bannerOfComparison(c *compare.Comparison, limits pageLimits) banner {
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
	if c.Mixed != "" {
		b.Notes = append(b.Notes, c.Mixed+".")
	}
	switch {
	case counted[check.Fail] > 0:
		b.Status = check.Fail
		b.Headline = fmt.Sprintf("The count was wrong in %d of %s.", counted[check.Fail], format.Count(int64(total), "run"))
	case counted[check.Pass] == total && total > 0:
		b.Status = check.Pass
		b.Headline = fmt.Sprintf("The count was right in all of %s: %s.", format.Count(int64(total), "run"), c.Shape())
	default:
		b.Headline = fmt.Sprintf("In %d of %s it is unknown whether the count is right.", total-counted[check.Pass], format.Count(int64(total), "run"))
	}
	b.Word = statusWord(b.Status)
	if len(doubtful) > 0 {
		const atOnce = 3
		shown := min(len(doubtful), atOnce)
		b.Findings = append(b.Findings, finding{Status: b.Status, Name: "verdicts", More: format.Listed(doubtful[shown:], limits.runs/4), Evidence: doubtful[:shown],
			Reason: fmt.Sprintf("%d passed, %d failed, %d inconclusive, %d not run", counted[check.Pass], counted[check.Fail], counted[check.Inconclusive], counted[""])})
	}
	b.Findings = append(b.Findings, shownInGroups(c)...)
	return b
}

// own is the setting in which a variant differs from the others of its group, with its
// path.
func own(v *compare.Variant) string {
	return compare.SettingsLine(v.Settings[:min(1, len(v.Settings))])
}

// shownInGroups names, group by group, the variant with the highest throughput, if it
// is significantly better than the runner-up; otherwise it says what the tests found.
func shownInGroups(c *compare.Comparison) []finding {
	const most = 6
	var list []finding
	for _, g := range c.Groups() {
		if len(g.Variants) > 1 {
			list = append(list, shownIn(c, g))
		}
	}
	if len(list) > most {
		list = append(list[:most], finding{Chip: "…", Name: "and more", Reason: fmt.Sprintf("%d more groups are compared below.", len(list)-most)})
	}
	return list
}

// shownIn is the finding about the throughput in a group of several variants.
func shownIn(c *compare.Comparison, g compare.Group) finding {
	const metric = "throughput"
	f := finding{Name: cmp.Or(g.Name, metric), Chip: "~"}
	baseline := c.BaselineIn(g)
	m, _ := metricNamed(c, metric)
	var leader *compare.Variant // of those that are better than the baseline
	tooFew := true
	for _, v := range g.Ranked(m) {
		change := v.Estimates[metric].Change
		if change != nil && change.Verdict == compare.Better && leader == nil {
			leader = v
		}
	}
	for _, v := range g.Variants {
		change := v.Estimates[metric].Change
		tooFew = tooFew && (change == nil || change.Verdict == compare.TooFew)
	}
	best := c.BestIn(g, metric)
	switch {
	case best != nil && best.Shown:
		f.Status, f.Chip = check.Pass, "most"
		f.Reason = fmt.Sprintf("%s has the highest throughput: %s; the runner-up has less (%s).", own(best.Winner()),
			withUnit(c, metric, best.Winner().Estimates[metric].Median), compare.Probability(*best.Adjusted))
		if change := best.Winner().Estimates[metric].Change; change != nil {
			f.Reason = strings.TrimSuffix(f.Reason, ".") + fmt.Sprintf("; the baseline, %s, has %s%s.", own(baseline),
				withUnit(c, metric, baseline.Estimates[metric].Median), evidenceOf(change))
		}
	case leader != nil:
		f.Status, f.Chip = check.Pass, "better"
		f.Reason = fmt.Sprintf("%s has more throughput than the baseline: %s against %s of %s%s. It is not shown to have the highest of all: %s.", own(leader),
			withUnit(c, metric, leader.Estimates[metric].Median), withUnit(c, metric, baseline.Estimates[metric].Median), own(baseline),
			evidenceOf(leader.Estimates[metric].Change), notShown(best))
	case tooFew:
		f.Chip, f.Reason = "too few", fmt.Sprintf("No difference in throughput from the baseline, %s, could be shown with so few runs.", own(baseline))
	default:
		f.Reason = fmt.Sprintf("No variant is shown to have more throughput than the baseline, %s.", own(baseline))
	}
	return f
}

// notShown says why no variant is called the best.
func notShown(b *compare.Best) string {
	switch {
	case b == nil:
		return "no other variant passed"
	case b.P == nil:
		return "there are too few runs"
	}
	return "it does not differ significantly from the runner-up, " + b.RunnerUp
}

func evidenceOf(change *compare.Change) string {
	var parts []string
	if change.Ratio != nil {
		parts = append(parts, compare.ChangeWords(*change.Ratio))
	}
	if change.Adjusted != nil {
		parts = append(parts, compare.Probability(*change.Adjusted))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

func metricNamed(c *compare.Comparison, name string) (m compare.Metric, ok bool) {
	i := slices.IndexFunc(c.Metrics, func(m compare.Metric) bool { return m.Name == name })
	if i < 0 {
		return compare.Metric{}, false
	}
	return c.Metrics[i], true
}

// withUnit writes a value of a metric with its unit.
func withUnit(c *compare.Comparison, name string, v float64) string {
	m, _ := metricNamed(c, name)
	return write(m, v)
}

func write(m compare.Metric, v float64) string {
	switch {
	case m.Unit == "$":
		return "$" + format.Number(v)
	case m.Unit == "/s":
		return format.Number(v) + "/s"
	case m.Unit != "":
		return format.Number(v) + " " + m.Unit
	case isPart(m):
		return format.Percent(v)
	}
	return format.Number(v)
}

// isPart: a rate without a unit is a fraction of 1.
func isPart(m compare.Metric) bool {
	return m.Unit == "" && (strings.HasSuffix(m.Name, "_rate") || strings.HasSuffix(m.Name, "_share"))
}

func comparisonTiles(c *compare.Comparison) []tile {
	passed, total := 0, 0
	for _, v := range c.Variants {
		for _, run := range v.Runs {
			total++
			if run.Verdict == string(check.Pass) {
				passed++
			}
		}
	}
	list := []tile{{"Runs passed", fmt.Sprint(passed), "of " + fmt.Sprint(total), format.Count(int64(len(c.Variants)), "variant")}}
	for _, best := range []struct{ name, metric string }{
		{"Highest throughput", "throughput"}, {"Lowest p99", "response.p99"}, {"Lowest cost", "cost_per_million"}, {"Fewest writes", "writes_per_success"}, {"Fairest", "fairness"},
	} {
		list = append(list, bestTile(c, best.name, best.metric)...)
	}
	return list
}

// bestTile names the variant that is best in the group with the most load, if that is
// significant. There is no tile if fewer than two variants compete.
func bestTile(c *compare.Comparison, name, metric string) []tile {
	groups := c.Groups()
	if len(groups) == 0 {
		return nil
	}
	best := c.BestIn(groups[mostLoaded(c, groups)], metric)
	switch {
	case best == nil:
		return nil
	case !best.Shown && best.P == nil:
		return []tile{{name, "~", "", "not shown: there are too few runs"}}
	case !best.Shown:
		return []tile{{name, "~", "", fmt.Sprintf("not shown: %s and %s do not differ significantly", best.Variant, best.RunnerUp)}}
	}
	m, _ := metricNamed(c, metric)
	value, unit := format.Number(best.Winner().Estimates[metric].Median), m.Unit
	if unit == "$" {
		value, unit = "$"+value, "/million"
	}
	return []tile{{name, value, unit, best.Variant + ", ahead of the runner-up, " + compare.Probability(*best.Adjusted)}}
}
