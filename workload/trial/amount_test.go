package trial_test

import (
	"testing"
	"time"

	"contend/counter"
	"contend/workload/check"
	"contend/workload/fault"
	"contend/workload/history"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// amounts is a load whose operations add and subtract up to 9.
func amounts(design string) scenario.Scenario {
	s := scenario.Default()
	s.Name, s.Strategy, s.Target = "amounts", design, scenario.TargetSimulated
	s.Load = scenario.Load{Workers: 6, Operations: 300}
	s.Operations, s.Amount = scenario.Mix{history.Increment: 5, history.Decrement: 2, history.Read: 1}, scenario.Amount{Low: 1, High: 9}
	s.Counters.Count, s.Counters.Initial = 2, -3
	s.RequestTimeout = time.Second
	s.Embedded.Latency = scenario.ModelledLatency{Mean: 4 * time.Millisecond, SD: time.Millisecond}
	return s
}

// designsWithAmounts are those that can add other numbers than 1.
func designsWithAmounts() (designs []string) {
	for _, design := range counter.StrategyNames() {
		if traits, _ := counter.TraitsOf(design); traits.Decrements {
			designs = append(designs, design)
		}
	}
	return designs
}

// TestAmountsAreCounted: every design that can add amounts adds them, and those that
// promise to count each once do so also if replies are lost.
func TestAmountsAreCounted(t *testing.T) {
	for _, design := range designsWithAmounts() {
		for _, lost := range []float64{0, 0.1} {
			s := amounts(design)
			if lost > 0 {
				s.Faults = []fault.Rule{{Kind: fault.LostReply, Probability: lost, On: []string{"update"}}}
			}
			o, err := trial.Run(t.Context(), s, trial.Options{})
			if err != nil {
				t.Fatalf("%s: %v", design, err)
			}
			traits, _ := counter.TraitsOf(design)
			want := check.Pass
			if lost > 0 && !traits.Idempotent {
				want = check.Fail
			}
			if o.Verdict.Status != want || o.Result.Tally.Applied != 300 {
				t.Errorf("%s, %g of the replies lost: %v, want %v: %+v", design, lost, o.Verdict.Status, want, o.Verdict.Checks)
			}
			var most int64
			for i := range o.Result.Ledgers {
				most = max(most, o.Result.Ledgers[i].High)
			}
			if most < 300 {
				t.Errorf("%s: no counter grew by more than %d, so the amounts were not added", design, most)
			}
		}
	}
}

// TestAmountsAreMissed: an amount that the store lost is found, and named as a number.
func TestAmountsAreMissed(t *testing.T) {
	for _, design := range []string{
		counter.ConditionalName, counter.ConditionalHistoryName, counter.AtomicAddName, counter.ShardedName, counter.CombiningName, counter.TransactionMarkerName,
	} {
		s := amounts(design)
		s.Embedded.Misbehave = []scenario.Misbehaviour{{Kind: "lose-update", OneIn: 60}}
		if design == counter.TransactionMarkerName {
			s.Embedded.Misbehave[0].Kind = "half-transaction"
		}
		o, err := trial.Run(t.Context(), s, trial.Options{})
		if err != nil {
			t.Fatalf("%s: %v", design, err)
		}
		if o.Verdict.Status != check.Fail {
			t.Errorf("%s: %v, want it to fail: %+v", design, o.Verdict.Status, o.Verdict.Checks)
		}
	}
}
