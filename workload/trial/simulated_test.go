package trial_test

import (
	"testing"
	"time"

	"contend/counter"
	"contend/workload/check"
	"contend/workload/fault"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// TestASimulatedRunWithFaults checks that each kind of fault is injected, and that an
// exact design stays exact under it.
func TestASimulatedRunWithFaults(t *testing.T) {
	for _, kind := range fault.Kinds() {
		s := scenario.Default()
		s.Name, s.Strategy, s.Target = "faults", counter.TransactionTokenName, scenario.TargetSimulated
		s.Load = scenario.Load{Workers: 8, Operations: 400}
		s.RequestTimeout = time.Second
		s.Embedded.Latency = scenario.ModelledLatency{Mean: 4 * time.Millisecond, SD: time.Millisecond}
		rule := fault.Rule{Kind: kind, Probability: 0.05, On: []string{"update"}}
		switch kind {
		case fault.LateRequest:
			rule.Delay = fault.Delay{Mean: 300 * time.Millisecond, SD: 400 * time.Millisecond}
		case fault.Partition:
			rule = fault.Rule{Kind: kind, From: time.Second, To: 2 * time.Second}
		}
		s.Faults = []fault.Rule{rule}
		o, err := trial.Run(t.Context(), s, trial.Options{})
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		var met int64
		for _, f := range o.Result.Faults {
			met += f.Requests
		}
		if o.Verdict.Status != check.Pass || met == 0 {
			t.Errorf("%s: %v, injected into %d requests", kind, o.Verdict.Status, met)
		}
	}
}

// TestASimulatedRun checks that a simulated run of each design passes.
func TestASimulatedRun(t *testing.T) {
	for _, design := range counter.StrategyNames() {
		s := scenario.Default()
		s.Name, s.Strategy, s.Target = "simulated", design, scenario.TargetSimulated
		s.Load = scenario.Load{Workers: 8, Duration: time.Second}
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
