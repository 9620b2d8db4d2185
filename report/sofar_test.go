package report_test

import (
	"math"
	"testing"
	"time"

	"contend/report"
	"contend/workload/measure"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// TestSoFarAgreesWithTheReport: what is shown while a run goes on is, at its end, what its
// report says.
func TestSoFarAgreesWithTheReport(t *testing.T) {
	for what, settings := range map[string]string{
		"closed loop":   sixteen + jitter + unlimited,
		"think time":    "load: { workers: 16, duration: 9s, warmup: 1s, think: 100ms }\n" + jitter + unlimited,
		"open loop":     "load: { workers: 100, rate: 60/s, arrivals: poisson, duration: 12s, warmup: 2s }\n" + jitter + unlimited,
		"behind":        "load: { workers: 200, rate: 500/s, arrivals: poisson, duration: 12s, warmup: 2s }\n" + jitter + unlimited,
		"limited store": sixteen + jitter + "embedded: { latency: { mean: 4ms, sd: 1ms }, write_capacity: 100 }\n",
		"reads":         sixteen + jitter + unlimited + "operations: { increment: 1, read: 1 }\n",
	} {
		t.Run(what, func(t *testing.T) {
			s, err := scenario.Decode("law.yaml", []byte("name: law\ntarget: simulated\nstrategy: conditional\n"+settings))
			if err != nil {
				t.Fatal(err)
			}
			var last measure.Snapshot
			o, err := trial.Run(t.Context(), s, trial.Options{Watch: func(live *measure.Live) func() error {
				return func() error { last = live.Snapshot(); return nil }
			}})
			if err != nil {
				t.Fatal(err)
			}
			p, far := report.New(o, report.About{}).Prediction, report.NewSoFar(&s, &last)
			if far.Law == nil || far.GapMS == nil {
				t.Fatalf("no law or no gap: %+v", far)
			}
			for _, c := range []struct {
				what      string
				got, want float64
			}{
				{"G", *far.GapMS, p.GapMS}, {"rate", *far.RatePerS, p.Measured.ThroughputPerS}, {"C", *far.WritesPerSuccess, p.Measured.WritesPerSuccess},
				{"conflict rate", *far.ConflictRate, p.Measured.ConflictRate}, {"the law's rate", far.Law.ThroughputPerS, p.Predicted.ThroughputPerS},
				{"the law's C", far.Law.WritesPerSuccess, p.Predicted.WritesPerSuccess}, {"the law's conflict rate", far.Law.ConflictRate, p.Predicted.ConflictRate},
			} {
				if !(math.Abs(c.got-c.want) <= 0.05*c.want) {
					t.Errorf("%s: got %v while it went on, the report says %v", c.what, c.got, c.want)
				}
			}
		})
	}
}

// TestSoFarKnowsNothingAtFirst: a number that is not known yet is absent, not 0.
func TestSoFarKnowsNothingAtFirst(t *testing.T) {
	s := &scenario.Scenario{Load: scenario.Load{Workers: 2, Warmup: time.Second}}
	for _, at := range []measure.Snapshot{{}, {Elapsed: 500 * time.Millisecond}, {Elapsed: time.Second}} {
		if got := report.NewSoFar(s, &at); got != (report.SoFar{}) {
			t.Errorf("after %s: got %+v", at.Elapsed, got)
		}
	}
}
