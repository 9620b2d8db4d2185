package fleet

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"contend/counter"
	"contend/internal/clock"
	"contend/workload/history"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// worker is one client. It has a part that is fixed for the run, the operation that it
// carries out, and what it measures; the rest goes on from one operation to the next.
// Workers share the budget, the arrivals of an open loop, the accounts of stages and,
// some with some, their measurements.
type worker struct {
	role
	pacing   *pacing      // nil unless the policy paces
	bucket   retry.Bucket // what the policy's budget has left
	progress progress
	op       operation
	measured meters

	random  *rand.Rand
	sleeper clock.Sleeper
	tokens  tokens
	views   []view // of each counter if they are kept, else of the operation in progress
	// unreached counts the attempts in a row that reached no server.
	unreached int
	claims    claims // of a performer
	room      room
}

// role is what is fixed for a worker while the load is on.
type role struct {
	run      *run
	number   int
	scenario *scenario.Scenario
	strategy counter.Strategy
	policy   *retry.Policy
	traits   counter.Traits
	floor    *int64 // nil: none
	keys     []counter.Key
	picker   *picker
	ended    *clock.Event    // fired when no new work is to start
	cut      <-chan struct{} // closed when requests are cut off, which is before ended is fired
}

func newWorker(r *run, number int, keys []counter.Key, picker *picker) *worker {
	sc := &r.fleet.Scenario
	w := &worker{
		role:     role{run: r, number: number, scenario: sc, strategy: r.fleet.Strategy(number), keys: keys, picker: picker},
		op:       operation{wire: counter.Wire{Worker: number}},
		measured: meters{run: r, recorder: r.recording.Recorder(number)},
		sleeper:  r.clock.NewSleeper(),
		tokens:   newTokens(r.nonce, number),
	}
	w.furnish()
	if w.strategy != nil { // [run.checkStrategies] says so
		w.traits = w.strategy.Traits()
	}
	w.policy = policyOf(sc, number)
	w.pacing = newPacing(w.policy, w.strategy)
	if floor := sc.Counters.Floor; floor.Set {
		w.floor = &floor.Value
	}
	if sc.View == scenario.ViewKept {
		w.views = make([]view, len(keys))
	}
	return w
}

// start prepares the worker for a load that ends with an event. Its requests run under
// the context that start returns, so that one in flight outlives ended.
func (w *worker) start(ctx context.Context, ended *clock.Event) context.Context {
	w.ended, w.cut = ended, ctx.Done()
	return counter.WithWire(ctx, &w.op.wire)
}

// step carries out operations until the worker rests; more is false if it has ended.
func (w *worker) step(ctx context.Context) (rest clock.Rest, more bool, err error) {
	for {
		do, rest := w.next()
		if do != begins {
			return rest, do == rests, nil
		}
		if err := w.operate(ctx); err != nil {
			return clock.Rest{}, false, err
		}
	}
}

// mayStart looks at both: a worker whose request was cut off may be free
// again before the end has come to ended, and every request it then made would be
// over at once, with an unknown outcome. It looks at the time as well, because a busy
// machine fires ended late.
func (w *worker) mayStart() bool { return !isClosed(w.cut) && !w.ended.Fired() && !w.isOverdue() }

// isOverdue reports whether the time of the load is over.
func (w *worker) isOverdue() bool {
	limit := w.scenario.Load.Duration
	return limit > 0 && w.now() > int64(limit)
}

// operate carries out the worker's next operation. The error is one that no operation of
// this run could avoid.
func (w *worker) operate(ctx context.Context) error {
	w.begin(w.progress.begun, w.progress.due)
	w.progress.begun++
	w.progress.phase = finished
	if p := w.run.fleet.Performer; p != nil {
		return w.entrust(ctx, p)
	}
	var err error
	if w.paces() {
		err = w.paceUntilOver(ctx)
	} else {
		err = w.tryUntilOver(ctx)
	}
	w.op.Returned = w.now()
	w.op.Ending = w.op.ending()
	w.measured.operation(&w.op)
	w.op.wire.Reset()
	if err != nil {
		return fmt.Errorf("%s: %w", w.op.Op, err)
	}
	if w.paces() && !w.nextWaits() {
		w.leave(ctx)
	}
	return nil
}

