package capacity_test

import (
	"runtime"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"contend/internal/longtest"
	"contend/report"
	"contend/report/capacity"
	"contend/scenarios"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// shipped is a shipped scenario in simulated time, with settings.
func shipped(t *testing.T, name string, sets ...string) scenario.Scenario {
	t.Helper()
	text, err := scenarios.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	var overrides []scenario.Override
	for _, set := range append([]string{"target=simulated"}, sets...) {
		o, err := scenario.ParseSet(set)
		if err != nil {
			t.Fatal(err)
		}
		overrides = append(overrides, o)
	}
	s, err := scenario.Decode(name, text, overrides...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// saturated is the throughput of a closed loop with all workers busy, over many seeds: as
// much as an open loop with the same workers can serve.
func saturated(t *testing.T, s scenario.Scenario) float64 {
	t.Helper()
	const runs = 6
	sum := 0.0
	for seed := range uint64(runs) {
		s.Seed, s.Load.Duration, s.Load.Warmup = 1000+seed, 130*time.Second, 30*time.Second
		o, err := trial.Run(t.Context(), s, trial.Options{})
		if err != nil {
			t.Fatal(err)
		}
		sum += *report.New(o, report.About{}).ThroughputPerS
	}
	return sum / runs
}

var seeds = longtest.Flag("seeds", 1, 20, "how many searches TestTheBracketHoldsTheLimit makes on each store")

// TestTheBracketHoldsTheLimit: on stores with a known limit the bracket holds it with at
// least 95 % of the seeds, is at most 5 % wide, and takes at most 9 loads. The limit of writes
// without a condition is the store's own; that of conditional writes is what a closed loop
// of the same workers gets.
func TestTheBracketHoldsTheLimit(t *testing.T) {
	stores := []struct {
		name  string
		s     scenario.Scenario
		limit float64
	}{
		{"atomic-add on a key of 300 writes", shipped(t, "hot-key", "strategy=atomic-add", "embedded.write_capacity=300"), 300},
		{"conditional", shipped(t, "hot-key"), 0},
	}
	needed := (95*seeds() + 99) / 100
	for _, c := range stores {
		t.Run(c.name, func(t *testing.T) {
			limit := c.limit
			if limit == 0 {
				longtest.Only(t)
				limit = saturated(t, c.s)
			}
			var o capacity.Options
			if !longtest.Asked() {
				o.Trial = 20 * time.Second
			}
			found := make([]*capacity.Capacity, seeds())
			var together errgroup.Group
			together.SetLimit(runtime.GOMAXPROCS(0))
			for i := range found {
				together.Go(func() (err error) {
					s := c.s
					s.Seed = 1 + 1000*uint64(i)
					found[i], err = capacity.Search(t.Context(), s, o)
					return err
				})
			}
			if err := together.Wait(); err != nil {
				t.Fatal(err)
			}
			right := 0
			for i, f := range found {
				loads := map[float64]bool{}
				for _, one := range f.Trials {
					if one.Factor == 0 {
						loads[one.Load] = true
					}
				}
				if f.Lower == nil || f.Upper == nil || *f.Upper-*f.Lower > 0.05**f.Upper || len(loads) > 9 {
					t.Errorf("seed %d: %v to %v in %d loads", i, f.Lower, f.Upper, len(loads))
					continue
				}
				if *f.Lower <= limit && limit <= *f.Upper {
					right++
				} else {
					t.Logf("seed %d: %v to %v does not hold %v", i, *f.Lower, *f.Upper, limit)
				}
			}
			t.Logf("limit %.1f/s: %d of %d brackets hold it", limit, right, len(found))
			if right < needed {
				t.Errorf("%d of %d brackets hold the limit of %v/s, want at least %d", right, len(found), limit, needed)
			}
		})
	}
}
