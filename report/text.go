package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"contend/workload/check"
	"contend/workload/history"
)

// TextOptions says how a text is laid out.
type TextOptions struct {
	// Width is the number of columns; no line is wider. 0 means 80; below 40
	// it is 40.
	Width int
	// Color puts escape sequences of ANSI terminals into the text.
	Color bool
}

// Text writes the report for people: the verdict, what it rests on, and the
// measurements from the most to the least important.
func Text(w io.Writer, r *Report, options TextOptions) error {
	p := newPage(options)
	p.verdict(r)
	p.thresholds(r.Thresholds)
	p.counters(r.Counters)
	p.misbehaved(r.Misbehaved)
	p.faults(r)
	p.rates(r)
	p.arrivals(r.OpenLoop)
	p.stages(r.Stages)
	p.tally(r.Tally)
	p.wire(r)
	p.latency(r)
	p.fairness(r.Fairness)
	p.distributions(r)
	p.conflictChart(r)
	p.staleness(r.Staleness)
	p.reasons("Conflicts by reason", r.ConflictsByReason)
	p.reasons("Throttled attempts by reason", r.ThrottlesByReason)
	p.reasons("Failed and unknown attempts by reason", r.FailuresByReason)
	p.warnings(r.Warnings)
	p.run(r)
	return p.writeTo(w)
}

func newPage(options TextOptions) *page {
	const usual, least = 80, 40
	width := options.Width
	if width == 0 {
		width = usual
	}
	return &page{width: max(width, least), paint: newPaint(options.Color)}
}

func (p *page) writeTo(w io.Writer) error {
	if _, err := io.WriteString(w, p.text.String()); err != nil {
		return fmt.Errorf("text: %w", err)
	}
	return nil
}

// verdict says it in one word, and then what each check found.
func (p *page) verdict(r *Report) {
	word := "━━━ " + strings.ToUpper(shorten(string(r.Verdict.Status), 14)) + " "
	paint := p.paint.banner(r.Verdict.Status)
	if limits := unkept(r.Thresholds); limits != "" {
		if told := word + "· " + limits + " "; columns(told) <= p.width-16 {
			word = told
		}
		if r.Verdict.Status == check.Pass {
			paint = p.paint.boldDoubt
		}
	}
	name := " " + shorten(r.Scenario, p.width-columns(word)-6) + " ━━━"
	rule := strings.Repeat("━", max(p.width-columns(word)-columns(name), 0))
	p.line(paint(word + rule + name))
	p.line("")
	if r.Description != "" {
		for _, line := range wrap(r.Description, p.width) {
			p.line(p.paint.faint(line))
		}
		p.line("")
	}
	var widest int
	for _, c := range r.Verdict.Checks {
		widest = max(widest, columns(checkHead(c)))
	}
	for _, c := range r.Verdict.Checks {
		head := padRight(checkHead(c), widest) + gap
		p.paragraph(head, p.paint.status(c.Status), c.Reason)
		for _, evidence := range c.Evidence {
			p.paragraph(margin+"· ", plain, evidence)
		}
	}
	if len(r.Verdict.Checks) == 0 {
		p.line("no check was made")
	}
	if r.Error != "" {
		p.line("")
		p.paragraph("Error: ", p.paint.bad, r.Error)
		p.paragraph("", plain, fmt.Sprintf("The run ended with it after %s and does not pass; the checks are of what ran.", lasting(r.ElapsedS)))
	}
	if r.Interrupted {
		p.line("")
		p.paragraph("", plain, fmt.Sprintf("Interrupted after %s; the verdict is for what ran.", lasting(r.ElapsedS)))
	}
}

func checkHead(c check.Result) string {
	return fmt.Sprintf("%s  %s", shorten(string(c.Status), 12), shorten(c.Name, 16))
}

// rates are the numbers that one compares runs by.
func (p *page) rates(r *Report) {
	p.section("Rates")
	rows := slices.Concat([][3]string{throughputRow(r), attemptsRow(r)}, writesRows(r), [][3]string{conflictRow(r)})
	p.valueRows(slices.Concat(rows, contentionRows(r), stallRows(r), capacityRows(r.Capacity), warmupRows(r.WarmupS)))
}

// valueRows are names, their values in a column, and what there is to say of
// them.
func (p *page) valueRows(rows [][3]string) {
	var names, values int
	for _, row := range rows {
		names, values = max(names, columns(row[0])), max(values, columns(row[1]))
	}
	for _, row := range rows {
		p.paragraph(margin+padRight(row[0], names)+gap+padLeft(row[1], values)+gap, plain, row[2])
	}
}

