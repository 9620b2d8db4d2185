package text

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"contend/internal/format"
	"contend/report"
	"contend/report/row"
	"contend/workload/check"
)

// Report writes the report for people: the verdict, its evidence, and the measurements
// from the most to the least important.
func Report(w io.Writer, r *report.Report, options Options) error {
	p := newTextLayout(options)
	p.verdict(r)
	p.thresholds(r.Thresholds)
	p.machines(r)
	p.counters(r.Counters)
	p.misbehaved(r.Misbehaved)
	p.faults(r)
	p.rates(r)
	p.arrivals(r.OpenLoop)
	p.stages(r.Stages)
	p.prediction(r)
	p.tally(r.Tally)
	p.wire(r)
	p.latency(r)
	p.fairness(r.Fairness)
	p.groups(r.Groups)
	p.distributions(r)
	p.conflictChart(r)
	p.staleness(r.Staleness)
	p.reasons("Conflicts by reason", r.ConflictsByReason)
	p.reasons("Throttled attempts by reason", r.ThrottlesByReason)
	p.reasons("Failed and unknown attempts by reason", r.FailuresByReason)
	p.reasons("Operations that gave up, by reason", r.GivenUp)
	p.warnings(r.Warnings)
	p.run(r)
	return p.writeTo(w)
}

// verdict shows the verdict in one word, then the finding of each check.
func (p *textLayout) verdict(r *report.Report) {
	word := "━━━ " + strings.ToUpper(format.Shorten(string(r.Verdict.Status), 14)) + " "
	if r.Simulated {
		word += "· " + report.SimulatedMark + " "
	}
	paint := p.paint.banner(r.Verdict.Status)
	if limits := missedCount(r.Thresholds); limits != "" {
		if told := word + "· " + limits + " "; format.Columns(told) <= p.width-16 {
			word = told
		}
		if r.Verdict.Status == check.Pass {
			paint = p.paint.boldDoubt
		}
	}
	p.banner(paint, word, r.Scenario, r.Description)
	p.findings(r.Verdict.Checks)
	if len(r.Verdict.Checks) == 0 {
		p.line("no check was run")
	}
	if r.Error != "" {
		p.line("")
		p.paragraph("Error: ", p.paint.bad, r.Error)
		p.paragraph("", plain, fmt.Sprintf("It ended the run after %s. The run does not pass; its checks cover what ran.", format.Seconds(r.ElapsedS)))
	}
	if r.Interrupted {
		p.line("")
		p.paragraph("", plain, fmt.Sprintf("Interrupted after %s; the verdict covers what ran.", format.Seconds(r.ElapsedS)))
	}
	for _, sentence := range r.Endings() {
		p.line("")
		p.paragraph("", plain, sentence)
	}
}

// banner shows a word that is drawn out to a rule, with the scenario's name at its end,
// and the description.
func (p *textLayout) banner(paint painter, word, name, description string) {
	name = " " + format.Shorten(name, p.width-format.Columns(word)-6) + " ━━━"
	rule := strings.Repeat("━", max(p.width-format.Columns(word)-format.Columns(name), 0))
	p.line(paint(word + rule + name))
	p.line("")
	if description == "" {
		return
	}
	for _, line := range wrap(description, p.width) {
		p.line(p.paint.faint(line))
	}
	p.line("")
}

// findings shows checks with their evidence.
func (p *textLayout) findings(all []check.Result) {
	var widest int
	for _, c := range all {
		widest = max(widest, format.Columns(checkHead(c)))
	}
	for _, c := range all {
		head := padRight(checkHead(c), widest) + gap
		p.paragraph(head, p.paint.status(c.Status), c.Reason)
		for _, evidence := range c.Evidence {
			p.paragraph(margin+"· ", plain, evidence)
		}
	}
}

func checkHead(c check.Result) string {
	return fmt.Sprintf("%s  %s", format.Shorten(string(c.Status), 12), format.Shorten(c.Name, 16))
}

// rates shows the numbers by which runs are compared.
func (p *textLayout) rates(r *report.Report) {
	p.section("Rates")
	rows := slices.Concat([][3]string{row.Throughput(r), row.Attempts(r)}, row.Writes(r), [][3]string{row.Conflicts(r)})
	p.valueRows(slices.Concat(rows, row.Contention(r), row.Stalls(r), row.Capacity(r.Capacity), row.Warmup(r.WarmupS)))
}

// valueRows shows names, their values in a column, and notes.
func (p *textLayout) valueRows(rows [][3]string) {
	var names, values int
	for _, row := range rows {
		names, values = max(names, format.Columns(row[0])), max(values, format.Columns(row[1]))
	}
	for _, row := range rows {
		p.paragraph(margin+padRight(row[0], names)+gap+padLeft(row[1], values)+gap, plain, row[2])
	}
}

// warnings are doubts about the run.
func (p *textLayout) warnings(warnings []string) {
	if len(warnings) == 0 {
		return
	}
	p.section("Warnings")
	for _, warning := range warnings {
		p.paragraph(margin+"! ", p.paint.doubt, warning)
	}
}

// reasons lists counts, the largest first.
func (p *textLayout) reasons(title string, counts map[string]int64) {
	const most = 8
	var names []string
	for name := range counts {
		names = append(names, name)
	}
	if len(names) == 0 {
		return
	}
	slices.SortFunc(names, func(a, b string) int {
		if counts[a] != counts[b] {
			return cmp.Compare(counts[b], counts[a])
		}
		return strings.Compare(a, b)
	})
	p.section(title)
	width := 0
	for _, name := range names[:min(len(names), most)] {
		width = max(width, format.Columns(fmt.Sprint(counts[name])))
	}
	for _, name := range names[:min(len(names), most)] {
		p.paragraph(margin+padLeft(fmt.Sprint(counts[name]), width)+gap, plain, name)
	}
	if rest := len(names) - most; rest > 0 {
		p.line(margin + p.paint.faint("and "+format.Count(int64(rest), "more reason")))
	}
}

// run shows the settings that are needed to repeat the run.
func (p *textLayout) run(r *report.Report) {
	p.section("Run")
	rows := [][2]string{
		{"load", row.Load(r)},
		{"strategy", r.Strategy + "; view " + r.Setup.View + ", refresh " + r.Setup.Refresh + ", reads " + r.Setup.Reads},
		{"retry", r.Setup.Retry},
		{"SDK", row.SDK(r.SDK)},
	}
	if r.Setup.Program != "" {
		rows = append(rows[:1], [2]string{"program", r.Setup.Program})
	}
	rows = append(rows, [][2]string{
		{"target", r.Target.String()},
		{"seed", fmt.Sprint(r.Seed)},
		{"started", r.StartedAt.UTC().Format("2006-01-02 15:04:05 UTC")},
		{"contend", r.ToolVersion},
	}...)
	if r.Setup.Limits != "" {
		rows = slices.Insert(rows, len(rows)-3, [2]string{"limits", r.Setup.Limits})
	}
	if r.Items != "" {
		rows = slices.Insert(rows, len(rows)-3, [2]string{"items", r.Items})
	}
	if lasted := r.Lasted(); lasted != "" {
		rows = slices.Insert(rows, len(rows)-1, [2]string{"lasted", lasted})
	}
	for _, row := range rows {
		p.paragraph(margin+padRight(row[0], len("strategy"))+gap, p.paint.faint, row[1])
	}
}

// arrivals shows what happened to the operations that were due.
func (p *textLayout) arrivals(o *report.OpenLoop) {
	if o == nil {
		return
	}
	p.section("Arrivals")
	p.valueRows(row.Arrivals(o))
}
