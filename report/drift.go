package report

import (
	"fmt"
	"math"
	"time"

	"contend/internal/format"
	"contend/internal/statistic"
	"contend/workload/measure"
	"contend/workload/scenario"
)

// drifting: the throughput of the last third of the seconds differs from that of the
// first third, so that one number for the whole run describes neither. The difference
// has to be more than a fifth, and significant: the Mann-Whitney test would see it in
// one of twenty runs without drift. That test assumes that seconds are independent of
// each other. They are not quite; the limit of a fifth makes up for that.
func drifting(run *measure.Result) string {
	d := driftOf(run)
	if d == nil {
		return ""
	}
	return fmt.Sprintf("throughput drifted from %s/s in the first third of the run to %s/s in the last: its rates describe neither; a longer load.warmup or a longer run may help",
		format.Number(d.FirstPerS), format.Number(d.LastPerS))
}

// Drift is the throughput of the first and of the last third of a run, where they
// differ.
type Drift struct {
	FirstPerS float64 `json:"first_third_per_s"`
	LastPerS  float64 `json:"last_third_per_s"`
}

// driftOf is nil if no drift was found.
func driftOf(run *measure.Result) *Drift {
	const least, apart, level = 4, 0.2, 0.05 // with fewer seconds no difference is significant
	counts := steadySeconds(run)
	third := len(counts) / 3
	if third < least {
		return nil
	}
	first, last := counts[:third], counts[len(counts)-third:]
	before, after := average(first), average(last)
	if math.Abs(after-before) <= apart*before {
		return nil
	}
	if test, err := statistic.Compare(first, last, level); err != nil || !test.Differ {
		return nil
	}
	return &Drift{FirstPerS: before, LastPerS: after}
}

// steadySeconds returns the applied operations in each whole second after the warm-up
// in which the load and its faults were the same as in all others. There are none if
// the load was meant to change, in stages, or if it ended because its operations were
// used up: then its end is slow, as worker after worker runs out of work.
func steadySeconds(run *measure.Result) (counts []float64) {
	load := run.Scenario.Load
	if load.Duration == 0 || len(load.Stages) > 0 || load.Operations > 0 && run.Tally.Due >= load.Operations {
		return nil
	}
	whole := int(min(run.LoadEnded, load.Duration) / time.Second)
	for i := range whole {
		from := time.Duration(i) * time.Second
		if from < load.Warmup || disturbed(run.Scenario, from, from+time.Second) {
			continue
		}
		n := 0.0
		if i < len(run.Seconds) {
			n = float64(run.Seconds[i].Operations - run.Seconds[i].AfterLoad.Operations)
		}
		counts = append(counts, n)
	}
	return counts
}

// disturbed reports whether some fault is active in this part of the run, but not in
// all of it.
func disturbed(s scenario.Scenario, from, to time.Duration) bool {
	for _, rule := range s.Faults {
		ofAll := rule.From == 0 && rule.To == 0
		if !ofAll && rule.From < to && (rule.To == 0 || rule.To > from) {
			return true
		}
	}
	return false
}

func average(values []float64) float64 {
	var sum float64
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}
