package crew

import (
	"contend/counter"
	"contend/workload/fleet"
	"contend/workload/history"
	"contend/workload/proxy"
)

// meet notes the faults that the attempt's last request met.
func meet(t *fleet.Try, x *proxy.Exchange) {
	for _, f := range x.Faults {
		t.Faults = append(t.Faults, history.Fault{
			Kind: string(f.Kind), Request: t.Requests, Write: t.Written, Delivered: f.Delivered, Status: f.Status, Code: f.ErrorType,
		})
	}
}

// unhear turns an applied attempt into one of which the caller was not told. The state that
// it left was current at a moment within the attempt.
func unhear(t *fleet.Try, kind string) {
	t.Outcome, t.Reason, t.Settled = counter.Unknown, counter.ReasonConnection, 1
	t.Saw, t.After = t.After, history.State{}
	t.Receipt.Outcome, t.Receipt.Reason = t.Outcome, t.Reason
	for i := range t.Faults {
		if f := &t.Faults[i]; f.Kind == kind {
			f.AppliedUnacknowledged = 1
			return
		}
	}
	t.Faults = append(t.Faults, history.Fault{Kind: kind, Request: t.Requests, Write: true, Delivered: 1, AppliedUnacknowledged: 1, Status: success})
}

// rehear makes an applied attempt, whose answer was lost, one of which the program found out.
func rehear(t *fleet.Try) {
	t.Outcome, t.Reason, t.Settled = counter.Applied, "", 0
	t.After, t.Saw = t.Saw, history.State{}
	t.Receipt.Outcome, t.Receipt.Reason = t.Outcome, t.Reason
	for i := range t.Faults {
		t.Faults[i].AppliedUnacknowledged = 0
	}
}

const success = 200

// settle makes the attempts agree with the program's word, as far as they can, and returns
// how the operation ended: applied only if the program says so and an attempt was applied.
func (j *judged) settle() history.Ending {
	if j.assignment.Kind == history.Read {
		return j.settleRead()
	}
	heard, found := -1, -1
	for i := range j.tries {
		t := &j.tries[i]
		switch {
		case t.Outcome == counter.Applied && heard >= 0:
			unhear(&j.tries[heard], history.SentAgain)
			heard = i
		case t.Outcome == counter.Applied:
			heard = i
		case t.Outcome == counter.Unknown && t.Written && t.Returned != history.NoEnd && t.Writes().AppliedUnacknowledged() > 0:
			found = i
		}
	}
	switch {
	case j.told == history.Applied && heard >= 0:
		for i := range heard {
			t := &j.tries[heard]
			t.Repeated = t.Repeated || t.RepeatsPerhaps(&j.tries[i].Attempt)
		}
		return history.Applied
	case j.told == history.Applied && found >= 0:
		rehear(&j.tries[found])
		return history.Applied
	case heard >= 0:
		unhear(&j.tries[heard], history.NotReported)
	}
	return j.ending()
}

// settleRead is settle for a read.
func (j *judged) settleRead() history.Ending {
	n := len(j.tries)
	if n == 0 {
		return history.GaveUp
	}
	last := &j.tries[n-1]
	if last.Outcome == counter.Applied && j.told == history.Applied {
		return history.Applied
	}
	if last.Outcome == counter.Applied {
		last.Outcome, last.Receipt.Outcome = counter.Failed, counter.Failed
		last.Reason, last.Receipt.Reason = history.NotReported, history.NotReported
	}
	return j.ending()
}

// ending is how an operation ended that was not applied as far as its caller knows.
func (j *judged) ending() history.Ending {
	for i := range j.tries {
		if j.tries[i].Writes().Unknown > 0 && j.assignment.Kind != history.Read {
			return history.Unknown
		}
	}
	if n := len(j.tries); n > 0 && j.tries[n-1].Outcome == counter.Failed {
		return history.Failed
	}
	return history.GaveUp
}
