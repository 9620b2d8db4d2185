package report_test

import (
	"math"
	"testing"

	"contend/report"
)

// TestLaw checks that the law gives the measured figures of a run that lies on the
// frontier, and that there is no law for a run without conflicts.
func TestLaw(t *testing.T) {
	of := func(c, t float64) *report.Law { return (&report.Frontier{C: c, T: t, GapMS: 20}).Law() }
	for _, c := range []float64{1.5, 2, 5} {
		time := 1 + 1/(c-1)
		l := of(c, time)
		want := report.Law{ThroughputPerS: 1000 / (20 * time), WritesPerSuccess: c, ConflictRate: 1 - 1/c}
		for _, pair := range [][2]float64{{l.ThroughputPerS, want.ThroughputPerS}, {l.WritesPerSuccess, want.WritesPerSuccess}, {l.ConflictRate, want.ConflictRate}} {
			if math.Abs(pair[0]/pair[1]-1) > 1e-9 {
				t.Errorf("%v writes: got %+v, want %+v", c, *l, want)
			}
		}
	}
	// This run needed more writes than the frontier has for its time, so the law gives fewer.
	if l := of(6, 1.5); l.WritesPerSuccess >= 6 {
		t.Errorf("got %+v", *l)
	}
	if of(1, 2) != nil || (&report.Report{}).Law() != nil {
		t.Error("a run without conflicts has a law")
	}
}
