package capacity

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"contend/internal/format"
	"contend/report"
	"contend/report/capacity/bracket"
	"contend/workload/check"
	"contend/workload/scenario"
	"contend/workload/threshold"
)

// voidPoolLimited makes the trials void in which the workers were the limit.
func (c *Capacity) voidPoolLimited(s *scenario.Scenario, find Find) {
	quickest := math.Inf(1)
	for i := range c.Trials {
		if ms := c.Trials[i].AttemptMS; ms != nil {
			quickest = min(quickest, *ms)
		}
	}
	c.Void = []Void{}
	for i := range c.Trials {
		t := &c.Trials[i]
		under := find.with(*s, t.Load)
		if t.Void == "" {
			t.Void = t.poolLimited(&under, quickest)
		}
		if t.Void != "" {
			c.Void = append(c.Void, Void{t.Number, t.Load, t.Void})
		}
	}
}

// conclude brings everything that follows from the trials up to date.
func (h *search) conclude() {
	c := h.found
	b := h.bracket.Bracket()
	c.Lower, c.Upper = b.Kept, b.Missed
	if c.Find == Shards {
		c.Lower, c.Upper = b.Missed, b.Kept
	}
	c.judge()
	c.Goals = h.goals()
	c.Limit = h.limit()
	c.throughput()
	c.require()
	c.Headroom = h.headroomShown()
	c.Replay = h.replayCommand()
	c.Answer = c.answer(&h.scenario, b)
}

// judge is about the counts, the cost and the place of the trials.
func (c *Capacity) judge() {
	c.USD, c.Wrong = 0, nil
	for i := range c.Trials {
		t := &c.Trials[i]
		if t.USD != nil {
			c.USD += *t.USD
		}
		if t.Verdict == check.Fail {
			c.Wrong = append(c.Wrong, t.Number)
		}
		if t.Verdict == check.Pass {
			c.Verdict = check.Pass
		}
		c.Target, c.Simulated = t.Target, t.Simulated
	}
	if len(c.Wrong) > 0 {
		c.Verdict = check.Fail
	}
}

// goals are the brackets of the goals for themselves: of each load, what most of its trials
// say.
func (h *search) goals() []Goal {
	var all []Goal
	for _, name := range h.goalNames() {
		g := Goal{Goal: name}
		for _, l := range h.byLoad() {
			kept, missed := l.votes(name)
			if missed > kept {
				g.Missed = &l.load
				break
			}
			if kept > 0 {
				g.Kept = &l.load
			}
		}
		all = append(all, g)
	}
	return all
}

func (h *search) goalNames() []string {
	var names []string
	for i := range h.found.Trials {
		for _, g := range h.found.Trials[i].Goals {
			if !slices.Contains(names, g.Goal) {
				names = append(names, g.Goal)
			}
		}
	}
	return names
}

// loadTrials are the trials of one load that say something.
type loadTrials struct {
	load   float64
	trials []*Trial
}

// byLoad are the loads in the order from the easiest to the hardest.
func (h *search) byLoad() []loadTrials {
	var all []loadTrials
	for i := range h.found.Trials {
		t := &h.found.Trials[i]
		if t.Void != "" || t.Factor > 0 {
			continue
		}
		at := slices.IndexFunc(all, func(l loadTrials) bool { return l.load == t.Load })
		if at < 0 {
			all = append(all, loadTrials{load: t.Load})
			at = len(all) - 1
		}
		all[at].trials = append(all[at].trials, t)
	}
	slices.SortFunc(all, func(a, b loadTrials) int {
		order := 1
		if a.load < b.load {
			order = -1
		}
		if h.options.Find == Shards {
			order = -order
		}
		return order
	})
	return all
}

// votes is for how many seconds trials kept a goal, and for how many they missed it.
func (l *loadTrials) votes(goal string) (kept, missed float64) {
	for _, t := range l.trials {
		switch g := t.result(goal); {
		case g == nil:
		case g.Kept:
			kept += t.LengthS
		default:
			missed += t.LengthS
		}
	}
	return kept, missed
}

// mean is the mean value of a goal; ok is false if no trial has one.
func (l *loadTrials) mean(goal string) (v float64, ok bool) {
	n := 0.0
	for _, t := range l.trials {
		if g := t.result(goal); g != nil && g.Value != nil {
			v, n = v+*g.Value, n+1
		}
	}
	return v / n, n > 0
}

// limit is the goal that the end of the bracket misses; of several, the one that is missed
// at the easiest load, and of these the first.
func (h *search) limit() string {
	limit, easiest := "", math.Inf(1)
	end := h.found.MissedLoad()
	for _, g := range h.found.Goals {
		if g.Missed == nil || end == nil {
			continue
		}
		if at := h.at(*g.Missed); at < easiest {
			limit, easiest = g.Goal, at
		}
	}
	return limit
}

// at is the place of a load among others: the harder, the higher.
func (h *search) at(load float64) float64 {
	if h.options.Find == Shards {
		return -load
	}
	return load
}

