package main

import (
	"errors"
	"fmt"

	"contend/report"
	"contend/workload/check"
)

// missed is the end of a run that did not keep a threshold. It was reported
// already.
type missed struct{}

func (*missed) Error() string { return "a threshold was missed" }

// unmet is the error of the thresholds that were not met, nil if all were. One
// that cannot be answered is a mistake in the scenario and told as such.
func unmet(all []report.Threshold) error {
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
