package trial_test

import (
	"testing"
	"time"

	"contend/counter"
	"contend/workload/check"
	"contend/workload/retry"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// The fleet does what the policies decide: two writes for each success in a queue, one to
// take a ticket, as in the simulation of the policies alone. With two workers a ticket's
// reply is often what the write is built on.
func TestAQueueOfTheFleetCostsATicketEach(t *testing.T) {
	for _, workers := range []int{2, 10} {
		s := scenario.Default()
		s.Name, s.Strategy, s.Target = "queue", counter.ConditionalName, scenario.TargetSimulated
		s.Retry.Kind = retry.Ticket
		s.Load = scenario.Load{Workers: workers, Duration: 30 * time.Second}
		s.Embedded.Latency = scenario.ModelledLatency{Mean: 10 * time.Millisecond, SD: 2 * time.Millisecond}
		o, err := trial.Run(t.Context(), s, trial.Options{})
		if err != nil {
			t.Fatal(err)
		}
		tally := o.Result.Tally
		writes := float64(tally.Writes) / float64(tally.Applied)
		gaps := 30 * float64(tally.ConditionalWrites) / tally.Gap.Seconds() / float64(tally.Applied)
		if o.Verdict.Status != check.Pass || writes > 2.05 || gaps > 1.6 {
			t.Errorf("%d workers: %v, %.2f writes and %.2f gaps for each success, want at most 2.05 and 1.6", workers, o.Verdict.Status, writes, gaps)
		}
	}
}
