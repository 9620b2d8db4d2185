package report

import (
	"time"

	"contend/workload/measure"
)

// Frontier compares a run with a law for workers that share one counter by conditional
// writes. Suppose that attempts come at random, λ of them in a gap G between reading
// and writing, and that an attempt wins if no other was written during its gap. Then a
// success takes C = 1 + λ writes and T = 1 + 1/λ gaps, so that (T−1)(C−1) = 1 whatever
// λ is: longer waits trade C for T. A product below 1 means that attempts are not
// random: a queue, one worker alone (C = 1), or workers in step, of which one wins in
// every gap (T = 1). A product far above 1 means that the policy pays for too many
// writes and waits too long at once.
//
// The gap here is the mean over the writes that won. Their gaps cannot overlap, since
// each began with the state that the one before it left, so T is at least 1. Writes
// that lost may have started from a state that was read long before; [Report.GapMS]
// includes them.
//
// The law is for one counter. Reads in the same load do not matter: they refuse no
// write, and neither C nor T counts them.
type Frontier struct {
	C       float64 `json:"c"`       // writes per success, the same as WritesPerSuccess
	T       float64 `json:"t"`       // measured time per success, in gaps
	Product float64 `json:"product"` // (T−1)(C−1)
	GapMS   float64 `json:"gap_ms"`  // mean over the writes that won
}

// frontier is nil where the law does not apply: with several counters, whose successes
// do not add up; with writes that start from no state; without a success; and where
// workers pause for another reason than a lost race, or their number changes.
func frontier(run *measure.Result) *Frontier {
	t := run.Measured()
	load := run.Scenario.Load
	if run.Scenario.Counters.Count != 1 || load.Open() || len(load.Stages) > 0 || load.Think > 0 || t.WonGap <= 0 || run.MeasuredTime() == 0 {
		return nil
	}
	gap := float64(t.WonGap) / float64(t.Wins)
	_, inTime := run.InTime()
	if inTime == 0 {
		return nil
	}
	f := &Frontier{C: float64(t.Writes) / float64(t.UpdatesApplied), T: float64(run.MeasuredTime()) / (float64(inTime) * gap), GapMS: gap / float64(time.Millisecond)}
	f.Product = (f.T - 1) * (f.C - 1)
	return f
}

// meanGap is 0 if no gap was measured.
func meanGap(run *measure.Result) time.Duration {
	t := run.Measured()
	if t.ConditionalWrites == 0 {
		return 0
	}
	return t.Gap / time.Duration(t.ConditionalWrites)
}

// gapMS is the mean over all conditional writes.
func gapMS(run *measure.Result) *float64 {
	if gap := meanGap(run); gap > 0 {
		return new(millis(gap))
	}
	return nil
}
