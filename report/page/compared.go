package page

import (
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"contend/internal/format"
	"contend/report"
	"contend/report/compare"
	"contend/workload/check"
)

// pageLegend explains the tables of the page.
func pageLegend(c *compare.Comparison) string {
	return fmt.Sprintf("Medians over the runs, their %s intervals, and the change from the group's baseline (Mann–Whitney U test). "+
		"~: no difference was found at p ≤ %g. Too few: so few runs cannot show a difference. %s made, and every p is corrected for the number of tests of its metric (Benjamini–Hochberg): of the differences shown, about %s or fewer are chance.",
		format.ChosenPercent(c.Confidence), c.Alpha, format.Count(int64(c.Tests), "test was", "tests were"), format.ChosenPercent(c.Alpha))
}

// tables returns a table for each group, and one with all metrics that those leave out.
func tables(c *compare.Comparison, limits pageLimits) []block {
	var main, others []compare.Metric
	for _, m := range c.Metrics {
		if m.Main {
			main = append(main, m)
		} else {
			others = append(others, m)
		}
	}
	var blocks, folded []block
	room, left := limits.variants, 0
	for _, g := range c.Groups() {
		if shown := min(room, len(g.Variants)); shown < len(g.Variants) {
			left += len(g.Variants) - shown
			if g.Variants = g.Variants[:shown]; shown == 0 {
				continue
			}
		}
		room -= len(g.Variants)
		blocks = append(blocks, tableBlock(tableOf(c, g, main)))
		const columns = 8
		for part := range slices.Chunk(others, columns) {
			folded = append(folded, tableBlock(tableOf(c, g, part)))
		}
	}
	if left > 0 {
		blocks = append(blocks, block{Note: fmt.Sprintf("%s not shown, to keep the page small; comparison.json and comparison.csv have them all.", format.Count(int64(left), "variant is", "variants are"))})
	}
	if len(folded) > 0 {
		blocks = append(blocks, block{Folded: "All other metrics", Inner: folded})
	}
	return blocks
}

func tableOf(c *compare.Comparison, of compare.Group, metrics []compare.Metric) grid {
	g := grid{Title: of.Name, Texts: 1, Full: true, Header: []string{"variant"}}
	if path := of.Variants[0].FirstPath(); path != "" {
		g.Header[0] = path
	}
	for _, m := range metrics {
		g.Header = append(g.Header, strings.TrimSpace(m.Label+" "+m.Unit))
	}
	for _, v := range of.Variants {
		first := gridCell{Text: v.First()}
		if v.Baseline {
			first.Sub = "baseline"
		}
		row := []gridCell{first}
		for _, m := range metrics {
			row = append(row, estimateCell(v, m))
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

func estimateCell(v *compare.Variant, m compare.Metric) gridCell {
	e, there := v.Estimates[m.Name]
	if !there {
		return gridCell{Text: format.Absent, Tone: "faint"}
	}
	write := format.Number
	if isPart(m) {
		write = format.Percent
	}
	c := gridCell{Text: write(e.Median), Tone: "compared"}
	if e.Low != nil && e.High != nil {
		c.Sub = write(*e.Low) + " to " + write(*e.High)
	}
	if e.Change != nil {
		c.Mark = string(e.Change.Verdict)
		if e.Change.Ratio != nil && e.Change.Verdict != compare.NotShown && e.Change.Verdict != compare.TooFew {
			c.Mark = compare.ChangeWords(*e.Change.Ratio) + " " + c.Mark
		}
		if e.Change.Adjusted != nil {
			c.Mark += " " + compare.Probability(*e.Change.Adjusted)
		}
		c.Tone += map[compare.ChangeVerdict]string{compare.Better: " good", compare.Worse: " bad"}[e.Change.Verdict]
	}
	return c
}

// runList lists all runs, with links to their pages.
func runList(c *compare.Comparison, limits pageLimits) block {
	metrics := slices.DeleteFunc(slices.Clone(c.Metrics), func(m compare.Metric) bool { return !m.Main })
	g := grid{Texts: 3, Full: true, Header: []string{"variant", "run", "verdict"}}
	for _, m := range metrics {
		g.Header = append(g.Header, strings.TrimSpace(m.Label+" "+m.Unit))
	}
	total := 0
	for _, v := range c.Variants {
		for _, run := range v.Runs {
			if total++; total > limits.runs {
				continue
			}
			status := check.Status(run.Verdict)
			row := []gridCell{{Text: v.Name}, {Text: run.Folder, Link: linkTo(run.Folder)}, {Text: strings.ToLower(statusWord(status)), Tone: tone(status), Sub: run.Error, Mark: noSample(run)}}
			for _, m := range metrics {
				text := format.Absent
				if value, there := run.Values[m.Name]; there {
					text = format.Number(value)
					if isPart(m) {
						text = format.Percent(value)
					}
				}
				row = append(row, gridCell{Text: text})
			}
			g.Rows = append(g.Rows, row)
		}
	}
	title := fmt.Sprintf("All %s, with links to their pages", format.Count(int64(total), "run"))
	if total > limits.runs {
		title = fmt.Sprintf("The first %d of %d runs, with links to their pages; comparison.csv has all", limits.runs, total)
	}
	return block{Folded: title, Inner: []block{tableBlock(g)}}
}

// noSample says why a run is not a sample; "" if it is one.
func noSample(run compare.Run) string {
	if run.LeftOut == "" {
		return ""
	}
	return "no sample: " + run.LeftOut
}

// linkTo is the path of the page in a run's folder. The leading dot keeps a name with a
// colon from being taken for a protocol.
func linkTo(folder string) string {
	if folder == "" {
		return ""
	}
	path := (&url.URL{Path: filepath.ToSlash(filepath.Join(folder, report.PageFile))}).EscapedPath() // otherwise a # in a name would end the path
	if filepath.IsAbs(folder) {
		return path
	}
	return "./" + path
}

func environment(c *compare.Comparison) grid {
	rows := [][2]string{{"scenario", c.Scenario}, {"contend", c.ToolVersion}, {"varied", c.Shape()}}
	for _, path := range c.Paths() {
		rows = append(rows, [2]string{path, strings.Join(format.Listed(c.Values(path), 100), ", ")})
	}
	for _, t := range c.Targets {
		rows = append(rows, [2]string{"target", t.String()})
	}
	seen := map[[2]string]bool{}
	for d := range c.Digests {
		for _, row := range [][2]string{{"machine", d.Machine}, {"SDK", d.SDK}, {"load, of one run", d.Load}} {
			const many = 8
			if !seen[row] && len(seen) < many {
				seen[row] = true
				rows = append(rows, row)
			}
		}
	}
	return pairs("", rows...)
}
