package report

import (
	"fmt"
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
	gap := float64(t.WonGap) / float64(t.Won)
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
	if t.Judged == 0 {
		return 0
	}
	return t.Gap / time.Duration(t.Judged)
}

// gapMS is the mean of all that was judged.
func gapMS(run *measure.Result) *float64 {
	if gap := meanGap(run); gap > 0 {
		return new(millis(gap))
	}
	return nil
}

// contentionRows tell the gap, and the frontier where there are several workers.
func contentionRows(r *Report) (rows [][3]string) {
	if r.GapMS != nil {
		rows = append(rows, [3]string{"gap", figures(*r.GapMS) + " ms", "from reading to writing"})
	}
	if f := r.Frontier; f != nil && r.Workers > 1 {
		rows = append(rows, [3]string{"frontier", figures(f.Product), fmt.Sprintf(
			"(T−1)(C−1): a success took %s gaps of %s ms (T) and %s writes (C); %s", figures(f.T), figures(f.GapMS), figures(f.C), f.word())})
	}
	return rows
}

// word judges the product. Simulated fleets that wait at random are between 0.5
// and 1.3: waits are not quite random, nor are gaps all the same.
func (f *Frontier) word() string {
	const random, wasteful = 0.5, 2
	switch {
	case f.Product < random:
		return "below 1, attempts do not come at random but in turn or in step"
	case f.Product < wasteful:
		return "near 1, uncoordinated access at its best"
	}
	return "above 1, the policy wastes writes or time"
}
