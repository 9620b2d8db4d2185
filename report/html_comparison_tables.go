package report

import (
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"contend/workload/check"
)

// pageLegend explains the tables of the page.
func (c *Comparison) pageLegend() string {
	return fmt.Sprintf("Medians over the runs, their %s intervals, and the change from the group's baseline (Mann–Whitney U test). "+
		"~: no difference is shown at p ≤ %g. Too few: no difference could be shown with so few runs. %s made, and every p is corrected for the number of those of its metric (Benjamini–Hochberg): of the differences shown, about %s or less are not there.",
		percentWords(c.Confidence), c.Alpha, plural(int64(c.Tests), "test was", "tests were"), percentWords(c.Alpha))
}

// tables has one for each group, and one with all metrics that it leaves out.
func (c *Comparison) tables(limits pageLimits) []block {
	var main, others []ComparedMetric
	for _, m := range c.Metrics {
		if m.Main {
			main = append(main, m)
		} else {
			others = append(others, m)
		}
	}
	var blocks, folded []block
	room, left := limits.variants, 0
	for _, g := range c.groups() {
		if shown := min(room, len(g.variants)); shown < len(g.variants) {
			left += len(g.variants) - shown
			if g.variants = g.variants[:shown]; shown == 0 {
				continue
			}
		}
		room -= len(g.variants)
		blocks = append(blocks, tableBlock(c.table(g, main)))
		const columns = 8
		for part := range slices.Chunk(others, columns) {
			folded = append(folded, tableBlock(c.table(g, part)))
		}
	}
	if left > 0 {
		blocks = append(blocks, block{Note: fmt.Sprintf("%s not shown, to keep the page small; comparison.json and comparison.csv have all.", plural(int64(left), "variant is", "variants are"))})
	}
	if len(folded) > 0 {
		blocks = append(blocks, block{Folded: "All other metrics", Inner: folded})
	}
	return blocks
}

func (c *Comparison) table(of variantGroup, metrics []ComparedMetric) grid {
	g := grid{Title: of.name, Texts: 1, Full: true, Header: []string{"variant"}}
	if path := of.variants[0].firstPath(); path != "" {
		g.Header[0] = path
	}
	for _, m := range metrics {
		g.Header = append(g.Header, strings.TrimSpace(m.Label+" "+m.Unit))
	}
	for _, v := range of.variants {
		first := gridCell{Text: v.first()}
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

func estimateCell(v *ComparedVariant, m ComparedMetric) gridCell {
	e, there := v.Estimates[m.Name]
	if !there {
		return gridCell{Text: absent, Tone: "faint"}
	}
	write := figures
	if m.isPart() {
		write = percent
	}
	c := gridCell{Text: write(e.Median), Tone: "compared"}
	if e.Low != nil && e.High != nil {
		c.Sub = write(*e.Low) + " to " + write(*e.High)
	}
	if e.Change != nil {
		c.Mark = string(e.Change.Verdict)
		if e.Change.Ratio != nil && e.Change.Verdict != NotShown && e.Change.Verdict != TooFew {
			c.Mark = changeWords(*e.Change.Ratio) + " " + c.Mark
		}
		if e.Change.Adjusted != nil {
			c.Mark += " " + probability(*e.Change.Adjusted)
		}
		c.Tone += map[ChangeVerdict]string{Better: " good", Worse: " bad"}[e.Change.Verdict]
	}
	return c
}

// runs lists all of them, with links to their pages.
func (c *Comparison) runs(limits pageLimits) block {
	metrics := slices.DeleteFunc(slices.Clone(c.Metrics), func(m ComparedMetric) bool { return !m.Main })
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
			row := []gridCell{{Text: v.Name}, {Text: run.Folder, Link: linkTo(run.Folder)}, {Text: strings.ToLower(statusWord(status)), Tone: tone(status), Sub: run.Error, Mark: run.noSample()}}
			for _, m := range metrics {
				text := absent
				if value, there := run.Values[m.Name]; there {
					text = figures(value)
					if m.isPart() {
						text = percent(value)
					}
				}
				row = append(row, gridCell{Text: text})
			}
			g.Rows = append(g.Rows, row)
		}
	}
	title := fmt.Sprintf("All %s, with links to their pages", plural(int64(total), "run"))
	if total > limits.runs {
		title = fmt.Sprintf("The first %d of %d runs, with links to their pages; comparison.csv has all", limits.runs, total)
	}
	return block{Folded: title, Inner: []block{tableBlock(g)}}
}

// noSample says that a run is none; "" of one that is.
func (run ComparedRun) noSample() string {
	if run.LeftOut == "" {
		return ""
	}
	return "no sample: " + run.LeftOut
}

// linkTo is the page in a run's folder. The dot keeps a name with a colon from
// being taken for a protocol.
func linkTo(folder string) string {
	if folder == "" {
		return ""
	}
	path := (&url.URL{Path: filepath.ToSlash(filepath.Join(folder, PageFile))}).EscapedPath() // a # in a name would end the path
	if filepath.IsAbs(folder) {
		return path
	}
	return "./" + path
}

func (c *Comparison) environment() grid {
	rows := [][2]string{{"scenario", c.Scenario}, {"contend", c.ToolVersion}, {"varied", c.shape()}}
	for _, path := range c.paths() {
		rows = append(rows, [2]string{path, strings.Join(listed(c.values(path), 100), ", ")})
	}
	for _, t := range c.Targets {
		rows = append(rows, [2]string{"target", strings.TrimSpace(t.Kind + " " + t.Endpoint)})
	}
	seen := map[[2]string]bool{}
	for d := range c.digests {
		for _, row := range [][2]string{{"machine", d.machine}, {"SDK", d.sdk}, {"load, of one run", d.load}} {
			const many = 8
			if !seen[row] && len(seen) < many {
				seen[row] = true
				rows = append(rows, row)
			}
		}
	}
	return pairs("", rows...)
}
