package trial

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"contend/internal/crash"
	"contend/workload/check"
	"contend/workload/measure"
)

// MachinesCheck is the name of the check that no machine of a run was lost and that all results
// are complete. A verdict contains it only if it does not pass.
const MachinesCheck = "machines"

// Machines holds what the machines of one run left.
type Machines struct {
	Results   []*measure.Result // what the machines measured; at least one
	Histories []string          // the paths of their histories: at least one
	// Incomplete has a sentence for each machine whose results are missing or incomplete, such
	// as "machine 2 left nothing". If there is one, the run does not pass.
	Incomplete []string
	// Missed has a sentence for each machine that counted as lost during the run but left
	// complete results. If there is one, the run does not pass, because the other machines did
	// not wait for it.
	Missed []string
}

// Judge judges the results of all machines as one run, from all their histories. The outcome is
// nil only if the results do not belong to one run. If there is an error, the verdict is not a
// pass.
func (m Machines) Judge() (*Outcome, error) {
	result, err := measure.Join(m.Results)
	if err != nil {
		return nil, err
	}
	o := &Outcome{Result: result}
	var e *check.Examination
	err = crash.Catch(func() (err error) { e, err = check.ExamineFiles(m.Histories, nil); return err })
	if err != nil {
		err = fmt.Errorf("judge the run: %w", err)
		result.Err = errors.Join(result.Err, err)
		o.Verdict = check.Judge(check.ExactlyOnce(result.Ledgers), check.Conservation(result.Ledgers)).CutShort()
		return o, err
	}
	checks := e.Findings.Checks
	if doubts := slices.Concat(m.Incomplete, m.Missed); len(doubts) > 0 {
		checks = append(checks, check.Result{Name: MachinesCheck, Status: check.Inconclusive, Reason: strings.Join(doubts, "; ")})
	}
	if len(m.Incomplete) > 0 {
		reason := strings.Join(m.Incomplete, "; ")
		result.Ledgers = e.Findings.Ledgers // with the operations of machines that left no more than a history
		result.Warnings = append(result.Warnings, reason+": rates, latencies and accounts are those of the other machines")
	} else if err = sameAccounts(result.Ledgers, e.Findings.Ledgers); err != nil && result.Err == nil {
		result.Err = err
	}
	o.Verdict = withError(check.Judge(checks...), result.Err)
	o.Staleness = &e.Findings.Staleness
	return o, err
}
