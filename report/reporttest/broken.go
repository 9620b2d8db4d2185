package reporttest

import (
	"errors"
	"time"

	"contend/counter"
	"contend/report"
	"contend/workload/check"
	"contend/workload/history"
	"contend/workload/measure"
)

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
			`worker 17, operation 1201 (increment) at 4012.5 ms, +1: 3 attempts, 1 of them unknown (time-out); the caller got "applied"`,
			`worker 18, operation 1202 (increment) at 4100.0 ms, +1: 3 attempts, 1 of them unknown (time-out); the caller got "applied"`),
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
			`worker 13, operation 301 (increment) at 5321.0 ms, +1: 1 attempt, unknown (time-out); the caller got "unknown"`),
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

// EndedEarly is a passing run that a threshold ended, although the whole run meets it.
func EndedEarly() *report.Report {
	f := NewFixture(1)
	f.limit("p99 < 10s")
	f.Result.Scenario.Thresholds[0].AbortAfter = 2 * time.Second
	f.Load(400)
	f.Result.Elapsed, f.Result.LoadEnded = 4*time.Second, 4*time.Second
	f.Result.EndedEarly = &measure.EndedEarly{MissedFrom: 2 * time.Second, At: 4 * time.Second}
	f.Result.Seconds = f.Result.Seconds[:4]
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
