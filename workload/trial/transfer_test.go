package trial_test

import (
	"testing"
	"time"

	"contend/counter"
	"contend/workload/check"
	"contend/workload/fault"
	"contend/workload/history"
	"contend/workload/retry"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// accounts is a load of transfers between counters, some of whose replies are lost.
func accounts(design string) scenario.Scenario {
	s := amounts(design)
	s.Name = "accounts"
	s.Operations = scenario.Mix{history.Transfer: 8, history.Increment: 1, history.Read: 1}
	s.Counters = scenario.Counters{Count: 3, Initial: 40, Pick: s.Counters.Pick, Floor: scenario.Floor{Set: true}}
	s.Load.Operations = 400
	s.Faults = []fault.Rule{{Kind: fault.LostReply, Probability: 0.1, On: []string{"update"}}}
	return s
}

func statusOf(o *trial.Outcome, name string) check.Status {
	for _, c := range o.Verdict.Checks {
		if c.Name == name {
			return c.Status
		}
	}
	return ""
}

// TestTransfersKeepTheSum: also if replies are lost, whether they are tried again or not.
func TestTransfersKeepTheSum(t *testing.T) {
	for _, design := range []string{counter.TransactionTokenName, counter.TransactionMarkerName} {
		for _, again := range []bool{true, false} {
			s := accounts(design)
			if !again {
				s.Retry.On = retry.Outcomes(counter.Conflict)
			}
			o, err := trial.Run(t.Context(), s, trial.Options{})
			if err != nil {
				t.Fatalf("%s: %v", design, err)
			}
			if o.Verdict.Status == check.Fail || again && o.Verdict.Status != check.Pass || statusOf(o, "transfers") != check.Pass {
				t.Errorf("%s: %v: %+v", design, o.Verdict.Status, o.Verdict.Checks)
			}
			if made := o.Result.Tally.AppliedByKind[history.Transfer]; made < 200 {
				t.Errorf("%s: only %d transfers were made", design, made)
			}
		}
	}
}

// TestHalfTransfersAreFound: half of an acknowledged transfer is missing in its counter. That
// of a transfer without an answer, which its counters cannot show, is missing in the sum.
func TestHalfTransfersAreFound(t *testing.T) {
	for _, design := range []string{counter.TransactionTokenName, counter.TransactionMarkerName} {
		s := accounts(design)
		s.Embedded.Misbehave = []scenario.Misbehaviour{{Kind: "half-transaction", OneIn: 150}}
		s.Faults = nil
		o, err := trial.Run(t.Context(), s, trial.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if statusOf(o, "exactly-once") != check.Fail || statusOf(o, "transfers") != check.Fail {
			t.Errorf("%s: %+v", design, o.Verdict.Checks)
		}

		s.Faults = []fault.Rule{{Kind: fault.LostReply, Probability: 1, On: []string{"update"}}}
		s.Retry.On, s.Load.Operations, s.Embedded.Misbehave[0].OneIn = 0, 40, 4
		s.Operations = scenario.Mix{history.Transfer: 1, history.Read: 1}
		s.Load.Think = time.Millisecond
		if o, err = trial.Run(t.Context(), s, trial.Options{}); err != nil {
			t.Fatal(err)
		}
		if statusOf(o, "exactly-once") == check.Fail || statusOf(o, "transfers") != check.Fail {
			t.Errorf("%s: without an answer: %+v", design, o.Verdict.Checks)
		}
	}
}
