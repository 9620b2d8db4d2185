package fleet

import (
	"context"
	"errors"

	"contend/counter"
	"contend/internal/crash"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/scenario"
)

// A worker waits within the functions of this file, and where there are a hundred
// thousand, their stacks are the memory. So what follows a wait has a function of its
// own, whose variables are not on the stack meanwhile.

// attempt makes one try at the operation in progress and measures it.
func (w *worker) attempt(ctx context.Context) (counter.Receipt, error) {
	started := w.now()
	w.measured.recorder.Begin(started)
	receipt, written, err := w.sendInTurn(ctx, &started)
	w.attempted(started, &receipt, written)
	return receipt, err
}

// attempted measures an attempt that ends now.
func (w *worker) attempted(started int64, receipt *counter.Receipt, written bool) {
	attempt := history.Attempt{
		Invoked:  started,
		Returned: w.now(),
		Outcome:  receipt.Outcome,
		Written:  written,
		Reason:   receipt.Reason,
	}
	w.op.evidence(&attempt, *receipt)
	w.op.wireEvidence(&attempt)
	w.measured.attempt(&w.op, &attempt)
	w.op.wire.Reset()
	w.op.Attempts = append(w.op.Attempts, attempt)
	w.noteReach(attempt.Reason, attempt.Invoked, attempt.Returned)
}

// send makes the requests of one attempt. If a write is sent, started becomes
// the time it was: the read that prepares it is not part of its latency.
func (w *worker) send(ctx context.Context, started *int64) (receipt counter.Receipt, written bool, err error) {
	key, v := w.keys[w.op.Counter], w.view()
	if w.op.Kind == history.Read {
		receipt, err = w.read(ctx, key, w.scenario.Reads == scenario.ReadsStrong)
		return receipt, false, err
	}
	if w.traits.NeedsState && !v.known {
		if receipt, err = w.look(ctx); err != nil {
			return receipt, false, err
		}
		if w.misses(0) {
			receipt, err = tooLate()
			return receipt, false, err
		}
		*started = w.now()
	}
	if w.traits.NeedsState {
		w.op.basis.believes(v)
	}
	began, sent := w.calling()
	last, err := w.add(ctx, key, counter.Change{
		Delta: w.op.Delta, Token: w.op.token, Began: w.op.began, Floor: w.floor, Seen: v.state,
	})
	w.wrote(&last, w.called(began, sent), lacksQuota(err))
	return last, !last.Unsent, err
}

// wrote measures a call that asked for a change, and settles its receipt.
func (w *worker) wrote(receipt *counter.Receipt, c call, noQuota bool) {
	v, last := w.view(), *receipt
	var unanswered int
	*receipt, unanswered = w.op.settle(&last)
	gap, judged := w.gapBefore(c, v, receipt)
	w.measured.recorder.Call(measure.Call{
		Receipt: &last, Write: true, Unanswered: unanswered, NoQuota: noQuota, Judged: judged, Gap: gap,
	})
	if receipt.Outcome == counter.Applied {
		*v = view{state: receipt.State, known: receipt.StateKnown, observedAt: w.op.observedAt}
	}
}

// add asks the strategy for a change. One that panics may have sent it.
func (w *worker) add(ctx context.Context, key counter.Key, change counter.Change) (receipt counter.Receipt, err error) {
	var caught error
	defer func() {
		if caught != nil {
			receipt, err = counter.Receipt{Classification: panicked(counter.Unknown)}, caught
		}
	}()
	defer crash.Recover(&caught)
	return w.strategy.Add(ctx, key, change)
}

// panicked is how an attempt ended that a panic of the strategy ended, which
// would come again.
func panicked(outcome counter.Outcome) counter.Classification {
	return counter.Classification{Outcome: outcome, Reason: "panic", Permanent: true}
}

// look reads the counter of the operation in progress into the worker's view,
// unless that takes until the operation's deadline.
func (w *worker) look(ctx context.Context) (counter.Receipt, error) {
	bounded, cancel := w.untilDeadline(ctx)
	defer cancel()
	began, sent := w.calling()
	receipt, err := w.read(bounded, w.keys[w.op.Counter], true)
	c := w.called(began, sent)
	w.op.basis.lookInvoked, w.op.basis.lookReturned = c.began, c.ended
	*w.view() = view{state: receipt.State, known: err == nil, observedAt: w.answered(c, false)}
	if err != nil && bounded.Err() != nil && ctx.Err() == nil {
		receipt.Reason = reasonDeadline
	}
	return receipt, err
}

func (w *worker) read(ctx context.Context, key counter.Key, consistent bool) (counter.Receipt, error) {
	var state counter.State
	var units counter.Units
	var err error
	before := len(w.op.wire.Sends)
	caught := crash.Catch(func() error {
		state, units, err = w.strategy.Read(ctx, key, consistent)
		return nil
	})
	c := counter.Classify(err)
	if caught != nil {
		c, err = panicked(counter.Failed), caught
	}
	// The SDK sends nothing when the deadline has passed, and its error does not say so.
	unsent := c.NeverSent() || err != nil && ctx.Err() != nil && len(w.op.wire.Sends) == before
	w.measured.recorder.Call(measure.Call{Receipt: &counter.Receipt{Unsent: unsent, Units: units}, NoQuota: lacksQuota(err)})
	if units.Reported {
		w.op.basis.readUnits += units.Read
	}
	if !consistent && errors.Is(err, counter.ErrNotFound) {
		c.Permanent = false // it may be behind the counter's creation
	}
	return counter.Receipt{Classification: c, State: state, StateKnown: err == nil, Unsent: unsent, Units: units}, err
}

// lacksQuota reports whether the SDK did not repeat a request for want of quota.
func lacksQuota(err error) bool { return err != nil && counter.QuotaRefused(err) }
