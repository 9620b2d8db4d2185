// Package markdown renders reports and comparisons for a pull request or an issue:
// a few lines and a table in GitHub's dialect (GitHub Flavored Markdown
// Specification, section 4.10).
package markdown

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"contend/internal/format"
	"contend/report"
	"contend/report/compare"
	"contend/report/row"
	"contend/workload/check"
)

// maxListed bounds the lists of checks, limits and warnings, so that a report stays
// a few lines.
const maxListed = 3

// Report writes the verdict, the checks that did not pass, the thresholds and the key
// numbers of a run.
func Report(w io.Writer, r *report.Report) error {
	var b strings.Builder
	mark := ""
	if r.Simulated {
		mark = " · " + report.SimulatedMark
	}
	fmt.Fprintf(&b, "**%s**%s · `%s` · %s\n\n", strings.ToUpper(text(string(r.Verdict.Status))), mark, code(r.Scenario), text(row.Load(r)))
	writeList(&b, checks(r.Verdict.Checks))
	writeList(&b, thresholds(r.Thresholds))
	if r.Error != "" {
		fmt.Fprintf(&b, "- error: %s\n", text(r.Error))
	}
	if r.Part != nil {
		fmt.Fprintf(&b, "- %s\n", text(r.Part.Sentence()))
	}
	for _, sentence := range r.Endings() {
		fmt.Fprintf(&b, "- %s\n", text(sentence))
	}
	writeWarnings(&b, r.Warnings)
	b.WriteString("\n| measure | value |\n| --- | --: |\n")
	for _, f := range figures(r) {
		fmt.Fprintf(&b, "| %s | %s |\n", text(f[0]), text(f[1]))
	}
	for _, t := range row.Groups(r.Groups) {
		writeTable(&b, t)
	}
	target := r.Target.Kind
	if lasted := r.Lasted(); lasted != "" {
		target = lasted
	}
	fmt.Fprintf(&b, "\n%s, seed %d, %s\n", text(target), r.Seed, text(r.ToolVersion))
	_, err := io.WriteString(w, b.String())
	return err
}

func writeList(b *strings.Builder, lines []string) {
	for _, line := range lines {
		fmt.Fprintf(b, "- %s\n", line)
	}
}

func writeWarnings(b *strings.Builder, warnings []string) {
	if n := len(warnings); n > 0 {
		fmt.Fprintf(b, "- %s, the first: %s\n", format.Count(int64(n), "warning"), text(warnings[0]))
	}
}

func writeTable(b *strings.Builder, t row.GroupTable) {
	line := func(cells []string) {
		for _, cell := range cells {
			b.WriteString("| " + text(cell) + " ")
		}
		b.WriteString("|\n")
	}
	b.WriteString("\n")
	line(t.Header)
	b.WriteString("| --- |" + strings.Repeat(" --: |", len(t.Header)-1) + "\n")
	for _, cells := range t.Rows {
		line(cells)
	}
}

// checks lists the checks that did not pass, with their reasons, or says in one line
// that all passed.
func checks(all []check.Result) []string {
	var passed, lines []string
	for _, c := range all {
		if c.Status == check.Pass {
			passed = append(passed, c.Name)
			continue
		}
		lines = append(lines, fmt.Sprintf("**%s** %s: %s", text(string(c.Status)), text(c.Name), text(c.Reason)))
	}
	if more := len(lines) - maxListed; more > 0 {
		lines = append(lines[:maxListed], fmt.Sprintf("and %s that did not pass", format.Count(int64(more), "more check")))
	}
	if len(passed) > 0 {
		lines = append(lines, "passed: "+text(strings.Join(passed, ", ")))
	}
	return lines
}

// thresholds lists the thresholds that were not met, or says in one line that all were.
func thresholds(all []report.Threshold) []string {
	var lines []string
	for _, t := range all {
		if t.Status != report.Met {
			lines = append(lines, fmt.Sprintf("threshold **%s**: `%s`", text(string(t.Status)), code(t.Text)))
		}
	}
	if more := len(lines) - maxListed; more > 0 {
		lines = append(lines[:maxListed], fmt.Sprintf("and %s that were not met", format.Count(int64(more), "more threshold")))
	}
	if met := len(all) - countUnmet(all); met > 0 {
		lines = append(lines, fmt.Sprintf("thresholds met: %d of %d", met, len(all)))
	}
	return lines
}

func countUnmet(all []report.Threshold) int {
	n := 0
	for _, t := range all {
		if t.Status != report.Met {
			n++
		}
	}
	return n
}

// figures are the names and values of the key numbers. A run without a sample of one
// leaves it out.
func figures(r *report.Report) [][2]string {
	var rows [][2]string
	for _, name := range []string{"throughput", "attempts_per_success", "conflict_rate", "p50", "p99", "cost_per_million"} {
		metric, ok := report.MetricNamed(name)
		v, measured := metric.Value(r)
		if !ok || !measured {
			continue
		}
		rows = append(rows, [2]string{metric.Label, number(v, metric)})
	}
	return rows
}

// Comparison writes a table for each group, with a row for each variant: the median
// of each main metric and its change from the baseline.
func Comparison(w io.Writer, c *compare.Comparison) error {
	var b strings.Builder
	mark := ""
	switch {
	case c.Mixed != "":
		fmt.Fprintf(&b, "**warning**: %s\n\n", text(c.Mixed))
	case c.Simulated:
		mark = " · " + report.SimulatedMark
	}
	fmt.Fprintf(&b, "**%s**%s · %s\n", text(c.Scenario), mark, text(c.Shape()))
	for _, g := range c.Groups() {
		writeGroup(&b, c, g)
	}
	fmt.Fprintf(&b, "\nMedians; the change is against the first row, shown if p ≤ %g after correction for %d tests, ~ if not.\n", c.Alpha, c.Tests)
	if n := len(c.Warnings); n > 0 {
		fmt.Fprintf(&b, "\n%s, the first: %s\n", format.Count(int64(n), "warning"), text(c.Warnings[0]))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeGroup(b *strings.Builder, c *compare.Comparison, g compare.Group) {
	if g.Name != "" {
		fmt.Fprintf(b, "\n`%s`\n", code(g.Name))
	}
	path := "variant"
	if p := g.Variants[0].FirstPath(); p != "" {
		path = p
	}
	header, rule := "| "+text(path)+" | passed |", "| --- | --: |"
	var metrics []compare.Metric
	for _, m := range c.Metrics {
		if m.Main {
			metrics = append(metrics, m)
			header, rule = header+" "+text(strings.TrimSpace(m.Label+" "+m.Unit))+" |", rule+" --: |"
		}
	}
	fmt.Fprintf(b, "\n%s\n%s\n", header, rule)
	for _, v := range g.Variants {
		fmt.Fprintf(b, "| %s | %d/%d |", text(cmp.Or(v.First(), v.Name)), passed(v), len(v.Runs))
		for _, m := range metrics {
			fmt.Fprintf(b, " %s |", text(cell(v, m)))
		}
		b.WriteString("\n")
	}
}

func passed(v *compare.Variant) int {
	n := 0
	for _, run := range v.Runs {
		if run.Verdict == string(check.Pass) {
			n++
		}
	}
	return n
}

// cell is a variant's median and its change.
func cell(v *compare.Variant, m compare.Metric) string {
	e, ok := v.Estimates[m.Name]
	if !ok {
		return format.Absent
	}
	metric, _ := report.MetricNamed(m.Name)
	value := number(e.Median, report.Metric{Kind: metric.Kind})
	if e.Change == nil {
		return value
	}
	return value + " (" + e.Change.String() + ")"
}
