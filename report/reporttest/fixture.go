package reporttest

import (
	"fmt"
	"math/rand/v2"
	"time"

	"contend/counter"
	"contend/report"
	"contend/workload/check"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/retry"
	"contend/workload/scenario"
	"contend/workload/store"
	"contend/workload/trial"
)

// fixture builds results as a fleet would, operation by operation.
type fixture struct {
	Result measure.Result
	random *rand.Rand
	sent   int64
}

func NewFixture(counters int) *fixture {
	s := scenario.Scenario{
		Name:        "hot-key",
		Description: "Thirty-two workers increment one counter with conditional writes.",
		Seed:        1,
		Counters:    scenario.Counters{Count: counters, Pick: scenario.Pick{Kind: scenario.PickZipf, Zipf: 1.1}},
		Strategy:    "conditional",
		Retry: scenario.Retry{
			Policy: retry.Policy{
				Kind: retry.FullJitter, Base: 5 * time.Millisecond, Cap: time.Second, Factor: 2, MaxAttempts: 50,
				On: retry.Outcomes(counter.Conflict, counter.Throttled),
			},
			Refresh: scenario.RefreshAfterWait,
		},
		Load:       scenario.Load{Workers: 32, Duration: 10 * time.Second, Think: 2 * time.Millisecond},
		Operations: scenario.Mix{history.Increment: 1},
		Amount:     scenario.Amount{Low: 1, High: 1},
		Reads:      scenario.ReadsStrong,
		View:       scenario.ViewFresh,
	}
	f := &fixture{
		random: rand.New(rand.NewPCG(1, 2)),
		Result: measure.Result{
			Scenario: s,
			Course: measure.Course{
				StartedAt: time.Date(2026, 11, 21, 9, 30, 0, 123456789, time.UTC),
				Elapsed:   10100 * time.Millisecond,
				LoadEnded: 10 * time.Second,
			},
			Reasons:  measure.Reasons{Throttles: map[string]int64{}, Failures: map[string]int64{}},
			Capacity: measure.Capacity{Reported: true},
		},
	}
	for i := range counters {
		f.Result.Ledgers = append(f.Result.Ledgers, history.Ledger{Key: fmt.Sprintf("counter-%d", i), FinalKnown: true})
	}
	for number := range s.Load.Workers {
		f.Result.Workers = append(f.Result.Workers, measure.WorkerTally{Number: number})
	}
	return f
}

// op describes one operation and what happened to it.
type op struct {
	counter  int
	kind     history.Kind
	ending   history.Ending
	outcomes []counter.Outcome
	reason   string
	second   int
}

// record enters an operation in every account, and its effect in the store. An unknown
// write counts as applied there.
func (f *fixture) record(o op) {
	r := &f.Result
	f.sent++
	recorded := history.Op{Worker: int(f.sent % 32), Sequence: f.sent, Counter: o.counter, Kind: o.kind, Delta: o.kind.Delta(), Ending: o.ending}
	r.Tally.Due++
	r.Tally.Started++
	service := time.Duration(0)
	for len(r.Seconds) <= o.second {
		r.Seconds = append(r.Seconds, measure.Second{})
	}
	for _, outcome := range o.outcomes {
		service += f.attempt(&recorded, outcome, &o)
	}
	f.end(&recorded, service, &r.Seconds[o.second])
	r.Ledgers[o.counter].Record(&recorded)
	f.worker(&recorded)
}

func (f *fixture) worker(o *history.Op) {
	w := &f.Result.Workers[o.Worker]
	var streak int64
	for _, a := range o.Attempts {
		w.UpdateAttempts++
		switch streak++; a.Outcome {
		case counter.Conflict:
			w.Conflicts++
			w.LosingStreak = max(w.LosingStreak, streak)
		case counter.Applied:
			w.UpdatesApplied++
			streak = 0
		}
	}
}

