package fleet

import (
	"context"
	"errors"

	"contend/counter"
	"contend/internal/crash"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// A worker waits within the functions of this file, and where there are a hundred
// thousand, their stacks are the memory. So what follows a wait has a function of its
// own, whose variables are not on the stack meanwhile.

// attempt makes one try at the operation in progress, leaves its receipt there, and
// measures it.
func (w *worker) attempt(ctx context.Context) error {
	started := w.now()
	w.measured.recorder.Begin(started)
	written, err := w.sendInTurn(ctx, &started)
	w.attempted(started, written)
	return err
}

// attempted measures an attempt that ends now.
func (w *worker) attempted(started int64, written bool) {
	receipt := &w.op.receipt
	attempt := history.Attempt{
		Invoked:  started,
		Returned: w.now(),
		Outcome:  receipt.Outcome,
		Written:  written,
		Reason:   receipt.Reason,
	}
	w.op.evidence(&attempt, receipt)
	w.op.wireEvidence(&attempt)
	w.measured.attempt(&w.op, &attempt)
	w.op.wire.Reset()
	w.op.Attempts = append(w.op.Attempts, attempt)
	w.noteReach(attempt.Reason, attempt.Invoked, attempt.Returned)
}

// send makes the requests of one attempt. If a write is sent, started becomes
// the time it was: the read that prepares it is not part of its latency.
func (w *worker) send(ctx context.Context, started *int64) (written bool, err error) {
	if w.op.Kind == history.Read {
		return false, w.read(ctx, w.scenario.Reads == scenario.ReadsStrong)
	}
	v := w.view()
	if w.traits.NeedsState && !v.known {
		if err = w.look(ctx); err != nil {
			return false, err
		}
		if w.misses(0) {
			return false, w.tooLate()
		}
		*started = w.now()
	}
	if w.traits.NeedsState {
		w.op.basis.believes(v)
	}
	began, sent := w.calling()
	err = w.add(ctx, v)
	w.wrote(w.called(began, sent), lacksQuota(err))
	return !w.op.receipt.Unsent, err
}

// wrote measures a call that asked for a change, and settles its receipt.
func (w *worker) wrote(c call, noQuota bool) {
	receipt := &w.op.receipt
	v, last := w.view(), *receipt
	var unanswered int
	*receipt, unanswered = w.op.settle(&last)
	gap, judged := w.gapBefore(c, v, receipt)
	if judged && w.pacing != nil {
		w.pacing.gap = retry.Average(w.pacing.gap, gap)
	}
	w.measured.call(w.number, measure.Call{
		Receipt: &last, Write: true, Unanswered: unanswered, NoQuota: noQuota, Judged: judged, Gap: gap,
	})
	if receipt.Outcome == counter.Applied {
		*v = view{state: receipt.State, known: receipt.StateKnown, observedAt: w.op.observedAt}
	}
}

// add asks the strategy for a change. One that panics may have sent it.
func (w *worker) add(ctx context.Context, v *view) (err error) {
	var caught error
	defer func() {
		if caught != nil {
			w.op.receipt, err = counter.Receipt{Classification: panicked(counter.Unknown)}, caught
		}
	}()
	defer crash.Recover(&caught)
	change := counter.Change{
		Delta: w.op.Delta, Token: w.op.token, Began: w.op.began, Floor: w.floor, Seen: v.state,
	}
	if w.pacing != nil {
		w.pacing.share(&change)
	}
	if w.op.Kind == history.Transfer {
		w.op.receipt, err = w.strategy.(counter.Transferrer).Transfer(ctx, w.keys[w.op.Counter], w.keys[w.op.To], change)
		return err
	}
	w.op.receipt, err = w.strategy.Add(ctx, w.keys[w.op.Counter], change)
	return err
}

// panicked is how an attempt ended that a panic of the strategy ended, which
// would come again.
func panicked(outcome counter.Outcome) counter.Classification {
	return counter.Classification{Outcome: outcome, Reason: "panic", Permanent: true}
}

// look reads the counter of the operation in progress into the worker's view,
// unless that takes until the operation's deadline.
func (w *worker) look(ctx context.Context) error {
	bounded, cancel := w.untilDeadline(ctx)
	defer cancel()
	began, sent := w.calling()
	err := w.read(bounded, true)
	w.looked(w.called(began, sent), err == nil)
	if err != nil && bounded.Err() != nil && ctx.Err() == nil {
		w.op.receipt.Reason = reasonDeadline
	}
	return err
}

// lookEventually is look with an eventually consistent read, which no attempt is built on.
func (w *worker) lookEventually(ctx context.Context) error {
	bounded, cancel := w.untilDeadline(ctx)
	defer cancel()
	began, sent := w.calling()
	err := w.read(bounded, false)
	*w.view() = view{state: w.op.receipt.State, known: err == nil, observedAt: w.answered(w.called(began, sent), false)}
	return err
}

// looked takes what a look told into the worker's view.
func (w *worker) looked(c call, known bool) {
	w.op.basis.lookInvoked, w.op.basis.lookReturned = c.began, c.ended
	*w.view() = view{state: w.op.receipt.State, known: known, observedAt: w.answered(c, false)}
}

// read reads the counter of the operation in progress, and leaves the receipt there.
func (w *worker) read(ctx context.Context, consistent bool) (err error) {
	before, r := len(w.op.wire.Sends), &w.op.receipt
	*r = counter.Receipt{}
	caught := crash.Catch(func() error {
		r.State, r.Units, err = w.strategy.Read(ctx, w.keys[w.op.Counter], consistent)
		return nil
	})
	r.Classification = counter.Classify(err)
	if caught != nil {
		r.Classification, err = panicked(counter.Failed), caught
	}
	// The SDK sends nothing when the deadline has passed, and its error does not say so.
	r.Unsent = r.NeverSent() || err != nil && ctx.Err() != nil && len(w.op.wire.Sends) == before
	r.StateKnown = err == nil
	w.measured.call(w.number, measure.Call{Receipt: r, NoQuota: lacksQuota(err)})
	if r.Units.Reported {
		w.op.basis.readUnits += r.Units.Read
	}
	if !consistent && errors.Is(err, counter.ErrNotFound) {
		r.Permanent = false // it may be behind the counter's creation
	}
	return err
}

// lacksQuota reports whether the SDK did not repeat a request for want of quota.
func lacksQuota(err error) bool { return err != nil && counter.QuotaRefused(err) }
