package reporttest

import (
	"time"

	"contend/counter"
	"contend/report"
	"contend/workload/check"
	"contend/workload/fault"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/scenario"
	"contend/workload/store"
	"contend/workload/threshold"
	"contend/workload/trial"
)

// Fixtures are reports of every kind of run.
func Fixtures() map[string]*report.Report {
	return map[string]*report.Report{
		"pass":            Passing(),
		"simulated":       Simulated(),
		"thresholds":      Limited(),
		"planted":         Planted(),
		"starving":        starvedRun(),
		"injected":        Injected(),
		"fail":            Failed(),
		"open-loop":       OpenLoopRun(),
		"rate-stages":     stagedRates(),
		"worker-stages":   stagedWorkers(),
		"inconclusive":    Inconclusive(),
		"interrupted":     Interrupted(),
		"ended-early":     EndedEarly(),
		"cost-reached":    CostReached(),
		"part":            Part(),
		"merged":          Merged(),
		"error":           StoppedByError(),
		"nothing-applied": NothingApplied(),
		"no-operation":    NoOperation(),
		"mixed":           Mixed(),
		"many-counters":   ManyCounters(),
		"huge":            huge(),
	}
}

func Passing() *report.Report {
	f := NewFixture(1)
	f.Load(2000)
	f.record(op{ending: history.GaveUp, outcomes: []counter.Outcome{counter.Conflict, counter.Conflict}, second: 9})
	return f.Report(
		ExactlyOnce(check.Pass, `"counter-0" changed by +2000, which is what its clients were told`),
		conservation(check.Pass, `"counter-0" ended at 2000, within [2000, 2000]`))
}

// Simulated is a passing run in simulated time, with a threshold that was missed.
func Simulated() *report.Report {
	f := NewFixture(1)
	f.Result.Scenario.Target = scenario.TargetSimulated
	f.Result.Scenario.Load.ThinkVaries = true
	f.limit("throughput >= 1000")
	f.Load(2000)
	o := f.outcome(ExactlyOnce(check.Pass, `"counter-0" changed by +2000, which is what its clients were told`))
	o.Place = trial.Place{Kind: scenario.TargetSimulated, Endpoint: scenario.TargetSimulated}
	o.Simulation = &trial.Simulation{StartedAt: f.Result.StartedAt, Took: 87 * time.Millisecond}
	return report.New(o, report.About{ToolVersion: "v1.2.3"})
}

// starvedRun is a run with a warm-up, in which some of 32 workers starve.
func starvedRun() *report.Report {
	f := NewFixture(1)
	f.Load(2000)
	f.Result.Scenario.Load.Warmup = 2 * time.Second
	f.Result.Warmup = measure.Tally{Due: 400, Started: 400, Applied: 400, Attempts: 600, AppliedAttempts: 400, Conflicts: 200,
		UpdateAttempts: 600, UpdatesApplied: 400, Reads: 600, Writes: 600, Gaps: measure.Gaps{ConditionalWrites: 600, Gap: 2400 * time.Millisecond, Wins: 400, WonGap: 1200 * time.Millisecond}}
	for number := range f.Result.Workers {
		f.Result.Workers[number].UpdatesApplied -= 12
		if number%6 == 1 {
			f.Result.Workers[number].UpdatesApplied = int64(number % 5)
			f.Result.Workers[number].LosingStreak = int64(300 + number)
		}
	}
	return f.Report(ExactlyOnce(check.Pass, `"counter-0" changed by +2000, which is what its clients were told`))
}

// Planted is a run on a server that was told to misbehave.
func Planted() *report.Report {
	f := NewFixture(1)
	f.Load(1200)
	f.Result.Ledgers[0].Final -= 12
	o := f.outcome(
		ExactlyOnce(check.Fail, `"counter-0" is 12 below what its clients were told (+1200 acknowledged, +1188 stored)`),
		conservation(check.Fail, `"counter-0" ended at 1188, outside [1200, 1200]`))
	o.Planted = []store.Planted{{Kind: "lose-update", OneIn: 100, Times: 12}, {Kind: "apply-twice", OneIn: 1000, Times: 1}, {Kind: "stale-read", OneIn: 500, Times: 0}}
	return report.New(o, report.About{ToolVersion: "v1.2.3"})
}

// Injected is a run with faults on the way, with SDK retries, and with a floor for its
// counter.
func Injected() *report.Report {
	f := NewFixture(1)
	f.Load(1200)
	for range 3 {
		f.record(op{kind: history.Decrement, ending: history.Failed, outcomes: []counter.Outcome{counter.Failed}, reason: counter.ReasonFloor, second: 4})
	}
	f.Result.Tally.Refused = 3
	f.Result.Ledgers[0].Final += 19
	f.Result.Ledgers[0].Traced = f.Result.Ledgers[0].Final
	f.Result.Wire = measure.WireTally{Requests: 2460, Repeats: 60, Slept: 42 * time.Second, QuotaRefused: 2}
	f.Result.Capacity.UnansweredWriteUnits = 60
	f.Result.Faults = []measure.FaultTally{
		{Kind: "lost-reply", Requests: 60, Writes: 48, Accepted: 19, Endings: [history.Failed + 1]int64{history.Applied: 55, history.Unknown: 5}},
		{Kind: "server-error-before", Requests: 7, Writes: 7, Endings: [history.Failed + 1]int64{history.Applied: 7}},
	}
	f.Result.Scenario.Price = scenario.Price{Write: 0.625, Read: 0.125}
	f.Result.Scenario.Faults = []fault.Rule{{Kind: fault.LostReply}, {Kind: fault.ServerErrorBefore}, {Kind: fault.Partition}}
	o := f.outcome(
		ExactlyOnce(check.Fail, `"counter-0" is 19 above what its clients were told (+1200 acknowledged, +1219 stored)`),
		conservation(check.Pass, `"counter-0" ended at 1219, within [1200, 1260]`))
	o.SDK = store.SDK{Version: "v1.73.0", Retry: "standard", MaxAttempts: 3, Parameters: "at most 3 tries, waits of at most 20s, a quota of 500 tokens"}
	return report.New(o, report.About{ToolVersion: "v1.2.3"})
}

// Limited has a threshold of each sort.
func Limited() *report.Report {
	f := NewFixture(1)
	f.Load(1000)
	f.limit("p99 < 10s", "conflict_rate < 1%", "cost_per_million < $0.01", "lateness.p99 < 1ms", "chain == pass", "failed == 0")
	return f.Report(ExactlyOnce(check.Pass, "the counter moved by 1000, as acknowledged"),
		check.Result{Name: "chain", Status: check.Inconclusive, Reason: "there are too many ways to explain the missing states"})
}

// limit gives the run thresholds.
func (f *fixture) limit(texts ...string) {
	for _, text := range texts {
		limit, err := threshold.Parse(text)
		if err != nil {
			panic(err)
		}
		f.Result.Scenario.Thresholds = append(f.Result.Scenario.Thresholds, limit)
	}
}
