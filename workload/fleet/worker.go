package fleet

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// worker is one client: its own strategy, view of the counters, random stream
// and recorder. Workers share the budget, the arrivals of an open loop, the
// accounts of stages and, some with some, their measurements.
type worker struct {
	run      *run
	number   int
	scenario *scenario.Scenario
	strategy counter.Strategy
	keys     []counter.Key
	picker   *picker
	random   *rand.Rand
	timer    *time.Timer
	ended    <-chan struct{} // closed when no new work is to start
	cut      <-chan struct{} // closed when requests are cut off, which is before ended is
	views    []view          // of each counter if they are kept, else of the operation in progress
	traits   counter.Traits
	floor    *int64       // nil: none
	wire     counter.Wire // of the attempt in progress, and of a look at the conflict before it
	tokens   tokens
	began    time.Time  // of the operation in progress
	token    string     // its token; "" if the design needs none
	op       history.Op // the operation in progress; its attempts are reused
	free     int64      // since when the worker was, before it, in an open loop
	basis    basis      // of its next attempt
	told     int64      // when the store told the state of the last receipt
	measured measure.Recorder
	// unreached counts the attempts in a row that reached no server.
	unreached int
	waiter    measure.Waiter
}

func newWorker(r *run, number int, keys []counter.Key, picker *picker) *worker {
	sc := &r.fleet.Scenario
	w := &worker{
		run:      r,
		number:   number,
		scenario: sc,
		strategy: r.fleet.Strategy(number),
		keys:     keys,
		picker:   picker,
		random:   rand.New(rand.NewPCG(sc.Seed, uint64(number))),
		timer:    time.NewTimer(time.Hour),
		wire:     counter.Wire{Worker: number},
		tokens:   newTokens(r.nonce, number),
	}
	if w.strategy != nil { // [run.checkStrategies] says so
		w.traits = w.strategy.Traits()
	}
	if floor := sc.Counters.Floor; floor.Set {
		w.floor = &floor.Value
	}
	w.timer.Stop()
	w.views = make([]view, 1)
	if sc.View == scenario.ViewKept {
		w.views = make([]view, len(keys))
	}
	w.measured = r.recording.Recorder(number)
	return w
}

// work carries out operations until the load ends. Requests run under ctx, so
// that one in flight outlives ended.
func (w *worker) work(ctx context.Context, ended <-chan struct{}) error {
	w.ended, w.cut = ended, ctx.Done()
	ctx = counter.WithWire(ctx, &w.wire)
	for n := int64(0); ; n++ {
		due, ok := w.next(n)
		if !ok {
			return nil
		}
		if err := w.operate(ctx, n, due); err != nil {
			return err
		}
	}
}

// mayStart looks at both channels: a worker whose request was cut off may be free
// again before the end has come to ended, and every request it then made would be
// over at once, with an unknown outcome. It looks at the time as well, because a busy
// machine closes ended late.
func (w *worker) mayStart() bool { return !isClosed(w.cut) && !isClosed(w.ended) && !w.isOverdue() }

// isOverdue reports whether the time of the load is over.
func (w *worker) isOverdue() bool {
	limit := w.scenario.Load.Duration
	return limit > 0 && w.now() > int64(limit)
}

// operate carries out the worker's n-th operation, counted from 0, which was due
// at a moment or is [whenBegun]. The error is one that no operation of this run
// could avoid.
func (w *worker) operate(ctx context.Context, n, due int64) error {
	kind := w.scenario.Operations.Draw(w.random)
	w.op = history.Op{
		Worker:   w.number,
		Sequence: n + 1,
		Counter:  w.picker.next(w.random, w.number, n),
		Kind:     kind,
		Delta:    kind.Delta(),
		Invoked:  w.now(),
		Attempts: w.op.Attempts[:0],
	}
	w.op.Due = w.op.Invoked
	if due != whenBegun {
		w.op.Due = due
		w.run.arrivals.begin(due, w.op.Invoked, w.free)
	}
	w.waiter.Waits(w.op.Due)
	w.began, w.token = w.run.began.Add(time.Duration(w.op.Invoked)), ""
	if w.traits.Idempotent && kind != history.Read {
		w.token = w.tokens.next()
	}
	w.op.Eventual = kind == history.Read && w.scenario.Reads == scenario.ReadsEventual
	w.basis = basis{}
	if w.scenario.View != scenario.ViewKept {
		w.views[0] = view{}
	}
	err := w.tryUntilOver(ctx)
	w.op.Returned = w.now()
	w.op.Ending = w.ending()
	if w.op.Ending == history.Applied || w.refused() {
		w.run.stalls.HasAnswer(&w.waiter, w.op.Returned)
	}
	w.measured.Operation(&w.op, &w.wire)
	w.wire.Reset()
	if stages := w.run.stages; stages != nil {
		stages.Operation(&w.op)
	}
	if live := w.run.fleet.Live; live != nil {
		live.Operation(&w.op)
	}
	if w.run.history != nil {
		w.run.history.Record(&w.op)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", w.op, err)
	}
	return nil
}

// tryUntilOver makes attempts until one is applied, the policy gives up or the
// load ends.
func (w *worker) tryUntilOver(ctx context.Context) error {
	var lastWait time.Duration
	for {
		receipt, err := w.attempt(ctx)
		if receipt.Permanent {
			return err
		}
		if receipt.Outcome == counter.Applied || receipt.Refused() || ctx.Err() != nil {
			return nil
		}
		w.learn(receipt)
		decision := w.scenario.Retry.Decide(retry.Attempt{
			Number:   len(w.op.Attempts),
			Outcome:  receipt.Outcome,
			LastWait: lastWait,
			Elapsed:  time.Duration(w.now() - w.op.Invoked),
		}, w.random.Float64())
		if !decision.Retry || !w.mayStart() {
			return nil
		}
		w.lookAtConflict(ctx, receipt.Outcome)
		if !w.waitInTime(max(decision.Wait, w.reconnectPause())) {
			return nil
		}
		lastWait = decision.Wait
	}
}

// settle lets all tries of a write decide its outcome, of which last is the answer to
// the last one. unanswered counts the tries that last says nothing of.
func (w *worker) settle(last *counter.Receipt) (settled counter.Receipt, unanswered int) {
	settled = w.wire.Settle(*last)
	last.Unsent = settled.Unsent
	unanswered = w.wire.AmbiguousWrites(settled.Outcome)
	if settled.Outcome != last.Outcome {
		unanswered++
	}
	return settled, unanswered
}

// ending is how the operation in progress ended for its caller.
func (w *worker) ending() history.Ending {
	last := w.op.Attempts[len(w.op.Attempts)-1].Outcome
	switch {
	case last == counter.Applied:
		return history.Applied
	case w.op.UnknownWrites() > 0:
		return history.Unknown
	case last == counter.Failed:
		return history.Failed
	}
	return history.GaveUp
}

// refused reports whether the design's rules refused the operation in progress.
func (w *worker) refused() bool {
	last := &w.op.Attempts[len(w.op.Attempts)-1]
	return w.op.Ending == history.Failed && (counter.Classification{Reason: last.Reason}).Refused()
}

// wait pauses for d and reports whether the load goes on. It returns early when
// the load ends.
func (w *worker) wait(d time.Duration) bool {
	if d <= 0 {
		return w.mayStart()
	}
	w.timer.Reset(d)
	select {
	case <-w.timer.C:
		return w.mayStart()
	case <-w.ended:
		w.timer.Stop()
		return false
	}
}

// now is the time since the start of the run, in nanoseconds.
func (w *worker) now() int64 { return int64(time.Since(w.run.began)) }
