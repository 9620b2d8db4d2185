package main

import (
	"runtime/debug"
	"testing"

	"contend/workload/scenario"
)

// percentNow is the GC percent of this process.
func percentNow() int {
	percent := debug.SetGCPercent(100)
	debug.SetGCPercent(percent)
	return percent
}

// TestManyWorkersLeaveLessGarbage: while many workers run, garbage is collected more often,
// unless GOGC or GOMEMLIMIT is set.
func TestManyWorkersLeaveLessGarbage(t *testing.T) {
	for _, c := range []struct {
		target  string
		workers int
		percent string // GOGC
		limit   string // GOMEMLIMIT
		want    int
	}{
		{scenario.TargetSimulated, 1, "", "", 200},
		{scenario.TargetSimulated, 20_000, "", "", 200},
		{scenario.TargetSimulated, 40_000, "", "", 100},
		{scenario.TargetSimulated, 100_000, "", "", 60},
		{"", 1, "", "", 100},
		{"", 1000, "", "", 100},
		{"", 2000, "", "", 50},
		{"", 10_000, "", "", 50},
		{"", 10_000, "100", "", 100},
		{"", 10_000, "", "1GiB", 100},
	} {
		t.Setenv("GOGC", c.percent)
		t.Setenv("GOMEMLIMIT", c.limit)
		debug.SetGCPercent(100)
		restore := limitGarbage(&scenario.Scenario{Target: c.target, Load: scenario.Load{Workers: c.workers}})
		if got := percentNow(); got != c.want {
			t.Errorf("%d workers, GOGC=%s GOMEMLIMIT=%s: %d %%, want %d %%", c.workers, c.percent, c.limit, got, c.want)
		}
		if restore(); percentNow() != 100 {
			t.Errorf("%d workers: %d %% after the run", c.workers, percentNow())
		}
	}
}
