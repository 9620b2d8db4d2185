package reporttest

import (
	"time"

	"contend/report"
	"contend/workload/check"
	"contend/workload/fleet"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/rendezvous"
	"contend/workload/trial"
)

// CostReached is a run that the limit of its cost ended.
func CostReached() *report.Report {
	f := NewFixture(1)
	f.Load(400)
	f.Result.Elapsed, f.Result.LoadEnded = 4*time.Second, 4*time.Second
	f.Result.Seconds = f.Result.Seconds[:4]
	f.Result.CostReached = &measure.CostReached{At: 4 * time.Second, Limit: 0.05, USD: 0.0503}
	return f.Report(ExactlyOnce(check.Pass, `"counter-0" changed by +400, which is what its clients were told`))
}

// Part is what machine 1 of 3 made of a run with a threshold.
func Part() *report.Report {
	f := NewFixture(1)
	f.limit("p99 < 10s")
	f.Load(400)
	f.Result.Workers = f.Result.Workers[:11]
	o := f.outcome(ExactlyOnce(check.Inconclusive, "this is the history of machine 1 of 3 in run nightly: the sums need all of them, and contend merge judges them together"))
	o.Part = &trial.Part{
		Machine: trial.Machine{Share: fleet.Share{Run: "nightly", Machine: 1, Machines: 3}}, Control: rendezvous.Traffic{Requests: 41, ReadUnits: 35, WriteUnits: 19},
		Clock: []history.ClockReading{{Offset: 3e6, Within: 12e5}, {At: 1e10, Offset: 31e5, Within: 9e5}},
	}
	return report.New(o, report.About{ToolVersion: "v1.2.3"})
}

// Merged is a run on three machines that the limit of its cost ended: one was busy, and
// one was lost.
func Merged() *report.Report {
	f := NewFixture(1)
	f.Load(1200)
	f.Result.CostReached = &measure.CostReached{At: 9 * time.Second, Limit: 3}
	o := f.outcome(
		ExactlyOnce(check.Pass, `"counter-0" changed by +1200, which is what its clients were told`),
		check.Result{Name: trial.MachinesCheck, Status: check.Inconclusive, Reason: "machine 2 was lost: its folder has a history, but no measurements.json.zst: its process did not end by itself"})
	first := report.MachineRunOf(Part())
	busy := first
	first.Machine, busy.CPU, busy.CPUs, busy.DelayP99MS = 0, new(1.98), 2, new(23.5)
	busy.Doubt = "the client was saturated: it used 1.98 of 2 processors"
	lost := report.MachineRun{Machine: 2, State: report.MachineLost, Why: "its folder has a history, but no measurements.json.zst: its process did not end by itself"}
	return report.New(o, report.About{ToolVersion: "v1.2.3", Machines: []report.MachineRun{first, busy, lost}})
}
