package report

import (
	"fmt"
	"math"
	"slices"
	"time"

	"contend/workload"
)

// drifting: the throughput of the last third of the seconds is not that of the
// first, so that one number for the run is of neither. It has to differ by more
// than a fifth, and by more than what the seconds differ anyhow: the test of Mann and
// Whitney takes them for drawn from one distribution once in twenty times. It
// supposes seconds that do not depend on each other, which is not quite so; the
// fifth makes up for it.
func drifting(run *workload.Result) string {
	const least, apart = 4, 0.2 // with fewer seconds no difference is significant
	counts := steadySeconds(run)
	third := len(counts) / 3
	if third < least {
		return ""
	}
	first, last := counts[:third], counts[len(counts)-third:]
	before, after := average(first), average(last)
	if math.Abs(after-before) <= apart*before || !differ(first, last) {
		return ""
	}
	return fmt.Sprintf("throughput was drifting, from %s/s in the first third of the run to %s/s in the last: its rates are of neither, a longer load.warmup or run may help",
		figures(before), figures(after))
}

// steadySeconds are the applied operations in each whole second of the load after
// the warm-up in which the load and its faults were as in all others. There are none
// if the load ended because its operations were used up: its end is a slow one, as
// worker after worker has nothing to do.
func steadySeconds(run *workload.Result) (counts []float64) {
	load := run.Scenario.Load
	if load.Duration == 0 || load.Operations > 0 && run.Tally.Due >= load.Operations {
		return nil
	}
	whole := int(min(run.Elapsed, load.Duration) / time.Second)
	for i := range whole {
		from := time.Duration(i) * time.Second
		if from < load.Warmup || disturbed(run.Scenario, from, from+time.Second) {
			continue
		}
		n := 0.0
		if i < len(run.Seconds) {
			n = float64(run.Seconds[i].Operations)
		}
		counts = append(counts, n)
	}
	return counts
}

// disturbed reports whether a fault that is not of the whole run is of a part of
// it.
func disturbed(s workload.Scenario, from, to time.Duration) bool {
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

// differ is the two-sided test of Mann and Whitney at 5 %, by the normal
// approximation, corrected for ties and continuity. a and b have 4 values or more.
func differ(a, b []float64) bool {
	const z = 1.96
	var u float64 // pairs in which a's is the greater; half for a tie
	for _, x := range a {
		for _, y := range b {
			switch {
			case x > y:
				u++
			case x == y:
				u += 0.5
			}
		}
	}
	m, n := float64(len(a)), float64(len(b))
	total := m + n
	variance := m * n / 12 * (total + 1 - ties(a, b)/(total*(total-1)))
	return math.Abs(u-m*n/2)-0.5 > z*math.Sqrt(variance)
}

// ties is Σ(t³−t) over the values that occur t times.
func ties(a, b []float64) (sum float64) {
	times := map[float64]float64{}
	for _, v := range slices.Concat(a, b) {
		times[v]++
	}
	for _, t := range times {
		sum += t*t*t - t
	}
	return sum
}
