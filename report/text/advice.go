package text

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"contend/internal/format"
	"contend/report/advise"
	"contend/workload/check"
)

// Advice writes what to use for a scenario, and why. The error is that of writing to w.
func Advice(w io.Writer, a *advise.Advice, options Options) error {
	p := newTextLayout(options)
	p.banner(p.paint.bold, "━━━ ADVICE ", a.Scenario, a.Description)
	p.recommendation(a, "policy", a.Policy, advisedPolicy)
	p.recommendation(a, "design", a.Design, advisedDesign)
	p.candidates(a)
	p.lawOfAdvice(a)
	p.shards(a.Shards)
	p.costs(a)
	p.sentences("The answer changes", a.Changes)
	p.sentences("Not tried", a.Untried)
	p.sentences("Assumed", a.Assumptions)
	p.section("Try it")
	for _, command := range a.Commands {
		p.line(margin + command) // unbroken, to be copied
	}
	return p.writeTo(w)
}

func advisedPolicy(c *advise.Candidate) string { return c.Policy }

func advisedDesign(c *advise.Candidate) string { return c.Strategy }

// recommendation shows what to use, and the reasons.
func (p *textLayout) recommendation(a *advise.Advice, what string, r advise.Recommendation, name func(*advise.Candidate) string) {
	advised, own := &a.Candidates[r.Candidate], &a.Candidates[0]
	head := what + gap
	indent := strings.Repeat(" ", len(head))
	text := "keep " + name(own)
	switch {
	case r.Change && what == "design":
		text = advised.Strategy + " with " + advised.Policy + ", instead of " + own.Strategy
	case r.Change:
		text = name(advised) + ", instead of " + name(own)
	}
	p.paragraph(head, p.paint.bold, text)
	for _, sentence := range []string{r.Why, r.RunnerUp} {
		if sentence != "" {
			p.paragraph(indent, plain, sentence)
		}
	}
}

// candidates is the table of all candidates: the designs and below each its policies, the
// best first.
func (p *textLayout) candidates(a *advise.Advice) {
	p.section("What was tried, the best first")
	t := table{header: []string{"design, policy", "verdict", "per s", "write", "read", "p50/p99 ms", "Jain", "$/M"}}
	ranked := a.Ranked()
	var designs []string
	for _, i := range ranked {
		design := a.Candidates[i].Strategy
		if slices.Contains(designs, design) {
			continue
		}
		designs = append(designs, design)
		t.rows = append(t.rows, []string{p.designName(a, design)})
		for _, j := range ranked {
			if c := &a.Candidates[j]; c.Strategy == design {
				t.rows = append(t.rows, candidateRow(c, j == 0))
			}
		}
	}
	header, rows := t.fit(p.width, 6, 4)
	p.line(p.paint.faint(header))
	p.lines(rows)
	for _, line := range wrap(tableLegend(a), p.width) {
		p.line(p.paint.faint(line))
	}
}

func (p *textLayout) designName(a *advise.Advice, design string) string {
	name := format.Shorten(design, 21)
	if a.NeedsOneProcess(design) {
		name += " †"
	}
	return name
}

func tableLegend(a *advise.Advice) string {
	legend := "* as it is. write, read: requests a success. $/M: for a million updates."
	for i := range a.Candidates {
		if a.NeedsOneProcess(a.Candidates[i].Strategy) {
			return legend + " † only if one process makes all operations: not advised."
		}
	}
	return legend
}

func candidateRow(c *advise.Candidate, own bool) []string {
	mark := " "
	if own {
		mark = "*"
	}
	return []string{
		mark + format.Shorten(c.Policy, 22), shortVerdict(c), format.Scaled(c.ThroughputPerS, 1), hundredths(c.WritesPerSuccess), hundredths(c.ReadsPerSuccess),
		format.Scaled(c.P50MS, 1) + "/" + format.Scaled(c.P99MS, 1), hundredths(c.Jain), hundredths(c.USDPerMillion),
	}
}

// shortVerdict says whether a candidate counts exactly, meets the thresholds and keeps up.
func shortVerdict(c *advise.Candidate) string {
	switch {
	case c.Verdict == check.Fail:
		return "WRONG"
	case c.Verdict != check.Pass:
		return "doubt"
	case len(c.Missed) > 0:
		return "missed"
	case c.Behind:
		return "behind"
	}
	return "exact"
}

func hundredths(v *float64) string {
	if v == nil {
		return format.Absent
	}
	const large = 100
	if *v >= large {
		return format.Number(*v)
	}
	return fmt.Sprintf("%.2f", *v)
}

// lawOfAdvice shows the figures of the law beside those of the scenario as it is.
func (p *textLayout) lawOfAdvice(a *advise.Advice) {
	l := a.Law
	if l == nil {
		return
	}
	own := &a.Candidates[0]
	p.section("The law of contention, for the design as it is")
	rows := [][3]string{
		{"G", format.Number(l.GapMS) + " ms", "from reading to writing"},
		{"λ", format.Scaled(l.ArrivalsPerGap, 1), "attempts a gap"},
		{"ρ", format.Number(l.SuccessesPerGap), "successes a gap, and the share of writes that are refused"},
		{"C", format.Scaled(l.WritesPerSuccess, 1), "writes a success; the run had " + hundredths(own.WritesPerSuccess)},
		{"X", format.Number(l.ThroughputPerS) + "/s", "successes; the run had " + format.Scaled(own.ThroughputPerS, 1) + "/s"},
	}
	if l.Limit > 0 {
		rows = append(rows, [3]string{"limit", format.Number(l.Limit) + "/s", "no policy that retries can go beyond this rate"})
	}
	p.valueRows(rows)
}

// sentences lists sentences under a title; nothing if there are none.
func (p *textLayout) sentences(title string, all []string) {
	if len(all) == 0 {
		return
	}
	p.section(title)
	for _, s := range all {
		p.paragraph(margin+"· ", plain, s)
	}
}
