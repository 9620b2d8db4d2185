package report_test

import (
	"strings"
	"testing"
	"time"

	"contend/report"
	"contend/report/reporttest"
	"contend/workload/check"
	"contend/workload/history"
	"contend/workload/rendezvous"
	"contend/workload/threshold"
	"contend/workload/trial"
)

// TestADoubtfulMachineIsNamed: one saturated client makes the times of the whole run
// doubtful, and limits of times undecided.
func TestADoubtfulMachineIsNamed(t *testing.T) {
	limit, err := threshold.Parse("p99 < 10s")
	if err != nil {
		t.Fatal(err)
	}
	f := reporttest.NewFixture(1)
	f.Load(400)
	f.Result.Scenario.Thresholds = []threshold.Threshold{limit}
	o := &trial.Outcome{Result: &f.Result, Verdict: check.Judge()}
	machines := []report.MachineRun{{State: report.MachineEnded}, {Machine: 1, State: report.MachineEnded, Doubt: "the client was saturated: it used 2 of 2 processors"}}
	r := report.New(o, report.About{Machines: machines})
	const named = "machine 1: the client was saturated"
	if r.Thresholds[0].Status != report.Undecided || !strings.HasPrefix(r.Thresholds[0].Reason, named) || !strings.Contains(strings.Join(r.Warnings, "\n"), named) {
		t.Errorf("%+v, warnings %q", r.Thresholds[0], r.Warnings)
	}
	machines[1].Doubt = ""
	if r := report.New(o, report.About{Machines: machines}); r.Thresholds[0].Status != report.Met || r.ClientDoubt() != "" {
		t.Errorf("%+v, %q", r.Thresholds[0], r.ClientDoubt())
	}
}

// TestAPartDoesNotSpeakForTheRun: limits and laws are about all workers.
func TestAPartDoesNotSpeakForTheRun(t *testing.T) {
	limit, err := threshold.Parse("p99 < 10s")
	if err != nil {
		t.Fatal(err)
	}
	f := reporttest.NewFixture(1)
	f.Load(400)
	f.Result.Scenario.Thresholds = []threshold.Threshold{limit}
	f.Result.Workers = f.Result.Workers[:8]
	part := &trial.Part{Control: rendezvous.Traffic{Requests: 7, WriteUnits: 3}, Clock: []history.ClockReading{{Within: 2e6}, {Within: 1e6}}}
	part.Run, part.Machine.Machine, part.Machines = "first", 1, 4
	r := report.New(&trial.Outcome{Result: &f.Result, Verdict: check.Judge(), Part: part}, report.About{})
	if r.Thresholds != nil || r.Prediction != nil || r.Workers != 8 || !strings.Contains(strings.Join(r.Warnings, "\n"), "the thresholds are not judged") {
		t.Errorf("%+v, %+v, %d workers, warnings %q", r.Thresholds, r.Prediction, r.Workers, r.Warnings)
	}
	if p := r.Part; p.Machine != 1 || p.Machines != 4 || p.Control != (report.Control{Requests: 7, WriteUnits: 3}) || *p.ClockWithinMS != 2 {
		t.Errorf("part %+v", p)
	}
	m := report.MachineRunOf(r)
	if m.Machine != 1 || m.Workers != 8 || *m.Attempts != r.Tally.Attempts || *m.ClockWithinMS != 2 || m.Control.Requests != 7 || m.StartedAt.IsZero() || *m.ElapsedS != r.ElapsedS || *m.ElapsedS < time.Second.Seconds() {
		t.Errorf("machine %+v", m)
	}
}