func (f *fixture) attempt(into *history.Op, outcome counter.Outcome, o *op) time.Duration {
	r, s := &f.Result, &f.Result.Seconds[o.second]
	took := 4*time.Millisecond + time.Duration(f.random.ExpFloat64()*float64(2*time.Millisecond))
	into.Attempts = append(into.Attempts, history.Attempt{Outcome: outcome, Written: true, Reason: o.reason})
	r.Tally.Attempts++
	r.Tally.UpdateAttempts++
	r.Tally.Reads++
	r.Tally.Writes++
	r.Tally.ConditionalWrites++
	r.Tally.Gap += 4 * time.Millisecond
	r.Capacity.ReadUnits++
	r.Capacity.WriteUnits++
	s.Attempts++
	switch outcome {
	case counter.Applied:
		r.Tally.AppliedAttempts++
		r.Tally.Wins++
		r.Tally.WonGap += 3 * time.Millisecond
		s.Applied++
		r.Latency.Succeeded.Attempt.Record(took)
		r.Ledgers[o.counter].Final += o.kind.Delta()
		return took
	case counter.Conflict:
		r.Tally.Conflicts++
		s.Conflicts++
		r.Capacity.WastedWriteUnits++
	case counter.Throttled:
		r.Tally.Throttles++
		s.Throttles++
		r.Throttles[o.reason]++
	case counter.Unknown:
		r.Tally.UnknownAttempts++
		r.Failures[o.reason]++
		r.Ledgers[o.counter].Final += o.kind.Delta()
	case counter.Failed:
		r.Tally.FailedAttempts++
		r.Failures[o.reason]++
	}
	r.Latency.Others.Attempt.Record(took)
	return took + 3*time.Millisecond
}

func (f *fixture) end(recorded *history.Op, service time.Duration, s *measure.Second) {
	r := &f.Result
	switch recorded.Ending {
	case history.Applied:
		r.Stalls.Succeeded, r.Stalls.LastSuccess = true, r.LoadEnded
		r.Tally.Applied++
		r.Tally.UpdatesApplied++
		r.Latency.Succeeded.Service.Record(service)
		r.Latency.Succeeded.Response.Record(service)
		r.Latency.ByKind[recorded.Kind].Record(service)
		for len(r.AttemptsPerOperation) <= len(recorded.Attempts) {
			r.AttemptsPerOperation = append(r.AttemptsPerOperation, 0)
		}
		r.AttemptsPerOperation[len(recorded.Attempts)]++
		return
	case history.GaveUp:
		r.Tally.GaveUp++
	case history.Unknown:
		r.Tally.Unknown++
	case history.Failed:
		r.Tally.Failed++
	}
	r.Latency.Others.Service.Record(service)
	r.Latency.Others.Response.Record(service)
}

// Load records n operations that succeed after some lost races, evenly over ten
// seconds, with more and more conflicts.
func (f *fixture) Load(n int) {
	for i := range n {
		second := i * 10 / n
		outcomes := []counter.Outcome{counter.Applied}
		for f.random.Float64() < 0.3+0.05*float64(second) {
			outcomes = append([]counter.Outcome{counter.Conflict}, outcomes...)
		}
		f.record(op{counter: i % len(f.Result.Ledgers), ending: history.Applied, outcomes: outcomes, second: second})
	}
}

// Report gives the run a verdict that does not depend on the words of checks.
func (f *fixture) Report(checks ...check.Result) *report.Report {
	o := f.outcome(checks...)
	o.SDK = store.SDK{Version: "v1.73.0", Retry: "none", MaxAttempts: 1}
	o.Result.Scenario.Price = scenario.Price{Write: 0.625, Read: 0.125}
	return report.New(o, report.About{ToolVersion: "v1.2.3"})
}

// outcome is the run's with a verdict.
func (f *fixture) outcome(checks ...check.Result) *trial.Outcome {
	return &trial.Outcome{
		Result: &f.Result, Verdict: check.Judge(checks...),
		Place: trial.Place{Kind: scenario.TargetEmbedded, Endpoint: "http://127.0.0.1:45671"},
	}
}

func ExactlyOnce(status check.Status, reason string, evidence ...string) check.Result {
	return check.Result{Name: "exactly-once", Status: status, Reason: reason, Evidence: evidence}
}

func conservation(status check.Status, reason string, evidence ...string) check.Result {
	return check.Result{Name: "conservation", Status: status, Reason: reason, Evidence: evidence}
}
