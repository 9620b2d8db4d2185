package text

import (
	"fmt"
	"io"
	"strings"
	"time"

	"contend/internal/format"
	"contend/workload/check"
	"contend/workload/explore"
	"contend/workload/scenario"
)

// Explored is an exploration with everything that [Exploration] shows of it.
type Explored struct {
	// Name and Description are those of the scenario.
	Name, Description string
	First             uint64 // the first seed
	Seeds             int64  // how many were to be tried; Result says how many were
	Result            *explore.Result
	// Story is the story of the smallest failing run; nil if no run failed.
	Story *explore.Story
	// Replay is the command that repeats the smallest failing run; "" if there is none.
	Replay string
}

// Status is the worst verdict on any seed that was tried. It is [check.Inconclusive] if
// none was.
func (x *Explored) Status() check.Status {
	switch t := &x.Result.Tally; {
	case t.Failed > 0:
		return check.Fail
	case t.Inconclusive > 0 || t.Unfinished > 0 || t.Seeds == 0:
		return check.Inconclusive
	}
	return check.Pass
}

// Exploration writes what an exploration found, and tells the smallest failing run as a
// story. The error is that of writing to w.
func Exploration(w io.Writer, x *Explored, options Options) error {
	p := newTextLayout(options)
	status := x.Status()
	p.banner(p.paint.banner(status), "━━━ "+strings.ToUpper(string(status))+" ", x.Name, x.Description)
	p.line(p.found(x))
	p.line("")
	p.valueRows(tried(x))
	if t := &x.Result.Tally; t.Inconclusive > 0 && t.Doubt != "" {
		p.line("")
		p.paragraph(margin, plain, fmt.Sprintf("seed %d: %s", t.FirstInconclusive, t.Doubt))
	}
	if f := x.Result.Smallest; f != nil {
		p.smallest(x, f)
	}
	return p.writeTo(w)
}

// found sums up the result in one sentence.
func (p *textLayout) found(x *Explored) string {
	t := &x.Result.Tally
	const few = explore.RuleOfThree // the bound of so few seeds is 1 or more, which says nothing
	judged := ""
	if t.Inconclusive > 0 || t.Unfinished > 0 {
		judged = " that could be judged"
	}
	switch {
	case t.Failed > 0:
		return fmt.Sprintf("%d of %s failed", t.Failed, format.Count(t.Seeds, "seed"))
	case t.Passed <= few:
		return fmt.Sprintf("no failure in %s%s: too few to bound the rate", format.Count(t.Passed, "seed"), judged)
	}
	return fmt.Sprintf("no failure in %d seeds%s: rate below %d/%d at 95 %%", t.Passed, judged, explore.RuleOfThree, t.Passed)
}

// tried lists how many seeds and operations were tried, and how they ended.
func tried(x *Explored) [][3]string {
	t := &x.Result.Tally
	of := fmt.Sprintf("from %d on", x.First)
	if t.Seeds < x.Seeds {
		of = fmt.Sprintf("of %d, %s", x.Seeds, of)
	}
	rows := [][3]string{
		{"seeds tried", fmt.Sprint(t.Seeds), of},
		{"operations", fmt.Sprint(t.Operations), fmt.Sprintf("in %s of simulated time", format.Seconds(t.Elapsed.Seconds()))},
	}
	if t.Inconclusive > 0 {
		rows = append(rows, [3]string{"inconclusive", fmt.Sprint(t.Inconclusive), fmt.Sprintf("seeds whose run no check could judge, first seed %d", t.FirstInconclusive)})
	}
	if t.Unfinished > 0 {
		rows = append(rows, [3]string{"unfinished", fmt.Sprint(t.Unfinished), fmt.Sprintf("seeds whose run did not end in time, first seed %d", t.FirstUnfinished)})
	}
	for _, c := range t.ByCheck {
		rows = append(rows, [3]string{c.Name, fmt.Sprint(c.Seeds), "failed by this check"})
	}
	return rows
}

// smallest shows the smallest failing run.
func (p *textLayout) smallest(x *Explored, f *explore.Failure) {
	first := &x.Result.Failures[0]
	p.section("The smallest failing run")
	p.paragraph(margin, plain, fmt.Sprintf("seed %d: %s", f.Scenario.Seed, sizes(f)))
	was := fmt.Sprintf("found by %s from seed %d: %s", format.Count(int64(x.Result.Shrinking), "run"), first.Scenario.Seed, sizes(first))
	for i, d := range first.Drawn {
		if i == 0 {
			was += "; it drew"
		}
		was += " " + d.Path + "=" + d.Value
	}
	if x.Result.Exhausted {
		was += "; there may be a smaller one, but no more runs were allowed"
	}
	p.paragraph(margin, p.paint.faint, was)
	p.line("")
	p.findings(f.Checks)
	if x.Story != nil {
		p.story(x.Story)
	}
	if x.Replay != "" {
		p.section("Make it again")
		p.line(margin + x.Replay)
	}
}

// sizes describes how large a failing run is.
func sizes(f *explore.Failure) string {
	s := &f.Scenario
	all := []string{
		format.Count(f.Operations, "operation"), format.Count(int64(s.Load.Workers), "worker"), format.Count(int64(s.Counters.Count), "counter"),
	}
	if n := len(s.Faults); n > 0 {
		all = append(all, format.Count(int64(n), "rule")+" of faults")
	}
	if n := len(s.Embedded.Misbehave); n > 0 {
		all = append(all, format.Count(int64(n), "planted fault"))
	}
	for _, latency := range s.Embedded.Kinds() {
		if latency != (scenario.ModelledLatency{}) {
			all = append(all, fmt.Sprintf("latency %s ± %s", latency.Mean, latency.SD))
		}
	}
	return strings.Join(all, ", ")
}

// story tells the events with their times.
func (p *textLayout) story(s *explore.Story) {
	p.section("What happened")
	var times []string
	for _, e := range s.Events {
		times = append(times, fmt.Sprintf("%.3f ms", float64(e.At)/float64(time.Millisecond)))
	}
	column := widest(times)
	for i, e := range s.Events {
		p.paragraph(margin+padLeft(times[i], column)+gap, plain, e.Text)
	}
	if s.Omitted > 0 {
		p.paragraph(margin+strings.Repeat(" ", column)+gap, plain, fmt.Sprintf("and %s more", format.Count(s.Omitted, "operation")))
	}
}
