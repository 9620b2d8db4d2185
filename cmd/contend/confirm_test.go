package main

import (
	"strings"
	"testing"

	"contend/workload/estimate"
	"contend/workload/scenario"
)

// TestCostOfWhatGrows: for designs whose items grow, the estimated cost is above the cost
// that the embedded server charged, and not far above.
func TestCostOfWhatGrows(t *testing.T) {
	t.Parallel()
	for _, sets := range [][]string{
		{"strategy=item-collection", "load={workers: 4, operations: 800}", "operations={increment: 1, read: 1}"},
		{"strategy=item-collection", "load={workers: 4, operations: 800}", "operations={increment: 1, read: 1}", "counters={count: 3, pick: zipf(1.2)}"},
		{"strategy=token-set", "load={workers: 4, operations: 800}", "operations={increment: 3, read: 1}"},
		{"strategy=token-set", "load={workers: 4, operations: 800}", "counters={count: 8, pick: own}"},
	} {
		t.Run(strings.Join(sets, " "), func(t *testing.T) {
			t.Parallel()
			sets := append(sets, "target=simulated", "embedded={latency: {mean: 0s, sd: 0s}, write_capacity: 0, read_capacity: 0}")
			code, r := runWith(t, sets...)
			s, err := loadScenario("hot-key", overridesOf(t, sets...))
			if err != nil {
				t.Fatal(err)
			}
			s.Price = scenario.Default().Price
			charged := (r.Capacity.WriteUnits*s.Price.Write + r.Capacity.ReadUnits*s.Price.Read) / 1e6
			if most := estimate.Of(&s).MaxDollars; code != exitPass || most < charged || most > 1.4*charged {
				t.Errorf("exit code %d, charged $%.5f, estimated $%.5f", code, charged, most)
			}
		})
	}
}

func overridesOf(t *testing.T, sets ...string) []scenario.Override {
	t.Helper()
	var overrides []scenario.Override
	for _, assignment := range sets {
		o, err := scenario.ParseSet(assignment)
		if err != nil {
			t.Fatal(err)
		}
		overrides = append(overrides, o)
	}
	return overrides
}
