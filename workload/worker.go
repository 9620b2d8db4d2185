package workload

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"contend/counter"
	"contend/internal/crash"
	"contend/internal/history"
	"contend/workload/retry"
)

// worker is one client: its own strategy, view of the counters, random stream
// and recorder. Workers share the budget, the arrivals of an open loop, the
// accounts of stages and, some with some, their measurements.
type worker struct {
	run      *run
	number   int
	scenario *Scenario
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
	measured recorder
	// unreached counts the attempts in a row that reached no server.
	unreached int
	waiter    waiter
}

// view is what a worker believes a counter holds.
type view struct {
	state counter.State
	known bool
	told  int64 // when the store told it, in nanoseconds since the start
}

func newWorker(r *run, number int, keys []counter.Key, picker *picker) *worker {
	scenario := &r.fleet.Scenario
	w := &worker{
		run:      r,
		number:   number,
		scenario: scenario,
		strategy: r.fleet.Strategy(number),
		keys:     keys,
		picker:   picker,
		random:   rand.New(rand.NewPCG(scenario.Seed, uint64(number))),
		timer:    time.NewTimer(time.Hour),
		wire:     counter.Wire{Worker: number},
		tokens:   newTokens(r.nonce, number),
	}
	if w.strategy != nil { // [run.checkStrategies] says so
		w.traits = w.strategy.Traits()
	}
	if floor := scenario.Counters.Floor; floor.Set {
		w.floor = &floor.Value
	}
	w.timer.Stop()
	w.views = make([]view, 1)
	if scenario.View == ViewKept {
		w.views = make([]view, len(keys))
	}
	w.measured = r.recording.recorder(number)
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

// mayStart looks at both: a worker whose request was cut off may be free again
// before the end has come to ended, and every request it then made would be over
// at once, with an unknown outcome.
func (w *worker) mayStart() bool { return !isClosed(w.cut) && !isClosed(w.ended) }

// operate carries out the worker's n-th operation, counted from 0, which was due
// at a moment or is [whenBegun]. The error is one that no operation of this run
// could avoid.
func (w *worker) operate(ctx context.Context, n, due int64) error {
	kind := w.scenario.Operations.pick(w.random)
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
	w.waiter.waits(w.op.Due)
	w.began, w.token = w.run.began.Add(time.Duration(w.op.Invoked)), ""
	if w.traits.Idempotent && kind != history.Read {
		w.token = w.tokens.next()
	}
	w.op.Eventual = kind == history.Read && w.scenario.Reads == ReadsEventual
	w.basis = basis{}
	if w.scenario.View != ViewKept {
		w.views[0] = view{}
	}
	err := w.tryUntilOver(ctx)
	w.measured.sent(&w.wire) // a look at a conflict that no attempt followed
	w.wire.Reset()
	w.op.Returned = w.now()
	w.op.Ending = w.ending()
	if w.op.Ending == history.Applied || w.refused() {
		w.run.stalls.hasAnswer(&w.waiter, w.op.Returned)
	}
	w.measured.operation(&w.op)
	if stages := w.run.stages; stages != nil {
		stages.operation(&w.op)
	}
	if live := w.run.fleet.Live; live != nil {
		live.operation(&w.op)
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

// attempt makes one try at the operation in progress and measures it.
func (w *worker) attempt(ctx context.Context) (counter.Receipt, error) {
	started := w.now()
	w.measured.begin(started)
	receipt, written, err := w.sendInTurn(ctx, &started)
	attempt := history.Attempt{
		Invoked:  started,
		Returned: w.now(),
		Outcome:  receipt.Outcome,
		Written:  written,
		Reason:   receipt.Reason,
	}
	w.evidence(&attempt, receipt)
	w.wireEvidence(&attempt)
	if !receipt.Carried {
		w.measured.sent(&w.wire)
	}
	w.wire.Reset()
	w.op.Attempts = append(w.op.Attempts, attempt)
	w.measured.attempt(w.op.Kind, &attempt)
	w.noteReach(attempt.Reason, attempt.Invoked, attempt.Returned)
	if live := w.run.fleet.Live; live != nil {
		live.attempt(w.number, w.op.Kind, attempt.Outcome)
	}
	return receipt, err
}

// send makes the requests of one attempt. If a write is sent, started becomes
// the time it was: the read that prepares it is not part of its latency.
func (w *worker) send(ctx context.Context, started *int64) (receipt counter.Receipt, written bool, err error) {
	key, v := w.keys[w.op.Counter], w.view()
	if w.op.Kind == history.Read {
		receipt, err = w.read(ctx, key, w.scenario.Reads == ReadsStrong)
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
		w.basis.believes(v)
	}
	began, sent := w.calling()
	receipt, err = w.add(ctx, key, counter.Change{
		Delta: w.op.Delta, Token: w.token, Began: w.began, Floor: w.floor, Seen: v.state,
	})
	receipt = w.settle(receipt)
	written = !receipt.Unsent
	w.measureGap(w.called(began, sent), v, &receipt)
	w.measured.quota(err)
	if receipt.Outcome == counter.Applied {
		*v = view{state: receipt.State, known: receipt.StateKnown, told: w.told}
	}
	return receipt, written, err
}

// view is the one of the operation in progress.
func (w *worker) view() *view {
	if w.scenario.View != ViewKept {
		return &w.views[0]
	}
	return &w.views[w.op.Counter]
}

// add asks the strategy for a change. One that panics may have sent it.
func (w *worker) add(ctx context.Context, key counter.Key, change counter.Change) (receipt counter.Receipt, err error) {
	caught := crash.Catch(func() error {
		receipt, err = w.strategy.Add(ctx, key, change)
		return nil
	})
	if caught != nil {
		return counter.Receipt{Classification: panicked(counter.Unknown)}, caught
	}
	return receipt, err
}

// panicked is how an attempt ended that a panic of the strategy ended, which
// would come again.
func panicked(outcome counter.Outcome) counter.Classification {
	return counter.Classification{Outcome: outcome, Reason: "panic", Permanent: true}
}

// settle lets all tries of a write decide its outcome, and counts what they took:
// the last one by its own answer, those before it as unanswered.
func (w *worker) settle(last counter.Receipt) counter.Receipt {
	settled := w.wire.Settle(last)
	last.Unsent = settled.Unsent
	w.measured.wrote(&last)
	doubts := w.wire.Doubts(settled.Outcome)
	if settled.Outcome != last.Outcome {
		doubts++
	}
	if !last.Carried {
		w.measured.doubted(doubts, &last)
	}
	return settled
}

// look reads the counter of the operation in progress into the worker's view,
// unless that takes until the operation's deadline.
func (w *worker) look(ctx context.Context) (counter.Receipt, error) {
	bounded, cancel := w.untilDeadline(ctx)
	defer cancel()
	began, sent := w.calling()
	receipt, err := w.read(bounded, w.keys[w.op.Counter], true)
	c := w.called(began, sent)
	w.basis.lookInvoked, w.basis.lookReturned = c.began, c.ended
	*w.view() = view{state: receipt.State, known: err == nil, told: w.answered(c, false)}
	if err != nil && bounded.Err() != nil && ctx.Err() == nil {
		receipt.Reason = reasonDeadline
	}
	return receipt, err
}

func (w *worker) read(ctx context.Context, key counter.Key, consistent bool) (counter.Receipt, error) {
	var state counter.State
	var units counter.Units
	var err error
	caught := crash.Catch(func() error {
		state, units, err = w.strategy.Read(ctx, key, consistent)
		return nil
	})
	c := counter.Classify(err)
	if caught != nil {
		c, err = panicked(counter.Failed), caught
	}
	w.measured.read(!c.NeverSent())
	w.measured.quota(err)
	w.measured.consume(units)
	if units.Reported {
		w.basis.readUnits += units.Read
	}
	if !consistent && errors.Is(err, counter.ErrNotFound) {
		c.Permanent = false // it may be behind the counter's creation
	}
	return counter.Receipt{Classification: c, State: state, StateKnown: err == nil, Unsent: c.NeverSent(), Units: units}, err
}

// learn updates the worker's view after an attempt that was not applied, as
// the scenario's refresh mode says, without a request. A view that is not known
// is read by the next attempt.
func (w *worker) learn(receipt counter.Receipt) {
	if w.op.Kind == history.Read || !w.traits.NeedsState {
		return
	}
	v := w.view()
	conflict := receipt.Outcome == counter.Conflict
	switch w.scenario.Retry.Refresh {
	case RefreshAfterWait:
		v.known = false
	case RefreshAtConflict:
		if conflict {
			v.known = false
		}
	case RefreshFromConflict:
		if conflict {
			*v = view{state: receipt.State, known: receipt.StateKnown, told: w.told}
			w.measured.missingState(!receipt.StateKnown)
		}
	}
}

// lookAtConflict reads the counter before the wait for the next attempt, if the
// scenario refreshes then.
func (w *worker) lookAtConflict(ctx context.Context, outcome counter.Outcome) {
	if w.scenario.Retry.Refresh != RefreshAtConflict || outcome != counter.Conflict || !w.traits.NeedsState {
		return
	}
	if w.passGate() {
		defer w.leaveGate()
		w.measured.refresh(w.look(ctx))
	}
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
