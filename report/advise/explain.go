package advise

import (
	"fmt"
	"strings"

	"contend/internal/format"
	"contend/workload/check"
)

// Name names a candidate by its policy and its design.
func (c *Candidate) Name() string { return c.Policy + " on " + c.Strategy }

// explain writes the sentences of a recommendation. next is the runner-up, −1 if there is
// none.
func (a *Advice) explain(r *Recommendation, from, next int) {
	winner := &a.Candidates[r.Candidate]
	switch before := &a.Candidates[from]; {
	case r.Change:
		r.Why = fmt.Sprintf("%s %s", winner.Name(), a.beats(winner, before))
	case a.Open && next >= 0:
		r.Why = "no other candidate is a tenth cheaper, or has half the p99"
	case next < 0:
		r.Why = "nothing else gives what the scenario asks for"
	default:
		r.Why = "no other candidate is a tenth faster or cheaper, or has half the p99"
	}
	if next < 0 {
		return
	}
	runner := &a.Candidates[next]
	lead := "the next best, " + runner.Name() + ", "
	if worse := a.lacks(runner, winner); worse != "" {
		r.RunnerUp = lead + worse
	} else {
		r.RunnerUp = lead + "is about as good"
	}
}

// beats says in what one candidate is better than another, and in what it is worse.
func (a *Advice) beats(better, worse *Candidate) string {
	var text string
	switch reasons := classReasons(better, worse); {
	case len(reasons) > 0:
		text = strings.Join(reasons, ", and ")
	default:
		text = strings.Join(a.gains(better, worse), ", and ")
	}
	if against := a.gains(worse, better); len(against) > 0 {
		text += "; but it " + a.losses(better, worse)
	}
	return text
}

// lacks says in what one candidate is worse than another; "" if it is in nothing.
func (a *Advice) lacks(worse, better *Candidate) string {
	if reasons := classReasons(better, worse); len(reasons) > 0 {
		return shortcoming(worse, better)
	}
	return a.losses(worse, better)
}

// classReasons are the reasons by which a candidate is of a better class.
func classReasons(better, worse *Candidate) []string {
	x, y := better.class(), worse.class()
	for i, reason := range []string{
		"counts exactly, which " + worse.Name() + " does not" + because(worse.Doubt),
		"meets the thresholds, which " + worse.Name() + " does not" + because(strings.Join(worse.Missed, ", ")),
		"keeps up with the load, which " + worse.Name() + " does not",
	} {
		if x[i] != y[i] {
			if x[i] > y[i] {
				return nil
			}
			return []string{reason}
		}
	}
	return nil
}

func because(what string) string {
	if what == "" {
		return ""
	}
	return " (" + what + ")"
}

// shortcoming is what puts a candidate into a worse class than another.
func shortcoming(worse, better *Candidate) string {
	x, y := worse.class(), better.class()
	switch {
	case x[0] > y[0] && (worse.Inexact || worse.Verdict == check.Fail):
		return "does not count exactly" + because(worse.Doubt)
	case x[0] > y[0]:
		return "was not shown to count exactly" + because(worse.Doubt)
	case x[1] > y[1]:
		return "misses a threshold" + because(strings.Join(worse.Missed, ", "))
	}
	return "does not keep up with the load"
}

// figure is one by which candidates are compared.
type figure struct {
	value  func(*Candidate) *float64
	factor float64 // below which a difference is not mentioned
	least  float64 // the smallest difference that is mentioned
	more   bool    // more is better
	text   string  // with the own and the other value
	show   func(float64) string
}

func (a *Advice) figures() []figure {
	perSecond := func(v float64) string { return format.Number(v) + "/s" }
	dollars := func(v float64) string { return "$" + format.Number(v) }
	seconds := func(v float64) string { return format.Seconds(v / 1000) }
	all := []figure{
		{func(c *Candidate) *float64 { return c.ThroughputPerS }, worthwhile, 0, true, "makes %s instead of %s", perSecond},
		{func(c *Candidate) *float64 { return c.USDPerMillion }, worthwhile, 0, false, "costs %s a million instead of %s", dollars},
		{func(c *Candidate) *float64 { return c.P99MS }, worthwhileP99, 0, false, "has a p99 of %s instead of %s", seconds},
		{func(c *Candidate) *float64 { return c.GaveUp }, worthwhile, 0.01, false, "gives up %s of the operations instead of %s", format.Percent},
	}
	if a.Open {
		return all[1:]
	}
	return all
}

// gains are the figures in which one candidate is better than another.
func (a *Advice) gains(better, worse *Candidate) []string { return a.differences(better, worse, true) }

// losses are the figures in which one candidate is worse than another.
func (a *Advice) losses(worse, better *Candidate) string {
	return strings.Join(a.differences(worse, better, false), ", and ")
}

// differences describe c by the figures in which it is better, or worse, than other.
func (a *Advice) differences(c, other *Candidate, better bool) []string {
	var all []string
	for _, f := range a.figures() {
		mine, its := f.value(c), f.value(other)
		if mine == nil || its == nil {
			continue
		}
		high, low := *mine, *its
		if f.more != better {
			high, low = low, high
		}
		if high >= f.factor*low && high > low+f.least {
			all = append(all, fmt.Sprintf(f.text, f.show(*mine), f.show(*its)))
		}
	}
	return all
}
