package visits_test

import (
	"testing"
	"time"

	"visits"

	"contend/counter"
	"contend/workload/fault"
	"contend/workload/retry"
	"contend/workload/scenario"
	"contend/workload/trialtest"
)

// lossy is 8 workers on one counter, whose store loses one reply in twenty after it
// made the change.
func lossy() scenario.Scenario {
	s := scenario.Default()
	s.Load = scenario.Load{Workers: 8, Operations: 400}
	s.Faults = []fault.Rule{{Kind: fault.LostReply, Probability: 0.05, On: []string{"update"}}}
	s.RequestTimeout = 300 * time.Millisecond
	s.Retry.On = retry.Outcomes(counter.Conflict, counter.Throttled, counter.Unknown)
	return s
}

func TestNaive(t *testing.T) {
	trialtest.Run(t, lossy(), func(client counter.DynamoDB) counter.Strategy { return visits.Visits{Client: client} })
}

func TestSafe(t *testing.T) {
	trialtest.Run(t, lossy(), func(client counter.DynamoDB) counter.Strategy { return visits.Visits{Client: client, Safe: true} })
}
