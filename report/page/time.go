package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"contend/counter"
	"contend/internal/format"
	"contend/internal/plot"
	"contend/report"
)

// timeCharts show the run second by second, with the windows of faults and the
// beginnings of stages.
func timeCharts(r *report.Report) []block {
	steps := stepsOf(r)
	if len(steps) < 2 {
		return []block{{Note: "No plots over time: the run lasted less than two seconds."}}
	}
	last := steps[len(steps)-1]
	seconds := plot.Axis{Name: "time since start (s)", FromZero: true, Least: last.fromS + last.lastsS}
	throughput := plot.Chart{Title: "Throughput over time", X: seconds, Y: plot.Axis{Name: "update attempts per second", FromZero: true},
		Series: []plot.Series{
			along(counter.Applied.String(), 0, steps, func(s step) float64 { return float64(s.Applied) / s.lastsS }),
			along("all attempts", 1, steps, func(s step) float64 { return float64(s.Attempts) / s.lastsS }),
		}}
	if r.Tally.Throttles > 0 {
		throughput.Series = append(throughput.Series, along(counter.Throttled.String(), 2, steps, func(s step) float64 { return float64(s.Throttles) / s.lastsS }))
	}
	conflicts := plot.Chart{Title: "Conflict rate over time", X: seconds, Y: plot.Axis{Name: "conflicts (% of update attempts)", FromZero: true},
		Series: []plot.Series{along("conflict rate", 0, steps, func(s step) float64 {
			if s.Attempts == 0 {
				return math.NaN()
			}
			return 100 * float64(s.Conflicts) / float64(s.Attempts)
		})}}
	latency := plot.Chart{Title: "Response over time", X: seconds, Y: plot.Axis{Name: "response (ms, log)", Scale: plot.Log},
		Series: []plot.Series{
			along("p50", 0, steps, func(s step) float64 { return orNaN(s.P50MS) }),
			along("p99", 1, steps, func(s step) float64 { return orNaN(s.P99MS) }),
		}}
	var blocks []block
	for _, c := range []plot.Chart{throughput, conflicts, latency} {
		left := mark(&c, r)
		blocks = append(blocks, chartBlock(c, left))
	}
	return blocks
}

// askedChart compares the rate of an open loop with what was applied.
func askedChart(r *report.Report) []block {
	asked, steps := askedRate(r), stepsOf(r)
	if len(asked) == 0 || len(steps) < 2 {
		return nil
	}
	last := steps[len(steps)-1]
	c := plot.Chart{
		Title: "Asked for and applied over time",
		X:     plot.Axis{Name: "time since start (s)", FromZero: true, Least: last.fromS + last.lastsS},
		Y:     plot.Axis{Name: "operations per second", FromZero: true},
		Series: []plot.Series{
			along(counter.Applied.String(), 0, steps, func(s step) float64 { return float64(s.Operations) / s.lastsS }),
			{Name: "asked for", Colour: 1, Points: asked},
		},
	}
	left := mark(&c, r)
	return []block{chartBlock(c, strings.TrimSpace("Where the rate asked for is above the rate applied, operations wait or are dropped. "+left))}
}

// askedRate is the rate of an open loop over the time of the load.
func askedRate(r *report.Report) (points []plot.Point) {
	if o := r.OpenLoop; o != nil && o.AskedRatePerS != nil {
		end := r.LoadSeconds()
		if d := r.Setup.DurationS; d != nil {
			end = min(end, *d)
		}
		return []plot.Point{{X: 0, Y: *o.AskedRatePerS}, {X: end, Y: *o.AskedRatePerS}}
	}
	before := 0.0
	for i, s := range r.Stages {
		if s.RatePerS == nil || r.Interrupted && s.Ramp && i == len(r.Stages)-1 {
			return points // nothing was asked for, or it is unknown how far the ramp got
		}
		from := *s.RatePerS
		if s.Ramp {
			from = before
		}
		points = append(points, plot.Point{X: s.FromS, Y: from}, plot.Point{X: s.ToS, Y: *s.RatePerS})
		before = *s.RatePerS
	}
	return points
}

