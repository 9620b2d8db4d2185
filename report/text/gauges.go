package text

import (
	"fmt"
	"strings"
	"time"

	"contend/internal/format"
	"contend/report"
	"contend/workload/measure"
	"contend/workload/scenario"
)

// gauges are what [Screen] shows of a run at a moment.
type gauges struct {
	scenario *scenario.Scenario
	whole    *Whole // nil: this is a single run
	now      measure.Snapshot
	// before is about a second older; the zero value at the beginning of the run.
	before measure.Snapshot
	real   time.Duration // since the load began, in real time
}

// gauge is one line: a label and what it says.
type gauge struct{ label, text string }

// labelColumns is the room for a label.
const labelColumns = 9

// lines returns all lines, the most important first.
func (g *gauges) lines() []gauge {
	far := report.NewSoFar(g.scenario, &g.now)
	applied, attempts, conflicts := g.now.All.Updates()
	appliedBefore, attemptsBefore, conflictsBefore := g.before.All.Updates()
	now := rates{
		perS: report.Ratio(float64(applied-appliedBefore), (g.now.Elapsed - g.before.Elapsed).Seconds()),
		c:    report.Ratio(float64(g.now.All.Writes-g.before.All.Writes), float64(applied-appliedBefore)),
		lost: report.Ratio(float64(conflicts-conflictsBefore), float64(attempts-attemptsBefore)),
	}
	law := rates{}
	if l := far.Law; l != nil {
		law = rates{&l.ThroughputPerS, &l.WritesPerSuccess, &l.ConflictRate}
	}
	return []gauge{
		{"", g.bar()},
		{"now", now.String() + g.besides()},
		{"so far", rates{far.RatePerS, far.WritesPerSuccess, far.ConflictRate}.String()},
		{"law", law.String() + "   from a gap G of " + orAbsent(far.GapMS, func(ms float64) string { return format.Seconds(ms / 1000) })},
		{"latency", "p50 " + secondsOrAbsent(g.now.P50) + "   p99 " + secondsOrAbsent(g.now.P99)},
		{"worst", g.worst()},
	}
}

// rates are one line of numbers that stand below each other; nil is not known.
type rates struct{ perS, c, lost *float64 }

func (r rates) String() string {
	return fmt.Sprintf("%s C %s conflicts %s", fit(orAbsent(r.perS, format.Number)+"/s", 10), fit(orAbsent(r.c, format.Number), 7), fit(orAbsent(r.lost, format.Percent), 6))
}

// fit fills a text up to a number of columns.
func fit(text string, columns int) string {
	return text + strings.Repeat(" ", max(columns-format.Columns(text), 0))
}

func orAbsent(v *float64, written func(float64) string) string {
	if v == nil {
		return format.Absent
	}
	return written(*v)
}

func secondsOrAbsent(d time.Duration) string {
	if d <= 0 {
		return format.Absent
	}
	return format.Seconds(d.Seconds())
}

// bar is the part of the run that is done, and where it is.
func (g *gauges) bar() string {
	const columns = 20
	p := Progress{load: g.scenario.Load, simulated: g.scenario.Target == scenario.TargetSimulated, whole: g.whole}
	done := p.done(g.now)
	text := p.left(g.now) + " left"
	if p.simulated {
		text = p.simulatedTime(g.now, g.real)
	}
	if w := g.whole; w != nil {
		text = w.description(done)
		done = w.done(done)
	}
	if g.now.Elapsed > 0 && g.now.Elapsed < g.scenario.Load.Warmup {
		text += "  warming up"
	}
	done = min(done, (progressSteps-1.0)/progressSteps) // the last requests are still in flight
	full := int(done * columns)
	return fmt.Sprintf("%2d%% %s%s  %s", int(done*100), strings.Repeat("█", full), strings.Repeat("░", columns-full), text)
}

// besides are the reads, and the operations that wait, that belong to now.
func (g *gauges) besides() (text string) {
	if reads := g.now.All.ReadsApplied(); reads > 0 {
		perS := report.Ratio(float64(reads-g.before.All.ReadsApplied()), (g.now.Elapsed - g.before.Elapsed).Seconds())
		text = "   reads " + orAbsent(perS, format.Number) + "/s"
	}
	if g.scenario.Load.Open() {
		text += fmt.Sprintf("   %d waiting", g.now.Waiting)
		if g.now.Dropped > 0 {
			text += fmt.Sprintf(", %d dropped", g.now.Dropped)
		}
	}
	return text
}

// worst says which worker has gone without success for longest.
func (g *gauges) worst() string {
	s := g.now.Starved
	if s.For <= 0 {
		return format.Absent
	}
	text := fmt.Sprintf("worker %d has had no success for %s", s.Worker, format.Seconds(s.For.Seconds()))
	if s.Attempts > 0 {
		text += ", after " + format.Count(s.Attempts, "attempt")
	}
	return text
}
