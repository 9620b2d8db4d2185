package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"contend/report"
	"contend/workload/check"
	"contend/workload/scenario"
)

// TestExitCodes: of several results, a failed check decides the exit code first, and a
// missed threshold last.
func TestExitCodes(t *testing.T) {
	limits := func(statuses ...report.ThresholdStatus) error {
		var all []report.Threshold
		for _, s := range statuses {
			all = append(all, report.Threshold{Text: "p99 < 1s", Status: s, Reason: "for a reason"})
		}
		return thresholdsError(all)
	}
	failed, doubtful := &judged{check.Fail}, &judged{check.Inconclusive}
	other := errors.New("disk full")
	for _, c := range []struct {
		name string
		err  error
		want int
	}{
		{"nothing", nil, exitPass},
		{"all met", limits(report.Met, report.Met), exitPass},
		{"missed", limits(report.Met, report.Missed), exitMissed},
		{"missed and undecided", limits(report.Missed, report.Undecided), exitInconclusive},
		{"missed and unanswerable", limits(report.Missed, report.Undecided, report.Unanswerable), exitError},
		{"missed, inconclusive verdict", errors.Join(doubtful, limits(report.Missed)), exitInconclusive},
		{"missed, failed check", errors.Join(failed, limits(report.Missed)), exitFail},
		{"missed, an error", errors.Join(limits(report.Missed), other), exitError},
		{"unanswerable, failed check", errors.Join(failed, limits(report.Unanswerable)), exitFail},
		{"undecided, failed check", errors.Join(failed, limits(report.Undecided)), exitFail},
		{"an error, failed check", errors.Join(failed, other), exitFail},
		{"an error, inconclusive verdict", errors.Join(doubtful, fmt.Errorf("x: %w", other)), exitError},
		{"stopped early", &stoppedEarly{}, exitInconclusive},
		{"stopped early, missed", errors.Join(limits(report.Missed), &stoppedEarly{}), exitInconclusive},
		{"stopped early, an error", errors.Join(&stoppedEarly{}, other), exitError},
		{"stopped early, failed check", errors.Join(&stoppedEarly{}, failed), exitFail},
		{"a wrong scenario", &scenario.Error{Problems: []scenario.Problem{{}}}, exitUsage},
	} {
		p := &program{stdout: io.Discard, stderr: io.Discard}
		if got := p.exit(c.err); got != c.want {
			t.Errorf("%s: got %d, want %d", c.name, got, c.want)
		}
	}
}

func TestUnanswerableThresholdsAreToldOnce(t *testing.T) {
	var stderr strings.Builder
	p := &program{stderr: &stderr}
	one := report.Threshold{Text: "floor == pass", Status: report.Unanswerable, Reason: "the check was not run"}
	p.exit(thresholdsError([]report.Threshold{one, one, {Text: "p99 < 1s", Status: report.Missed}}))
	if got, want := stderr.String(), "contend: error: threshold \"floor == pass\": the check was not run\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
