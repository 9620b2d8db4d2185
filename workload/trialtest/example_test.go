package trialtest_test

import (
	"testing"

	"contend/counter"
	"contend/workload/fault"
	"contend/workload/scenario"
	"contend/workload/trialtest"
)

// A test of a counter under load that loses one reply in twenty. An example cannot run
// it, as it has no test to fail: testdata/visits is a module of its own with such a
// test, for a counter that counts twice when replies are lost and for one that does
// not, and a test of this package runs both.
func ExampleRun() {
	_ = func(t *testing.T) {
		s := scenario.Default()
		s.Load = scenario.Load{Workers: 8, Operations: 400}
		s.Faults = []fault.Rule{{Kind: fault.LostReply, Probability: 0.05, On: []string{"update"}}}
		trialtest.Run(t, s, func(client counter.DynamoDB) counter.Strategy {
			return counter.NewTransactionToken(client) // or your own
		})
	}
}
