package main

import (
	"errors"
	"fmt"
	"slices"

	"contend/internal/crash"
	"contend/internal/format"
	"contend/report"
	"contend/workload/check"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// The exit codes.
const (
	exitPass         = 0
	exitError        = 1 // the run could not start or finish
	exitUsage        = 2 // wrong command line or scenario
	exitFail         = 3 // a check failed
	exitInconclusive = 4
	exitMissed       = 5 // a threshold was missed
)

// usageError is a mistake in the command line.
type usageError struct{ error }

func (u *usageError) Unwrap() error { return u.error }

func usage(err error, hint string) error { return withHint(&usageError{err}, hint) }

// usages are several mistakes in the command line of a command; nil if there are none.
func usages(command string, mistakes []error) error {
	var all []error
	for _, m := range mistakes {
		all = append(all, usage(fmt.Errorf("%s: %w", command, m), ""))
	}
	return errors.Join(all...)
}

// judged is the end of a run whose verdict is not pass. The report has already been
// printed.
type judged struct{ status check.Status }

// verdictError is nil for a pass.
func verdictError(s check.Status) error {
	if s == check.Pass {
		return nil
	}
	return &judged{s}
}

func (j *judged) Error() string { return "verdict: " + string(j.status) }

// stoppedEarly is the end of a run or campaign that the user stopped: what ran was
// judged, but less ran than was asked for, so it is not a pass. The report has already
// been printed.
type stoppedEarly struct{}

func (*stoppedEarly) Error() string { return "stopped before its end" }

// exit prints an error and its hint, and returns the exit code. A failed check
// outweighs an error, because it remains true of the store.
func (p *program) exit(err error) int {
	if err == nil {
		return exitPass
	}
	p.printError(err)
	var verdict *judged
	hasVerdict := errors.As(err, &verdict)
	var early *stoppedEarly
	var wrongUse *usageError
	var scenario *scenario.Error
	switch {
	case hasVerdict && verdict.status == check.Fail:
		return exitFail
	case errors.As(err, &wrongUse), errors.As(err, &scenario):
		return exitUsage
	case !isOnlyFindings(err):
		return exitError
	case hasVerdict, errors.As(err, &early):
		return exitInconclusive
	}
	return exitMissed
}

// isCrash reports whether an error is a panic or contains one.
func isCrash(err error) bool {
	var caught *crash.Error
	return errors.As(err, &caught)
}

// printError prints every error but findings, one a line.
func (p *program) printError(err error) {
	for _, part := range trial.Parts(err) {
		if isFinding(part) {
			continue
		}
		var scenario *scenario.Error
		if errors.As(part, &scenario) {
			for _, problem := range scenario.Problems {
				fmt.Fprintf(p.stderr, "contend: error: %s\n", problem)
			}
		} else {
			fmt.Fprintf(p.stderr, "contend: error: %s\n", format.OneLine(part.Error()))
		}
		var advice *hinted
		if errors.As(part, &advice) {
			fmt.Fprintf(p.stderr, "contend: hint: %s\n", advice.hint)
		}
	}
}

func isOnlyFindings(err error) bool {
	return !slices.ContainsFunc(trial.Parts(err), func(part error) bool { return !isFinding(part) })
}

// isFinding reports whether an error is a finding of the run, which its report already
// shows.
func isFinding(err error) bool {
	var verdict *judged
	var limit *missed
	var early *stoppedEarly
	return errors.As(err, &verdict) || errors.As(err, &limit) || errors.As(err, &early)
}

// missed is the end of a run that missed a threshold. The report has already been
// printed.
type missed struct{}

func (*missed) Error() string { return "a threshold was missed" }

// thresholdsError is the error of the thresholds that were not met; nil if all were. A
// threshold without a value to compare is a mistake in the scenario, and is reported as
// one.
func thresholdsError(all []report.Threshold) error {
	switch report.WorstThreshold(all) {
	case report.Met:
		return nil
	case report.Missed:
		return &missed{}
	case report.Undecided:
		return &judged{check.Inconclusive}
	}
	var errs []error
	told := map[string]bool{}
	for _, t := range all {
		if t.Status == report.Unanswerable && !told[t.Text] {
			told[t.Text] = true
			errs = append(errs, fmt.Errorf("threshold %q: %s", t.Text, t.Reason))
		}
	}
	return errors.Join(errs...)
}
