package trial_test

import (
	"testing"
	"time"

	"contend/counter"
	"contend/workload/check"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// TestASimulatedRun of each design passes, in the scenario's time.
func TestASimulatedRun(t *testing.T) {
	for _, design := range counter.StrategyNames() {
		s := scenario.Default()
		s.Name, s.Strategy, s.Target = "simulated", design, scenario.TargetSimulated
		s.Load = scenario.Load{Workers: 8, Duration: 2 * time.Second}
		s.Embedded.Latency = scenario.ModelledLatency{Mean: 4 * time.Millisecond, SD: time.Millisecond}
		o, err := trial.Run(t.Context(), s, trial.Options{})
		if err != nil {
			t.Errorf("%s: %v", design, err)
			continue
		}
		if o.Verdict.Status != check.Pass || o.Result.Tally.Applied < 100 || o.Place.Kind != scenario.TargetSimulated {
			t.Errorf("%s: %v, %d applied on %s", design, o.Verdict.Status, o.Result.Tally.Applied, o.Place.Kind)
		}
	}
}