// begin draws the worker's n-th operation, which was due at a moment or is
// [whenBegun].
func (w *worker) begin(n, due int64) {
	t := w.takeUpcoming(n)
	if !w.keepsView(t.counter) {
		w.views[0] = view{}
	}
	w.op.Op = history.Op{
		Worker:   w.number,
		Sequence: n + 1,
		Counter:  t.counter,
		Kind:     t.kind,
		Eventual: t.kind == history.Read && w.scenario.Reads == scenario.ReadsEventual,
		Delta:    t.delta,
		To:       t.to,
		Invoked:  w.now(),
		Attempts: w.op.Attempts[:0],
	}
	w.op.Due = w.op.Invoked
	if due != whenBegun {
		w.op.Due = due
		w.run.arrivals.begin(due, w.op.Invoked, w.op.free)
	}
	w.measured.begin(&w.op)
	w.op.began, w.op.token, w.op.basis = w.run.began.Add(time.Duration(w.op.Invoked)), "", basis{}
	if w.traits.Idempotent && t.kind != history.Read {
		w.op.token = w.tokens.next()
	}
}

// keepsView reports whether the next operation, on that counter, may start from what the
// worker saw last. A policy that paces may build on the worker's own last success.
func (w *worker) keepsView(counter int) bool {
	if w.scenario.View == scenario.ViewKept {
		return true
	}
	return w.pacing != nil && w.op.Ending == history.Applied && w.op.Kind != history.Read && w.op.Counter == counter
}

// tryUntilOver makes attempts until one is applied, the policy gives up or the
// load ends.
func (w *worker) tryUntilOver(ctx context.Context) error {
	var lastWait time.Duration
	for {
		err := w.attempt(ctx)
		receipt := &w.op.receipt
		if receipt.Permanent {
			return err
		}
		if receipt.Outcome == counter.Applied || receipt.Refused() || ctx.Err() != nil {
			w.refillBudget()
			return nil
		}
		w.learn(receipt)
		wait, again := w.decide(lastWait)
		if !again || !w.mayStart() {
			return nil
		}
		w.lookAtConflict(ctx, receipt.Outcome)
		if !w.waitInTime(max(wait, w.reconnectPause())) {
			return nil
		}
		lastWait = wait
	}
}

// decide lets the policy decide after an attempt that failed.
func (w *worker) decide(lastWait time.Duration) (wait time.Duration, again bool) {
	decision, memory := w.policy.Decide(retry.Attempt{
		Number:   len(w.op.Attempts),
		Outcome:  w.op.receipt.Outcome,
		LastWait: lastWait,
		Elapsed:  time.Duration(w.now() - w.op.Invoked),
	}, retry.Memory{Budget: w.bucket}, w.random.Float64())
	w.bucket = memory.Budget
	w.measured.recorder.GivesUp(decision.Reason)
	return decision.Wait, decision.Retry
}

// refillBudget tells the policy's budget, if it has one, of a success.
func (w *worker) refillBudget() {
	if w.policy.Budget == (retry.Budget{}) || w.op.receipt.Outcome != counter.Applied {
		return
	}
	_, memory := w.policy.Decide(retry.Attempt{Number: len(w.op.Attempts), Outcome: counter.Applied}, retry.Memory{Budget: w.bucket}, 0)
	w.bucket = memory.Budget
}

// wait pauses for d and reports whether the load goes on. It returns early when
// the load ends.
func (w *worker) wait(d time.Duration) bool {
	if d <= 0 {
		return w.mayStart()
	}
	return w.sleeper.SleepOr(d, w.ended) && w.mayStart()
}

// now is the time since the start of the run, in nanoseconds.
func (w *worker) now() int64 { return int64(w.run.clock.Since(w.run.began)) }
