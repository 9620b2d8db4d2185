package reporttest

import (
	"time"

	"contend/report"
	"contend/workload/check"
	"contend/workload/hist"
	"contend/workload/measure"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// Mixed is a run of workers with different policies and latencies. Those with the second
// policy get little done, and some of their operations gave up.
func Mixed() *report.Report {
	f := NewFixture(1)
	r := &f.Result
	around := r.Scenario.Retry.Policy
	ticket, budgeted := around, around
	ticket.Kind, ticket.Enlist, ticket.MaxAttempts = retry.Ticket, true, 0
	budgeted.Budget = retry.Budget{Ratio: 0.1, Burst: 10}
	r.Scenario.Retry.Kind = ""
	r.Scenario.Retry.Mix = []scenario.RetryShare{{Share: 0.75, Policy: ticket}, {Share: 0.25, Policy: budgeted}}
	near, far := scenario.ModelledLatency{Mean: 5 * time.Millisecond}, scenario.ModelledLatency{Mean: 50 * time.Millisecond}
	r.Scenario.Embedded.Latencies = []scenario.LatencyShare{{Share: 0.5, ModelledLatency: near}, {Share: 0.5, ModelledLatency: far}}
	f.Load(2000)
	r.Parts = measure.Parts{Policies: make([]hist.Histogram, 2), Latencies: make([]hist.Histogram, 2)}
	latencyOf := r.Scenario.LatencyOf()
	for number := range r.Workers {
		w := &r.Workers[number]
		_, part := r.Scenario.Retry.Of(number, len(r.Workers))
		if part == 1 {
			w.UpdatesApplied /= 4
		}
		w.Writes, w.Reads = w.UpdateAttempts, 2*w.UpdateAttempts
		for range w.UpdatesApplied {
			took := time.Duration(5+30*part+40*latencyOf[number]) * time.Millisecond
			r.Parts.Policies[part].Record(took)
			r.Parts.Latencies[latencyOf[number]].Record(took)
		}
	}
	r.Tally.Tickets = 40
	r.GaveUp = map[string]int64{string(retry.ReasonBudget): 12, string(measure.LoadEnded): 1}
	return f.Report(ExactlyOnce(check.Pass, `"counter-0" changed by +2000, which is what its clients were told`))
}