// absent stands where a number could not be measured.
const absent = "–"

func throughputRow(r *Report) [3]string {
	const name = "throughput"
	if r.ThroughputPerS == nil {
		return [3]string{name, absent, "no time was measured"}
	}
	what := "of applied operations in " + lasting(r.loadS()-r.WarmupS)
	if r.WarmupS == 0 {
		what = fmt.Sprintf("%s applied in %s", plural(r.appliedInTime(), "operation"), lasting(r.loadS()))
	}
	return [3]string{name, figures(*r.ThroughputPerS) + "/s", what + r.endedLater()}
}

// appliedInTime is how many operations were applied while the load was on.
func (r *Report) appliedInTime() int64 {
	if r.EndedLater == nil {
		return r.Tally.Applied
	}
	return r.Tally.Applied - r.EndedLater.Applied
}

// endedLater tells what ended after the load, "" if nothing did.
func (r *Report) endedLater() string {
	l := r.EndedLater
	if l == nil {
		return ""
	}
	applied := "applied"
	if l.Applied < l.Operations {
		applied = fmt.Sprintf("%d of them applied", l.Applied)
	}
	if l.Applied == 0 {
		applied = "not applied"
	}
	return fmt.Sprintf("; %s ended later, the last at %s, %s", plural(l.Operations, "operation"), lasting(r.ElapsedS), applied)
}

func warmupRows(seconds float64) [][3]string {
	if seconds <= 0 {
		return nil
	}
	return [][3]string{{"warm-up", figures(seconds) + " s",
		"the beginning, left out of rates, latencies and fairness; units, tallies and checks are of the whole run"}}
}

func attemptsRow(r *Report) [3]string {
	const name = "attempts"
	if r.AttemptsPerSuccess == nil {
		return [3]string{name, absent, "no update was applied"}
	}
	return [3]string{name, figures(*r.AttemptsPerSuccess), "for each applied update"}
}

// writesRows is nil also for reports of programs that did not tell it.
func writesRows(r *Report) [][3]string {
	if r.WritesPerSuccess == nil {
		return nil
	}
	return [][3]string{{"writes", figures(*r.WritesPerSuccess), "sent for each applied update"}}
}

func conflictRow(r *Report) [3]string {
	const name = "conflict rate"
	if r.ConflictRate.Overall == nil {
		return [3]string{name, absent, "no update was attempted"}
	}
	if r.WarmupS > 0 {
		return [3]string{name, percent(*r.ConflictRate.Overall), "of the update attempts"}
	}
	return [3]string{name, percent(*r.ConflictRate.Overall),
		"of " + plural(r.Tally.UpdateAttempts, "update attempt")}
}

// tally shows where everything went; side by side where there is room.
func (p *page) tally(t Tally) {
	operations := [][]string{
		{"due", fmt.Sprint(t.Due), ""},
		{"dropped", fmt.Sprint(t.Dropped), ""},
		{"started", fmt.Sprint(t.Started), ""},
		{"  applied", fmt.Sprint(t.Applied), share(t.Applied, t.Started)},
		{"  gave up", fmt.Sprint(t.GaveUp), share(t.GaveUp, t.Started)},
		{"  unknown", fmt.Sprint(t.Unknown), share(t.Unknown, t.Started)},
		{"  failed", fmt.Sprint(t.Failed), share(t.Failed, t.Started)},
	}
	if t.Refused > 0 {
		operations = append(operations, []string{"    refused", fmt.Sprint(t.Refused), share(t.Refused, t.Started)})
	}
	attempts := [][]string{
		{"made", fmt.Sprint(t.Attempts), ""},
		{"  applied", fmt.Sprint(t.AppliedAttempts), share(t.AppliedAttempts, t.Attempts)},
		{"  conflict", fmt.Sprint(t.Conflicts), share(t.Conflicts, t.Attempts)},
		{"  throttled", fmt.Sprint(t.Throttles), share(t.Throttles, t.Attempts)},
		{"  unknown", fmt.Sprint(t.UnknownAttempts), share(t.UnknownAttempts, t.Attempts)},
		{"  failed", fmt.Sprint(t.FailedAttempts), share(t.FailedAttempts, t.Attempts)},
		{"reads sent", fmt.Sprint(t.Reads), ""},
		{"writes sent", fmt.Sprint(t.Writes), ""},
	}
	p.twoTables("Operations", table{rows: operations}, "Attempts", table{rows: attempts})
}