// throughput is that of the load that meets the goals, of its last trial that does.
func (c *Capacity) throughput() {
	c.ThroughputPerS = nil
	load := c.KeptLoad()
	if t := c.lastAt(load); t != nil {
		c.ThroughputPerS = t.ThroughputPerS
	}
}

// lastAt is the longest of the last trials of a load that met all goals; nil if there is none.
func (c *Capacity) lastAt(load *float64) (found *Trial) {
	for i := range c.Trials {
		t := &c.Trials[i]
		if load != nil && t.Load == *load && t.Void == "" && t.Kept && t.Factor == 0 && (found == nil || t.LengthS >= found.LengthS) {
			found = t
		}
	}
	return found
}

// require judges the load that was asked about.
func (c *Capacity) require() {
	if c.Require == nil {
		return
	}
	kept, missed := c.KeptLoad(), c.MissedLoad()
	beyond := func(end float64, hard bool) bool { // on the hard or the easy side of an end
		if hard == (c.Find == Shards) {
			return c.Require.Load <= end
		}
		return c.Require.Load >= end
	}
	c.Require.Status = Unclear
	if kept != nil && beyond(*kept, false) {
		c.Require.Status = Sustained
	}
	if missed != nil && beyond(*missed, true) {
		c.Require.Status = NotSustained
	}
}

// answer is the result as a sentence.
func (c *Capacity) answer(s *scenario.Scenario, b bracket.Bracket) string {
	switch kept, missed := c.KeptLoad(), c.MissedLoad(); {
	case kept == nil && missed == nil:
		return "nothing is known yet: no trial decided a load" + c.clientLimit(b)
	case kept == nil && c.Complete:
		return fmt.Sprintf("no %s meets %q: even %s %s it%s", c.Find.noun(), c.Limit, c.Find.Format(*missed), c.Find.verb(*missed, "miss"), c.valueAt(*missed))
	case kept == nil:
		return fmt.Sprintf("no %s that meets the goals is known yet: %s %s %q%s", c.Find.noun(), c.Find.Format(*missed), c.Find.verb(*missed, "miss"), c.Limit, c.valueAt(*missed))
	case missed == nil && b.Void != nil:
		return fmt.Sprintf("%s: every %s that the client could make meets the goals%s", c.atLeast(*kept, s), c.Find.noun(), c.clientLimit(b))
	case missed == nil && c.Complete:
		return fmt.Sprintf("%s: every %s that was tried meets the goals", c.atLeast(*kept, s), c.Find.noun())
	case missed == nil:
		return c.atLeast(*kept, s)
	case c.Find == Shards:
		return fmt.Sprintf("%s %s %s, but %s %s %q", c.Find.Format(*kept), c.Find.verb(*kept, "sustain"), s.Load.Rate, strconv.FormatFloat(*missed, 'f', -1, 64), c.Find.verb(*missed, "miss"), c.Limit)
	default:
		return fmt.Sprintf("sustains %s, but %s %s %q", c.Find.Format(*kept), c.Find.Format(*missed), c.Find.verb(*missed, "miss"), c.Limit)
	}
}

// atLeast says that a load is sustained, and nothing about harder ones.
func (c *Capacity) atLeast(kept float64, s *scenario.Scenario) string {
	if c.Find == Shards {
		return fmt.Sprintf("%s %s %s", c.Find.Format(kept), c.Find.verb(kept, "sustain"), s.Load.Rate)
	}
	return "sustains at least " + c.Find.Format(kept)
}

// noun is what is found, in the singular after "no".
func (f Find) noun() string {
	if f == Rate {
		return "load"
	}
	return "number of " + f.Unit()
}

// verb is a verb for a load.
func (f Find) verb(load float64, plural string) string {
	switch {
	case f != Rate && load != 1:
		return plural
	case plural == "miss":
		return "misses"
	}
	return plural + "s"
}

// clientLimit names the reason why loads beyond are not known.
func (c *Capacity) clientLimit(b bracket.Bracket) string {
	for _, v := range c.Void {
		if b.Void == nil || v.Load == *b.Void {
			return fmt.Sprintf("; at %s %s", c.Find.Format(v.Load), v.Why)
		}
	}
	return ""
}

// valueAt is the measured value of the goal that limits, at a load that misses it.
func (c *Capacity) valueAt(load float64) string {
	for i := range c.Trials {
		t := &c.Trials[i]
		if g := t.result(c.Limit); t.Load == load && g != nil && g.Value != nil && !g.Kept {
			return ", with " + withUnit(c.Limit, *g.Value)
		}
	}
	return ""
}

// withUnit writes a value of a goal's metric.
func withUnit(goal string, v float64) string {
	if goal == ServedGoal || goal == BacklogGoal {
		return format.Percent(v)
	}
	limit, _ := threshold.Parse(goal) // the thresholds of a scenario are valid
	metric, _ := report.MetricNamed(limit.Metric)
	switch metric.Kind {
	case threshold.Share:
		return format.Percent(v)
	case threshold.Money:
		return metric.Unit + format.Number(v)
	case threshold.Duration:
		return format.Number(v) + " " + metric.Unit
	}
	return format.Number(v) + metric.Unit
}
