package trialtest_test

import (
	"testing"

	"contend/internal/localtest"
	"contend/workload/fault"
	"contend/workload/scenario"
	"contend/workload/trialtest"
)

// TestAProgram: a program that counts once passes under lost replies, and one that counts
// twice fails its test.
func TestAProgram(t *testing.T) {
	s := scenario.Default()
	s.Name, s.Strategy = "program", scenario.ExecName
	s.Load.Workers, s.Load.Operations, s.Load.Duration = 2, 20, 0
	s.Faults = []fault.Rule{{Kind: fault.ServerErrorAfter, Count: 1, On: []string{"UpdateItem", "TransactWriteItems"}}}
	s.Exec.Command = []string{build(t, "safe")}
	if o := trialtest.Run(t, s, nil); o == nil || o.Result.Tally.Applied != 20 {
		t.Errorf("%+v", o)
	}
	s.Exec.Command = []string{build(t, "naive")}
	judged := &recorded{TB: t}
	trialtest.Run(judged, s, nil)
	if len(judged.errors) != 2 { // exactly-once and once-per-call
		t.Errorf("got %q", judged.errors)
	}
}

func build(t *testing.T, example string) string {
	t.Helper()
	binary, err := localtest.Program("contend/scenarios/own-counter/" + example)
	if err != nil {
		t.Fatal(err)
	}
	return binary
}
