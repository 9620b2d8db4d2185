package trial

import (
	"errors"
	"fmt"

	"contend/internal/crash"
	"contend/workload/check"
	"contend/workload/history"
	"contend/workload/measure"
)

// judge gives the verdict on a run by its history, as "contend check" does. A run
// that ended in an error does not pass.
func (r *run) judge(result *measure.Result) (*Outcome, error) {
	o := &Outcome{Result: result}
	e, err := r.examine()
	if err != nil {
		err = fmt.Errorf("judge the run: %w", err)
		result.Err = errors.Join(result.Err, err)
		o.Verdict = check.Judge(check.ExactlyOnce(result.Ledgers), check.Conservation(result.Ledgers)).CutShort()
		return o, err
	}
	if err = sameAccounts(result.Ledgers, e.Findings.Ledgers); err != nil && result.Err == nil {
		result.Err = err
	}
	o.Verdict = withError(check.Judge(e.Findings.Checks...), result.Err)
	o.Staleness = &e.Findings.Staleness
	drawn, drawErr := r.draw(e)
	o.Drawn = drawn
	return o, errors.Join(err, drawErr)
}

// examine reads the history, unless it has been judged already.
func (r *run) examine() (e *check.Examination, err error) {
	if r.judging != nil {
		return r.judging.judged, r.judging.err
	}
	err = crash.Catch(func() (err error) { e, err = check.ExamineFile(r.History, nil); return err })
	return e, err
}

// draw draws the first violation, if there is one and [Options.Picture] asks for it.
func (r *run) draw(e *check.Examination) (drawn bool, err error) {
	if r.Picture == "" {
		return false, nil
	}
	if why := e.Undrawn(); why != "" {
		r.note(why)
	}
	if len(e.Findings.Violations) == 0 {
		return false, nil
	}
	if err := crash.Catch(func() error { return e.DrawFile(r.History, r.Picture) }); err != nil {
		return false, err
	}
	r.note("the violation is drawn in " + r.Picture)
	return true, nil
}

// withError returns the verdict on a run that ended with err. With an error it is
// never a pass.
func withError(verdict check.Verdict, err error) check.Verdict {
	switch {
	case errors.Is(err, measure.ErrInconsistent):
		return verdict.Untrusted("the run's own accounts contradict each other, so that nothing can be said")
	case err != nil:
		return verdict.CutShort()
	}
	return verdict
}

// sameAccounts compares the history with what the workers counted.
func sameAccounts(counted, read []history.Ledger) error {
	for i := range counted {
		c := &counted[i]
		if i >= len(read) || c.Operations != read[i].Operations || c.Acknowledged != read[i].Acknowledged || c.Low != read[i].Low || c.High != read[i].High {
			return fmt.Errorf("%w: the history of %q is not what its workers counted", measure.ErrInconsistent, c.Key)
		}
	}
	return nil
}
