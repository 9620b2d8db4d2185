package check

import (
	"fmt"

	"contend/workload/history"
)

// maxEvidence bounds the lines of evidence of one check; the rest is counted.
const maxEvidence = 10

// nothing is the finding about a counter on which there is nothing to judge. It
// is reported as [Skipped] unless another counter shows more.
const nothing Status = "nothing"

// finding is the result of a check for one counter.
type finding struct {
	status   Status
	reason   string
	evidence []string
}

// judgeEach judges every counter and combines the findings: the reason is that of the
// first of the worst findings, the evidence is that of all of them. A run in which
// nothing was counted proves nothing and does not pass.
func judgeEach(name string, ledgers []history.Ledger, judge func(*history.Ledger) finding) Result {
	var worst []finding
	for i := range ledgers {
		f := judgeRead(&ledgers[i], judge)
		worst = worse(worst, f)
	}
	if reason := nothingCounted(ledgers); reason != "" && (len(worst) == 0 || worst[0].status == Pass) {
		return Result{Name: name, Status: Inconclusive, Reason: reason}
	}
	return combine(name, worst, len(ledgers))
}

// nothingCounted says why a run did not change a counter; "" if it did.
func nothingCounted(ledgers []history.Ledger) string {
	var operations, updates, applied int64
	for i := range ledgers {
		operations += ledgers[i].Operations
		updates += ledgers[i].Updates
		applied += ledgers[i].Applied
	}
	switch {
	case applied > 0:
		return ""
	case updates > 0:
		return "no increment or decrement was applied, so there is nothing to judge"
	case operations > 0:
		return "only reads were carried out, nothing was counted"
	}
	return "no operation was carried out, so there is nothing to judge"
}

// judgeRead judges a counter whose final value is known.
func judgeRead(l *history.Ledger, judge func(*history.Ledger) finding) finding {
	if l.Unseen != "" {
		return unseen(l)
	}
	if !l.FinalKnown {
		return finding{Inconclusive, fmt.Sprintf("the value of %q before or after the operations is not known", l.Key), nil}
	}
	return judge(l)
}

// unseen is the finding about a counter of which writes are missing in the history.
func unseen(l *history.Ledger) finding {
	return finding{Inconclusive, fmt.Sprintf("%q had writes that were not understood: %s", l.Key, l.Unseen), nil}
}

// worse adds a finding if it is as bad as those of worst, and replaces them if
// it is worse.
func worse(worst []finding, f finding) []finding {
	switch {
	case len(worst) == 0 || severity(f.status) > severity(worst[0].status):
		return []finding{f}
	case f.status == worst[0].status:
		return append(worst, f)
	}
	return worst
}

func combine(name string, worst []finding, counters int) Result {
	r := Result{Name: name, Status: worst[0].status, Reason: worst[0].reason}
	if counters > 1 {
		r.Reason = fmt.Sprintf("%d of %d counters: %s", len(worst), counters, worst[0].reason)
		switch {
		case r.Status == Pass && len(worst) == counters:
			r.Reason = fmt.Sprintf("all %d counters: %s, and so on", counters, worst[0].reason)
		case r.Status == Pass:
			r.Reason = fmt.Sprintf("%d of %d counters, the others show nothing: %s, and so on", len(worst), counters, worst[0].reason)
		}
	}
	if r.Status == nothing {
		r.Status = Skipped
	}
	for _, f := range worst {
		r.Evidence = append(r.Evidence, f.evidence...)
	}
	r.Evidence = shortened(r.Evidence)
	return r
}

// shortened bounds the lines of evidence. A ledger keeps a limited number of doubtful
// operations of each class, so there may have been more.
func shortened(lines []string) []string {
	extra := len(lines) - maxEvidence
	switch {
	case extra <= 0:
		return lines
	case len(lines) >= history.MaxDoubtful:
		return append(lines[:maxEvidence], fmt.Sprintf("and at least %d more", extra))
	}
	return append(lines[:maxEvidence], fmt.Sprintf("and %d more", extra))
}

func severity(s Status) int {
	switch s {
	case Fail:
		return 4
	case Inconclusive:
		return 3
	case Skipped:
		return 2
	case Pass:
		return 1
	}
	return 0
}
