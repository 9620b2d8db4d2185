package report

import (
	"math"
	"testing"

	"contend/workload/measure"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// TestBacklog: the backlog of a load that the key sustains stays, and that of one beyond it
// grows by the difference.
func TestBacklog(t *testing.T) {
	for _, c := range []struct {
		rate, limit, grows float64
	}{{450, 500, 0}, {550, 500, 50}, {1000, 500, 500}} {
		s := scenario.Default()
		s.Target, s.Strategy = scenario.TargetSimulated, "atomic-add"
		s.Load.Duration, s.Load.Rate, s.Load.Warmup = 30e9, scenario.Rate(c.rate), 10e9
		s.Load.Resolve(true)
		s.Embedded.WriteCapacity = int(c.limit)
		o, err := trial.Run(t.Context(), s, trial.Options{})
		if err != nil {
			t.Fatal(err)
		}
		r := New(o, About{})
		grows, ok := r.BacklogGrowth()
		if !ok || math.Abs(grows-c.grows) > 0.02*c.rate {
			t.Errorf("%g/s on %g/s: grows by %v/s, %t; want %g/s", c.rate, c.limit, grows, ok, c.grows)
		}
		last := r.OpenLoop.Backlog[len(r.OpenLoop.Backlog)-1]
		unended := r.Tally.Dropped + r.GivenUp[string(measure.LoadEnded)]
		if r.EndedLater != nil {
			unended += r.EndedLater.Operations
		}
		if difference := last - unended; difference < -1 || difference > 1 { // one may end at the very moment
			t.Errorf("%g/s: %d were not ended at the end, the tally says %d", c.rate, last, unended)
		}
	}
	if _, ok := (&Report{}).BacklogGrowth(); ok {
		t.Error("a closed loop has a backlog")
	}
}
