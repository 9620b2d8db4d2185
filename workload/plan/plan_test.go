package plan

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"contend/scenarios"
	"contend/workload/scenario"
)

func TestRunsAreInterleavedShuffledAndRepeatable(t *testing.T) {
	plan, err := Decode("s.yaml", []byte("name: x\nseed: 7\nrepeat: 3\nmatrix: {load.workers: [1, 2, 3, 4, 5, 6, 7, 8]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	runs := plan.Runs()
	if !reflect.DeepEqual(runs, plan.Runs()) {
		t.Error("the same plan has two orders")
	}
	rounds, seeds := map[int][]int{}, map[uint64]int{}
	for i, r := range runs {
		if want := i/8 + 1; r.Repeat != want {
			t.Errorf("run %d is repeat %d, want %d", i, r.Repeat, want)
		}
		if r.Scenario.Load.Workers != r.Variant+1 {
			t.Errorf("run %d: %d workers in variant %d", i, r.Scenario.Load.Workers, r.Variant)
		}
		rounds[r.Repeat] = append(rounds[r.Repeat], r.Variant)
		seeds[r.Scenario.Seed]++
	}
	if slices.Equal(rounds[1], rounds[2]) || slices.IsSorted(rounds[1]) {
		t.Errorf("the rounds are not shuffled: %v", rounds)
	}
	for repeat, variants := range rounds {
		if slices.Sort(variants); !slices.Equal(variants, []int{0, 1, 2, 3, 4, 5, 6, 7}) {
			t.Errorf("round %d: %v", repeat, variants)
		}
	}
	if len(seeds) != 3 || seeds[7] != 8 {
		t.Errorf("got seeds %v, want three, that of the scenario first", seeds)
	}
}

func TestPlanTextOfShippedScenarios(t *testing.T) {
	for _, name := range scenarios.Names() {
		text, err := scenarios.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		flags := []scenario.Override{{Source: "--workers", Path: "load.workers", Value: "3"}, {Source: "--operations", Path: "load.operations", Value: "9"}, {Source: "--set", Path: "request_timeout", Value: "[1s, 2s]"}, {Source: "--set", Path: "repeat", Value: "2"}}
		staged := strings.Contains(string(text), "\n  stages:")
		if staged { // stages have their own workers and end
			flags = flags[2:]
		}
		plan, err := Decode(name, text, flags...)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Decode(name, plan.Text)
		if err != nil {
			t.Fatalf("%v in\n%s", err, plan.Text)
		}
		if !reflect.DeepEqual(plan, again) {
			t.Errorf("written, %q is another plan:\n%s", name, plan.Text)
		}
		if s := plan.Variants[0].Scenario; !staged && (s.Load.Workers != 3 || s.Load.Operations != 9) || plan.Repeat != 2 || len(plan.Variants) < 2 {
			t.Errorf("%q: the flags are not in the plan", name)
		}
	}
}
