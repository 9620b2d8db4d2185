package report

import (
	"time"

	"contend/workload/measure"
)

// Frontier is where a run stands among the ways to share one counter by
// conditional writes. If attempts come at random, λ of them in a gap G from
// reading to writing, one wins if no other was written meanwhile: then a success
// takes C = 1 + λ writes and T = 1 + 1/λ gaps, so that (T−1)(C−1) = 1 whatever λ
// is. More waiting trades C for T. What goes below 1 is not random: a queue, one
// worker alone (C = 1), or workers in step, of which one wins in every gap
// (T = 1). What is far above pays for writes and
// waits too long at once.
//
// A gap is here the mean of the writes that won. Those cannot overlap, since each
// began with what the one before left, so that T is at least 1. Losers may have
// slept for any time on what they knew; [Report.GapMS] has them in it.
//
// The law is of one counter. Reads beside it do not matter: they refuse no write
// and are neither in C nor in T.
type Frontier struct {
	C       float64 `json:"c"`       // writes for each success, as WritesPerSuccess
	T       float64 `json:"t"`       // measured time for each success, in gaps
	Product float64 `json:"product"` // (T−1)(C−1)
	GapMS   float64 `json:"gap_ms"`  // of the writes that won, mean
}

// frontier is nil where the law means nothing: with several counters, whose
// successes do not add up, with writes that start from no state, without success,
// and where workers pause for another reason than a lost race or their number
// changes.
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

// gapMS is the mean of all that was judged.
func gapMS(run *measure.Result) *float64 {
	if gap := meanGap(run); gap > 0 {
		return new(millis(gap))
	}
	return nil
}
