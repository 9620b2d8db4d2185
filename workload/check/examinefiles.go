package check

import (
	"fmt"
	"strings"

	"contend/workload/history"
)

// ExamineFiles judges several histories as one: those of the machines of one run, or of
// several clients of another program, which are then numbered in the given order. The
// package comment says what is claimed of the order across machines. finals is as in
// [Examine], and gets the header that the histories share. The error is about reading a
// history, from finals, or says why the histories cannot be of one run. Each history is
// decoded in a goroutine of its own; all have ended when it returns.
func ExamineFiles(paths []string, finals func(history.Header) (history.Footer, error)) (*Examination, error) {
	if len(paths) == 1 {
		return ExamineFile(paths[0], finals)
	}
	return examineFiles(paths, finals, advanceJoinedEvery)
}

// advanceJoinedEvery is [advanceEvery] for several histories, where an advance costs more.
const advanceJoinedEvery = 4 * advanceEvery

// examineFiles is [ExamineFiles], which judges what it can after so many attempts.
func examineFiles(paths []string, finals func(history.Header) (history.Footer, error), every int) (*Examination, error) {
	sources, err := inspect(paths)
	if err != nil {
		return nil, err
	}
	if err := numberSources(sources); err != nil {
		return nil, err
	}
	x := &jointExamination{sources: sources, every: every}
	if finals != nil {
		end, err := finals(sources[0].header)
		if err != nil {
			return nil, err
		}
		for i := range end.Finals { // read now, after all operations
			end.Finals[i].Invoked, end.Finals[i].Returned = 0, 0
		}
		x.finals = &end
	}
	return x.judge()
}

// jointExamination judges several histories.
type jointExamination struct {
	sources []*source
	finals  *history.Footer // nil: as in the histories
	every   int             // after so many attempts, all that is known is judged
	pair    []*source       // whose clocks contradict the order of states, as far as they are known
}

// judge judges by the clocks as their bounds are stated, and then, if a check fails that
// may be due to them, without any.
func (x *jointExamination) judge() (*Examination, error) {
	if !x.clocked() {
		return x.by(true)
	}
	stated, err := x.by(false)
	if err != nil || !stated.needsClocks() {
		return stated, err
	}
	free, err := x.by(true)
	if err != nil {
		return nil, err
	}
	x.weaken(stated.Findings.Checks, free.Findings.Checks)
	stated.Findings.Violations = free.Findings.Violations
	return stated, nil
}

// weaken makes the checks inconclusive that fail only if the clocks are as stated. The sums
// need them to know that the final value was read after all operations. Where nothing
// contradicts the clocks, that is believed.
func (x *jointExamination) weaken(stated, free []Result) {
	sums := func(i int) bool { return i < 2 || stated[i].Name == transfersName }
	contradicted := false
	for i := range stated {
		contradicted = contradicted || !sums(i) && stated[i].Status == Fail && free[i].Status != Fail
	}
	for i := range stated {
		r := &stated[i]
		switch {
		case r.Status != Fail:
		case free[i].Status == Fail && !sums(i):
			*r = free[i]
		case free[i].Status != Fail && contradicted:
			*r = x.doubted(*r)
		}
	}
}

// clocked reports whether something is known of all clocks.
func (x *jointExamination) clocked() bool {
	for _, s := range x.sources {
		if !s.line.Known() {
			return false
		}
	}
	return true
}

// needsClocks reports whether a check fails that may pass with other clocks.
func (e *Examination) needsClocks() bool {
	for i, r := range e.Findings.Checks {
		if i >= 2 && r.Status == Fail && r.Name != transfersName && r.Name != "once-per-call" {
			return true
		}
	}
	return false
}

// by judges with or without the clocks.
func (x *jointExamination) by(free bool) (*Examination, error) {
	j := newJoined(x.sources, free)
	header := x.sources[0].header
	header.Source = 0
	a := newAudit(header, j)
	if err := a.readSources(x.every); err != nil {
		return nil, err
	}
	end := j.footer()
	e := &Examination{Header: header, Footer: &end}
	for _, s := range x.sources {
		if s.footer == nil {
			e.Footer = nil
		}
	}
	if x.finals != nil {
		end, j.noFinals = *x.finals, ""
	}
	e.Findings = a.Close(end, e.Footer == nil)
	if !free {
		x.pair = a.contradicted()
	}
	return e, nil
}

// doubted is a failure that other clocks would explain.
func (x *jointExamination) doubted(r Result) Result {
	const most = 4
	about := x.pair
	if len(about) == 0 {
		about = x.sources
	}
	var bounds []string
	for _, s := range about[:min(len(about), most)] {
		bounds = append(bounds, fmt.Sprintf("%s within %s", s.name, millis(s.widest())))
	}
	if more := len(about) - most; more > 0 {
		bounds = append(bounds, fmt.Sprintf("and %d more", more))
	}
	r.Status = Inconclusive
	r.Reason = fmt.Sprintf("the clocks were worse than stated, or the store broke the order (%s): %s", strings.Join(bounds, ", "), r.Reason)
	return r
}