// timeLead says what the plots over time combine and leave out.
func timeLead(r *report.Report) string {
	steps := stepsOf(r)
	if len(steps) < 2 {
		return ""
	}
	var parts []string
	if each := steps[0].lastsS; each > 1 {
		parts = append(parts, fmt.Sprintf("A step is %s long; its percentiles are those of its worst second.", format.Seconds(each)))
	}
	last := steps[len(steps)-1]
	const noticed = 0.1 // s
	end := last.fromS + last.lastsS
	if end+noticed < min(r.LoadSeconds(), float64(len(r.Seconds))) {
		parts = append(parts, fmt.Sprintf("The time after %s is left out: it is too short for a rate.", format.ChosenSeconds(end)))
	}
	if l := r.EndedLater; l != nil {
		parts = append(parts, fmt.Sprintf("The load ended after %s; no rate includes %s that ended later, the last at %s.",
			format.Seconds(r.LoadSeconds()), format.Count(l.Operations, "operation"), format.Seconds(r.ElapsedS)))
	}
	return strings.Join(parts, " ")
}

// step is one or more seconds of a run, combined.
type step struct {
	report.Second
	fromS, lastsS float64
}

// stepsOf combines the seconds of the load into as many steps as can be seen. A last
// second that has hardly begun is left out: its rate means nothing.
func stepsOf(r *report.Report) []step {
	const most, least = 300, 0.25
	each := (len(r.Seconds) + most - 1) / most
	var steps []step
	for i, second := range r.Seconds {
		lasts := min(r.LoadSeconds()-float64(i), 1)
		if lasts < least {
			break
		}
		if i%each == 0 {
			steps = append(steps, step{fromS: float64(i)})
		}
		s := &steps[len(steps)-1]
		s.lastsS += lasts
		if late := second.AfterLoad; late != nil {
			second.Attempts -= late.Attempts
			second.Applied -= late.Applied
			second.Conflicts -= late.Conflicts
			second.Throttles -= late.Throttles
			second.Operations -= late.Operations
		}
		s.Attempts += second.Attempts
		s.Applied += second.Applied
		s.Conflicts += second.Conflicts
		s.Throttles += second.Throttles
		s.Operations += second.Operations
		s.P50MS, s.P99MS = larger(s.P50MS, second.P50MS), larger(s.P99MS, second.P99MS)
	}
	return steps
}

func larger(a, b *float64) *float64 {
	if a == nil || b != nil && *b > *a {
		return b
	}
	return a
}

func orNaN(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

// along draws a number of each step as a line.
func along(name string, colour int, steps []step, of func(step) float64) plot.Series {
	s := plot.Series{Name: name, Kind: plot.Step, Colour: colour}
	for i, step := range steps {
		s.Points = append(s.Points, plot.Point{X: step.fromS, Y: of(step)})
		if last := i == len(steps)-1; last || math.IsNaN(of(steps[i+1])) { // it lasts to the end of its step, though nothing follows
			s.Points = append(s.Points, plot.Point{X: step.fromS + step.lastsS, Y: of(step)})
		}
	}
	return s
}

func windowsOf(r *report.Report) []plot.Window {
	var list []plot.Window
	if r.WarmupS > 0 {
		list = append(list, plot.Window{From: 0, To: r.WarmupS, Label: "warm-up"})
	}
	if r.Stalls != nil {
		for _, s := range r.Stalls.Longest {
			list = append(list, plot.Window{From: s.FromS, To: s.ToS, Label: "stall"})
		}
	}
	for _, f := range r.Faults {
		for _, w := range f.Windows {
			to := math.Inf(1)
			if w.ToS != nil {
				to = *w.ToS
			}
			list = append(list, plot.Window{From: w.FromS, To: to, Label: format.Printable(f.Kind)})
		}
	}
	return list
}

// mark adds the windows of faults and the beginnings of stages to a plot over time. Of
// very many it leaves out the shortest and the last; left says which.
func mark(c *plot.Chart, r *report.Report) (left string) {
	const most = 40
	c.Windows, c.Marks = windowsOf(r), marksOf(r)
	var notes []string
	if n := len(c.Windows); n > most {
		longest := slices.Clone(c.Windows)
		slices.SortStableFunc(longest, func(a, b plot.Window) int { return cmp.Compare(b.To-b.From, a.To-a.From) })
		c.Windows = longest[:most]
		slices.SortStableFunc(c.Windows, func(a, b plot.Window) int { return cmp.Compare(a.From, b.From) })
		notes = append(notes, fmt.Sprintf("Of %d windows the %d longest are drawn; report.json has them all.", n, most))
	}
	if n := len(c.Marks); n > most {
		c.Marks = c.Marks[:most]
		notes = append(notes, fmt.Sprintf("Of %d stages the first %d are marked; report.json has them all.", n, most))
	}
	return strings.Join(notes, " ")
}

func marksOf(r *report.Report) []plot.Mark {
	var list []plot.Mark
	for i, s := range r.Stages {
		list = append(list, plot.Mark{X: s.FromS, Label: fmt.Sprintf("stage %d", i+1)})
	}
	return list
}