// twoTables puts two tables side by side if there is room, else one beneath the
// other.
func (p *page) twoTables(leftTitle string, left table, rightTitle string, right table) {
	const between = 6
	_, leftRows := left.fit(p.width, 2)
	_, rightRows := right.fit(p.width, 2)
	leftWidth, rightWidth := widest(leftRows), widest(rightRows)
	if leftWidth+between+rightWidth > p.width {
		p.section(leftTitle)
		p.lines(leftRows)
		p.section(rightTitle)
		p.lines(rightRows)
		return
	}
	leftWidth += between
	p.line("")
	p.line(p.paint.bold(padRight(leftTitle, leftWidth)) + p.paint.bold(rightTitle))
	for i := range max(len(leftRows), len(rightRows)) {
		var l, r string
		if i < len(leftRows) {
			l = leftRows[i]
		}
		if i < len(rightRows) {
			r = rightRows[i]
		}
		p.line(padRight(l, leftWidth) + r)
	}
}

// warnings are doubts about the run.
func (p *page) warnings(warnings []string) {
	if len(warnings) == 0 {
		return
	}
	p.section("Warnings")
	for _, warning := range warnings {
		p.paragraph(margin+"! ", p.paint.doubt, warning)
	}
}

// reasons lists counts, the largest first.
func (p *page) reasons(title string, counts map[string]int64) {
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
		width = max(width, columns(fmt.Sprint(counts[name])))
	}
	for _, name := range names[:min(len(names), most)] {
		p.paragraph(margin+padLeft(fmt.Sprint(counts[name]), width)+gap, plain, name)
	}
	if rest := len(names) - most; rest > 0 {
		p.line(margin + p.paint.faint("and "+plural(int64(rest), "more reason")))
	}
}

// run tells what it takes to do the run again.
func (p *page) run(r *Report) {
	p.section("Run")
	for _, row := range [][2]string{
		{"load", load(r)},
		{"strategy", r.Strategy + "; view " + r.Setup.View + ", refresh " + r.Setup.Refresh + ", reads " + r.Setup.Reads},
		{"retry", r.Setup.Retry},
		{"SDK", sdkLine(r.SDK)},
		{"target", strings.TrimSpace(r.Target.Kind + " " + r.Target.Endpoint)},
		{"seed", fmt.Sprint(r.Seed)},
		{"started", r.StartedAt.UTC().Format("2006-01-02 15:04:05 UTC")},
		{"contend", r.ToolVersion},
	} {
		p.paragraph(margin+padRight(row[0], len("strategy"))+gap, p.paint.faint, row[1])
	}
}

func load(r *Report) string {
	s := r.Setup
	parts := loop(r)
	if s.DurationS != nil {
		parts = append(parts, "for "+limit(*s.DurationS))
	}
	if s.Operations != nil {
		parts = append(parts, plural(*s.Operations, "operation"))
	}
	if s.ThinkMS > 0 {
		parts = append(parts, "thinking "+figuresOf(s.ThinkMS, "ms"))
	}
	parts = append(parts, plural(int64(len(r.Counters)), "counter")+" ("+s.Pick+")")
	return strings.Join(append(parts, mix(s.Mix)), ", ")
}

// loop tells what the load came from.
func loop(r *Report) []string {
	workers := plural(int64(r.Workers), "worker")
	staged := ""
	if n := r.Setup.Stages; n > 0 {
		staged = plural(int64(n), "stage")
	}
	switch o := r.OpenLoop; {
	case o == nil && staged == "":
		return []string{workers}
	case o == nil:
		return []string{"up to " + workers + " in " + staged}
	case o.AskedRatePerS != nil:
		return []string{"open loop", perSecond(*o.AskedRatePerS) + " " + o.Arrivals, fmt.Sprintf("at most %d in flight", r.Workers), o.Overload}
	default:
		return []string{"open loop", o.Arrivals + " in " + staged, fmt.Sprintf("at most %d in flight", r.Workers), o.Overload}
	}
}

// mix tells the kinds of operations, with their weights if there are several.
func mix(weights map[string]int) string {
	var kinds, weighted []string
	for _, kind := range history.Kinds() {
		if weight := weights[kind.String()]; weight > 0 {
			kinds = append(kinds, kind.String())
			weighted = append(weighted, fmt.Sprintf("%s %d", kind, weight))
		}
	}
	switch len(kinds) {
	case 0:
		return "no operations"
	case 1:
		return "only " + kinds[0] + "s"
	}
	return strings.Join(weighted, " : ")
}
