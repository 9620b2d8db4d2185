// Package check judges a run by what its clients saw.
//
// A check never trusts the store: it compares the counters' final values with
// what the operations were told, and names the operations that its finding
// rests on.
package check

// Status is a check's finding. The zero value is not a status.
type Status string

const (
	Pass         Status = "pass"
	Fail         Status = "fail"
	Inconclusive Status = "inconclusive" // the run cannot tell; never to be shown as a pass
)

// Result is the finding of one check.
type Result struct {
	Name     string   `json:"name"`
	Status   Status   `json:"status"`
	Reason   string   `json:"reason"`             // one sentence, for people
	Evidence []string `json:"evidence,omitempty"` // the fewest operations that show it, one a line
}

// Verdict is the finding of a whole run.
type Verdict struct {
	Status Status   `json:"status"`
	Checks []Result `json:"checks"`
}

// CutShort is the verdict of a run that ended in an error: what failed stays a
// failure, but nothing passes.
func (v Verdict) CutShort() Verdict {
	if v.Status == Pass {
		v.Status = Inconclusive
	}
	return v
}

// Untrusted is the verdict of a run whose own accounts are wrong, for a reason:
// no finding about it means anything.
func (v Verdict) Untrusted(reason string) Verdict {
	untrusted := Verdict{Status: Inconclusive}
	for _, c := range v.Checks {
		untrusted.Checks = append(untrusted.Checks, Result{Name: c.Name, Status: Inconclusive, Reason: reason})
	}
	return untrusted
}

// Judge combines the checks: one failure fails the run, else one inconclusive
// check makes it inconclusive. Without any check a run is inconclusive.
func Judge(checks ...Result) Verdict {
	v := Verdict{Status: Pass, Checks: checks}
	if len(checks) == 0 {
		v.Status = Inconclusive
	}
	for _, c := range checks {
		switch {
		case c.Status == Fail:
			v.Status = Fail
		case c.Status != Pass && v.Status == Pass:
			v.Status = Inconclusive
		}
	}
	return v
}
