package report_test

import (
	"testing"
	"time"

	"contend/report"
	"contend/report/reporttest"
	"contend/workload/trial"
)

func TestWarningsOfTheRunComeFirst(t *testing.T) {
	run := report.SoundRun()
	run.Warnings, run.LoadEnded = []string{"from the run"}, time.Second
	got := report.New(&trial.Outcome{Result: run, Verdict: reporttest.Passing().Verdict}, report.About{}).Warnings
	if len(got) != 2 || got[0] != "from the run" {
		t.Errorf("got %q", got)
	}
	if len(run.Warnings) != 1 {
		t.Errorf("the run was changed: %q", run.Warnings)
	}
}
