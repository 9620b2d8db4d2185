package reporttest

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"contend/counter"
	"contend/report"
	"contend/workload/check"
	"contend/workload/fault"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/pace"
	"contend/workload/retry"
	"contend/workload/scenario"
	"contend/workload/store"
	"contend/workload/threshold"
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
		Reads:      scenario.ReadsStrong,
		View:       scenario.ViewFresh,
	}
	f := &fixture{
		random: rand.New(rand.NewPCG(1, 2)),
		Result: measure.Result{
			Scenario:  s,
			StartedAt: time.Date(2026, 11, 21, 9, 30, 0, 123456789, time.UTC),
			Elapsed:   10100 * time.Millisecond,
			LoadEnded: 10 * time.Second,
			Throttles: map[string]int64{},
			Failures:  map[string]int64{},
			Capacity:  measure.Capacity{Reported: true},
		},
	}
	for i := range counters {
		f.Result.Ledgers = append(f.Result.Ledgers, history.Ledger{Key: fmt.Sprintf("counter-%d", i), FinalKnown: true})
	}
	f.Result.Workers = make([]measure.WorkerTally, s.Load.Workers)
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

// Fixtures are reports of every kind of run.
func Fixtures() map[string]*report.Report {
	return map[string]*report.Report{
		"pass":            Passing(),
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
		"error":           StoppedByError(),
		"nothing-applied": NothingApplied(),
		"no-operation":    NoOperation(),
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

// starvedRun is a run with a warm-up, in which some of 32 workers starve.
func starvedRun() *report.Report {
	f := NewFixture(1)
	f.Load(2000)
	f.Result.Scenario.Load.Warmup = 2 * time.Second
	f.Result.Warmup = measure.Tally{Due: 400, Started: 400, Applied: 400, Attempts: 600, AppliedAttempts: 400, Conflicts: 200,
		UpdateAttempts: 600, UpdatesApplied: 400, Reads: 600, Writes: 600, ConditionalWrites: 600, Gap: 2400 * time.Millisecond, Wins: 400, WonGap: 1200 * time.Millisecond}
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

// OpenLoopRun is a run whose workers could not keep up with the rate, on a machine that
// was too small.
func OpenLoopRun() *report.Report {
	f := NewFixture(1)
	f.Load(2000)
	f.Result.Scenario.Load = scenario.Load{Workers: 64, Rate: 500, Duration: 10 * time.Second, Arrivals: pace.Poisson, Overload: scenario.OverloadQueue}
	f.Result.Tally.Due, f.Result.Tally.Dropped = 4987, 2987
	f.Result.OpenLoop = &measure.OpenLoop{Lasted: 10 * time.Second, BegunIn: 10 * time.Second, Queued: 1930, MaxWaiting: 2987}
	f.Result.Client = measure.ClientUse{CPU: 19500 * time.Millisecond, CPUIn: 10 * time.Second, CPUKnown: true, CPUs: 2, ClockStep: 250 * time.Millisecond}
	for i := range 2000 {
		f.Result.OpenLoop.Lateness.Record(time.Duration(i) * 2 * time.Millisecond)
		f.Result.OpenLoop.Delay.Record(time.Duration(i) * 10 * time.Microsecond)
		f.Result.Client.Delay.Record(time.Duration(i) * 6 * time.Microsecond)
	}
	return f.Report(ExactlyOnce(check.Pass, `"counter-0" changed by +2000, which is what its clients were told`))
}

// staged divides a run into stages.
func staged(f *fixture, stages ...measure.StageTally) *report.Report {
	f.Load(1200)
	f.Result.Scenario.Load = scenario.Load{Workers: 16, Duration: 10 * time.Second}
	for i := range stages {
		s := &stages[i]
		f.Result.Scenario.Load.Stages = append(f.Result.Scenario.Load.Stages, s.Stage)
		s.Dropped, s.UpdateAttempts, s.Conflicts = s.Due-s.Started, 2*s.Started, s.Started/int64(i+2)
		for n := range s.Applied {
			s.Response.Record(time.Duration(n*int64(i+1)) * 100 * time.Microsecond)
		}
	}
	f.Result.Stages = stages
	return f.Report(ExactlyOnce(check.Pass, `"counter-0" changed by +1200, which is what its clients were told`))
}

func stagedRates() *report.Report {
	const s = time.Second
	f := NewFixture(1)
	f.Result.OpenLoop = &measure.OpenLoop{Lasted: 10 * s, BegunIn: 10 * s}
	f.Result.Tally.Due, f.Result.Tally.Dropped = 40, 40
	r := staged(f,
		measure.StageTally{Stage: scenario.Stage{Duration: 5 * s, Rate: 100}, To: 5 * s, Due: 500, Started: 500, Applied: 499},
		measure.StageTally{Stage: scenario.Stage{Duration: 4 * s, Rate: 200, Ramp: true}, From: 5 * s, To: 9 * s, Due: 600, Started: 580, Applied: 580},
		measure.StageTally{Stage: scenario.Stage{Duration: s, Rate: 1.5}, From: 9 * s, To: 10 * s, Due: 20})
	r.OpenLoop.Arrivals, r.OpenLoop.Overload = "uniform", "drop"
	return r
}

func stagedWorkers() *report.Report {
	const s = time.Second
	return staged(NewFixture(1),
		measure.StageTally{Stage: scenario.Stage{Duration: 5 * s, Workers: 1}, To: 5 * s, Due: 200, Started: 200, Applied: 200},
		measure.StageTally{Stage: scenario.Stage{Duration: 5 * s, Workers: 16, Ramp: true}, From: 5 * s, To: 10 * s, Due: 1000, Started: 1000, Applied: 1000})
}

func Failed() *report.Report {
	f := NewFixture(1)
	f.Load(1200)
	for range 3 {
		f.record(op{ending: history.Applied, outcomes: []counter.Outcome{counter.Conflict, counter.Unknown, counter.Applied}, reason: "time-out", second: 4})
	}
	f.record(op{ending: history.Unknown, outcomes: []counter.Outcome{counter.Unknown}, reason: "connection reset after the request was sent", second: 5})
	f.Result.Ledgers[0].Final += 2
	return f.Report(
		ExactlyOnce(check.Fail, `"counter-0" is 6 above what its clients were told (+1203 acknowledged, +1209 stored)`,
			`worker 17, operation 1201 (increment) at 4012.5 ms, +1: 3 attempts, 1 of them unknown (time-out); the caller was told "applied"`,
			`worker 18, operation 1202 (increment) at 4100.0 ms, +1: 3 attempts, 1 of them unknown (time-out); the caller was told "applied"`),
		conservation(check.Fail, `"counter-0" ended at 1209, outside [1203, 1207]`,
			`"counter-0" should be at most 1207 and is 1209: the store invented 2`))
}

func Inconclusive() *report.Report {
	f := NewFixture(1)
	f.Load(300)
	f.record(op{ending: history.Unknown, outcomes: []counter.Outcome{counter.Unknown}, reason: "time-out", second: 5})
	f.record(op{ending: history.Failed, outcomes: []counter.Outcome{counter.Failed}, reason: "ValidationException", second: 6})
	f.Result.Scenario.Load.Workers = 8
	return f.Report(
		ExactlyOnce(check.Inconclusive, `"counter-0" is 1 above what its clients were told; operations that ended unknown may explain it`,
			`worker 13, operation 301 (increment) at 5321.0 ms, +1: 1 attempt, unknown (time-out); the caller was told "unknown"`),
		conservation(check.Pass, `"counter-0" ended at 301, within [300, 301]`))
}

func Interrupted() *report.Report {
	f := NewFixture(1)
	f.Load(400)
	f.Result.Elapsed, f.Result.LoadEnded, f.Result.Interrupted = 3200*time.Millisecond, 3190*time.Millisecond, true
	f.Result.Seconds = f.Result.Seconds[:4]
	f.Result.Capacity = measure.Capacity{}
	return f.Report(
		ExactlyOnce(check.Pass, `"counter-0" changed by +400, which is what its clients were told`),
		conservation(check.Pass, `"counter-0" ended at 400, within [400, 400]`))
}

func StoppedByError() *report.Report {
	f := NewFixture(1)
	f.Load(400)
	f.Result.Elapsed, f.Result.LoadEnded = 3200*time.Millisecond, 3190*time.Millisecond
	f.Result.Err = errors.New("worker 3, operation 13 (increment): AccessDeniedException: User: arn:aws:iam::1:user/me is not authorized")
	return f.Report(
		ExactlyOnce(check.Pass, `"counter-0" changed by +400, which is what its clients were told`),
		check.Result{Name: "conservation", Status: check.Inconclusive, Reason: `the final value of "counter-0" could not be read`})
}

func NothingApplied() *report.Report {
	f := NewFixture(1)
	for range 40 {
		f.record(op{ending: history.GaveUp, outcomes: []counter.Outcome{counter.Throttled}, reason: "TableWriteProvisionedThroughputExceeded"})
	}
	return f.Report(
		ExactlyOnce(check.Inconclusive, "no operation was applied"),
		conservation(check.Inconclusive, "no operation was applied"))
}

func NoOperation() *report.Report {
	f := NewFixture(1)
	f.Result.Elapsed, f.Result.LoadEnded = 0, 0
	return f.Report()
}

func ManyCounters() *report.Report {
	f := NewFixture(100)
	f.Result.Scenario.Name, f.Result.Scenario.Description = "many-keys", ""
	f.Result.Scenario.Operations = scenario.Mix{90, 5, 5}
	f.Load(3000)
	for i := range 200 {
		f.record(op{counter: i % 90, kind: history.Decrement, ending: history.Applied, outcomes: []counter.Outcome{counter.Applied}, second: 9})
	}
	f.record(op{counter: 40, ending: history.Unknown, outcomes: []counter.Outcome{counter.Unknown}, reason: "time-out", second: 9})
	f.Result.Ledgers[17].Final--
	f.Result.Ledgers[60].FinalKnown = false
	return f.Report(
		ExactlyOnce(check.Fail, `1 of 100 counters: "counter-17" is 1 below what its clients were told (+27 acknowledged, +26 stored)`),
		conservation(check.Fail, `1 of 100 counters: "counter-17" ended at 26, outside [27, 27]`,
			`"counter-17" should be at least 27 and is 26: the store lost 1`))
}

// huge has the largest numbers and the longest words.
func huge() *report.Report {
	f := NewFixture(1)
	f.Load(50)
	f.Result.Ledgers[0] = history.Ledger{
		Key: strings.Repeat("tenant-00042/", 10) + "zähler", Initial: math.MinInt64, Final: math.MaxInt64, FinalKnown: true,
		Operations: math.MaxInt64, Acknowledged: math.MaxInt64, Low: 0, High: math.MaxInt64,
	}
	f.Result.Scenario.Name = strings.Repeat("计数器-", 30)
	f.Result.Scenario.Load.Workers = 4096
	f.Result.Elapsed, f.Result.LoadEnded = 1000*time.Hour, 1000*time.Hour
	f.Result.Latency.Succeeded.Service.Record(time.Hour)
	f.Result.Latency.Succeeded.Response.Record(time.Hour)
	f.Result.Latency.Succeeded.Attempt.Record(2 * time.Hour)
	f.Result.Seconds = make([]measure.Second, 3600)
	for i := range f.Result.Seconds {
		f.Result.Seconds[i] = measure.Second{SecondCounts: measure.SecondCounts{Attempts: 3600, Conflicts: int64(i)}}
	}
	f.Result.AttemptsPerOperation = make([]int64, 5000)
	for i := range f.Result.AttemptsPerOperation {
		f.Result.AttemptsPerOperation[i] = int64(i * 1000000000)
	}
	f.Result.Tally = measure.Tally{
		Due: math.MaxInt64, Dropped: math.MaxInt64 / 2, Started: math.MaxInt64, Applied: math.MaxInt64, Attempts: math.MaxInt64,
		Conflicts: math.MaxInt64 - 1, UpdateAttempts: math.MaxInt64, UpdatesApplied: 1, Reads: math.MaxInt64, Writes: math.MaxInt64,
	}
	f.Result.Capacity = measure.Capacity{Reported: true, ReadUnits: 1e300, WriteUnits: 123456.5, WastedWriteUnits: 1}
	for i := range 20 {
		f.Result.Failures[strings.Repeat("x", 10*i)+"\x1b[31m\nevil"] = int64(i)
	}
	f.Result.Warnings = []string{strings.Repeat("warning without any space at all ", 5), strings.Repeat("w", 500)}
	return f.Report(ExactlyOnce(check.Fail, strings.Repeat("every-word-is-long-", 20), strings.Repeat("e", 300)))
}

// Limited has a threshold of each sort.
func Limited() *report.Report {
	f := NewFixture(1)
	f.Load(1000)
	for _, text := range []string{"p99 < 10s", "conflict_rate < 1%", "cost_per_million < $0.01", "lateness.p99 < 1ms", "chain == pass", "failed == 0"} {
		limit, err := threshold.Parse(text)
		if err != nil {
			panic(err)
		}
		f.Result.Scenario.Thresholds = append(f.Result.Scenario.Thresholds, limit)
	}
	return f.Report(ExactlyOnce(check.Pass, "the counter moved by 1000, as acknowledged"),
		check.Result{Name: "chain", Status: check.Inconclusive, Reason: "there are too many ways to explain the missing states"})
}
