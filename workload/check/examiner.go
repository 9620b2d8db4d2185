package check

import "contend/workload/history"

// Examiner judges a run while it goes on, as [Examine] does afterwards. It is not safe for
// use by several goroutines, so it is for runs in simulated time.
type Examiner struct {
	header history.Header
	audit  *Audit
	err    error
}

// NewExaminer begins to judge the run with that header.
func NewExaminer(h history.Header) *Examiner { return &Examiner{header: h, audit: NewAudit(h)} }

// Record takes an operation that has ended, in the order in which they end, and keeps
// nothing of op. After an error it does nothing.
func (x *Examiner) Record(op *history.Op) {
	if x.err == nil {
		x.err = x.audit.Add(op)
	}
}

// Close returns the judgement. The footer is nil if the run broke off. The error is of an
// operation that no run can have.
func (x *Examiner) Close(f *history.Footer) (*Examination, error) {
	if x.err != nil {
		return nil, x.err
	}
	var end history.Footer
	if f != nil {
		end = *f
	}
	return &Examination{Header: x.header, Footer: f, Findings: x.audit.Close(end, f == nil)}, nil
}
