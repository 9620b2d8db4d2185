package fleet

import (
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// TestAScenarioThatCannotRunIsAnError and no panic, and nothing is sent for it.
func TestAScenarioThatCannotRunIsAnError(t *testing.T) {
	for _, c := range []struct {
		what string
		set  func(*scenario.Scenario)
		want string // "" if the fleet does not look at it
	}{
		{"nothing is given", func(sc *scenario.Scenario) { *sc = scenario.Scenario{} }, "operations: all weights are 0"},
		{"no operations", func(sc *scenario.Scenario) { sc.Operations = scenario.Mix{} }, "operations: all weights are 0"},
		{"a negative weight", func(sc *scenario.Scenario) { sc.Operations = scenario.Mix{-1, 2} }, "operations.increment: must be"},
		{"no limit", func(sc *scenario.Scenario) { sc.Load = scenario.Load{Workers: 1} }, "load: needs a duration or a number of operations"},
		{"no workers", func(sc *scenario.Scenario) { sc.Load.Workers = 0 }, "load.workers: must be at least 1, not 0"},
		{"negative workers", func(sc *scenario.Scenario) { sc.Load.Workers = -1 }, "load.workers: must be at least 1, not -1"},
		{"no counters", func(sc *scenario.Scenario) { sc.Counters.Count = 0 }, "counters.count: must be at least 1, not 0"},
		{"negative counters", func(sc *scenario.Scenario) { sc.Counters.Count = -1 }, "counters.count: must be at least 1, not -1"},
		{"a way to pick that there is not", func(sc *scenario.Scenario) { sc.Counters.Pick.Kind = "first" }, "counters.pick: unknown name"},
		{"an exponent that is no number", func(sc *scenario.Scenario) {
			sc.Counters.Pick = scenario.Pick{Kind: scenario.PickZipf, Zipf: math.NaN()}
		}, "counters.pick: "},
		{"a negative rate", func(sc *scenario.Scenario) { sc.Load.Rate = -1 }, "load.rate: "},
		{"a rate that is no number", func(sc *scenario.Scenario) { sc.Load.Rate = scenario.Rate(math.NaN()) }, "load.rate: "},
		{"a stage without a duration", func(sc *scenario.Scenario) { sc.Load.Stages = []scenario.Stage{{Workers: 1}} }, "load.stages: "},
		{"a negative duration", func(sc *scenario.Scenario) { sc.Load.Duration = -1 }, "load.duration: "},
		{"an unknown policy", func(sc *scenario.Scenario) { sc.Retry.Kind = "patience" }, "retry.policy: unknown name"},
		{"an unknown refresh", func(sc *scenario.Scenario) { sc.Retry.Refresh = "never" }, "retry.refresh: unknown name"},
		{"an unknown kind of read", func(sc *scenario.Scenario) { sc.Reads = "lazy" }, "reads: unknown name"},
		{"an unknown view", func(sc *scenario.Scenario) { sc.View = "" }, "view: unknown name"},
		{"a design of the caller's own", func(sc *scenario.Scenario) { sc.Strategy, sc.Target = "mine", "nowhere" }, ""},
		{"an open loop that says no more", func(sc *scenario.Scenario) { sc.Load = scenario.Load{Workers: 2, Duration: time.Second, Rate: 10} }, ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			s := &store{latency: time.Millisecond}
			sc := baseScenario(func(sc *scenario.Scenario) {
				sc.Load.Operations, sc.Retry.Kind = 10, retry.None
				c.set(sc)
			})
			result, err := runFleet(t, s, sc)
			if c.want == "" {
				if err != nil || result.Tally.Applied == 0 {
					t.Fatalf("got %+v, %v", result, err)
				}
				return
			}
			var problem *scenario.Error
			if result != nil || !errors.As(err, &problem) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			check(t, "counters made", len(s.states), 0)
		})
	}
}

// TestAFleetWithoutStrategiesIsAnError.
func TestAFleetWithoutStrategiesIsAnError(t *testing.T) {
	s := &store{}
	sc := baseScenario(func(sc *scenario.Scenario) { sc.Load.Operations = 1 })
	for want, change := range map[string]func(*Fleet){
		"needs a strategy for its workers": func(f *Fleet) { f.Strategy = nil },
		"and one for setup":                func(f *Fleet) { f.Setup = nil },
		"worker 2 has no strategy": func(f *Fleet) {
			f.Strategy = func(worker int) counter.Strategy {
				if worker == 2 {
					return nil
				}
				return s
			}
		},
	} {
		f := fleetOf(s, sc)
		f.History = history.To(io.Discard)
		change(&f)
		if result, err := f.Run(t.Context(), nil); result != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, %v; want %q", result, err, want)
		}
	}
}
