package reporttest

import (
	"math"
	"strings"
	"time"

	"contend/counter"
	"contend/report"
	"contend/workload/check"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/scenario"
)

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
		Counts: history.Counts{Operations: math.MaxInt64}, Sums: history.Sums{Acknowledged: math.MaxInt64, Low: 0, High: math.MaxInt64},
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
