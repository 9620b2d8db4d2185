package fleet

import (
	"context"
	"time"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/retry"
)

// pacing is what a worker has for a policy that paces.
type pacing struct {
	queuer counter.Queuer // nil unless the policy queues
	// memories are of the counters.
	memories map[int]retry.Memory
	gap      time.Duration // the worker's average, see [retry.Attempt]
	lastWait time.Duration
	// seen and decision are what the write in progress is built on.
	seen     counter.State
	decision retry.Decision
	upcoming upcoming
}

// newPacing is nil if the policy does not pace.
func newPacing(policy *retry.Policy, strategy counter.Strategy) *pacing {
	if !policy.Kind.Paces() {
		return nil
	}
	p := &pacing{memories: map[int]retry.Memory{}}
	if queuer, ok := strategy.(counter.Queuer); ok && strategy.Traits().Shares {
		p.queuer = queuer
	}
	return p
}

// paces reports whether the policy decides before every request of the operation in
// progress. It does so for changes only.
func (w *worker) paces() bool { return w.pacing != nil && w.op.Kind != history.Read }

// ask lets the policy decide at a moment.
func (w *worker) ask(moment retry.Moment, outcome counter.Outcome, state counter.State, known bool) retry.Decision {
	p := w.pacing
	m := p.memories[w.op.Counter]
	m.Budget = w.bucket
	now := w.now()
	d, m := w.policy.Decide(retry.Attempt{
		Number: len(w.op.Attempts), Outcome: outcome, LastWait: p.lastWait, Elapsed: time.Duration(now - w.op.Invoked),
		Moment: moment, Now: time.Duration(now), Gap: p.gap, Seen: p.seen, State: state, Known: known,
		Waiting: moment != retry.Leaves && w.nextWaits(),
		Worker:  w.number, Workers: w.scenario.Load.Workers,
	}, m, w.random.Float64())
	p.memories[w.op.Counter], w.bucket, p.lastWait = m, m.Budget, d.Wait
	return d
}

// paceUntilOver does what the policy decides until the operation is over. A policy that
// paces is asked before every request, so that it knows what each told.
func (w *worker) paceUntilOver(ctx context.Context) error {
	w.measured.recorder.Begin(w.op.Invoked)
	w.pacing.lastWait, w.pacing.seen = 0, counter.State{}
	v := w.view()
	d := w.ask(retry.Begins, counter.Unset, v.state, v.known)
	for sent := false; d.Retry && d.Next != retry.Stop; sent = true {
		pause := max(d.Wait, w.reconnectPause())
		if !sent && w.givesUpFor(pause) {
			// A worker that began its next operation at once would give that up too, and
			// so on, millions of times a second.
			w.wait(w.untilMissed())
			return nil
		}
		if !w.waitInTime(pause) {
			return nil
		}
		var over bool
		var err error
		if d, over, err = w.act(ctx, d); over || err != nil || ctx.Err() != nil {
			return err
		}
	}
	w.measured.recorder.GivesUp(d.Reason)
	return nil
}

// act carries a decision out and asks for the next one; over is true if the operation has
// ended.
func (w *worker) act(ctx context.Context, d retry.Decision) (next retry.Decision, over bool, err error) {
	switch d.Next {
	case retry.TakeTicket:
		next, over, err = w.takeTicket(ctx, d)
	case retry.Read, retry.ReadEventually:
		next, over, err = w.lookAsAsked(ctx, d.Next == retry.Read)
	default:
		next, over, err = w.writeAsAsked(ctx, d)
	}
	return next, over, err
}

// lookAsAsked reads the counter. If that shows that an earlier attempt made the change,
// the attempt that follows says so.
func (w *worker) lookAsAsked(ctx context.Context, consistent bool) (next retry.Decision, over bool, err error) {
	if !w.passGate() {
		return next, true, nil
	}
	err = w.lookOnce(ctx, consistent)
	w.leaveGate()
	r := &w.op.receipt
	if err != nil && r.Permanent {
		return next, true, err
	}
	v := w.view()
	if p := w.pacing; p.queuer != nil && v.known && len(w.op.Attempts) > 0 && p.queuer.Made(v.state, w.op.token) {
		return w.writeAsAsked(ctx, retry.Decision{Retry: true})
	}
	return w.ask(retry.WasRead, r.Outcome, v.state, v.known), false, nil
}

// lookOnce is [worker.look] with a read of either kind; it tells the worker how long a
// request takes before any write did.
func (w *worker) lookOnce(ctx context.Context, consistent bool) error {
	began := w.now()
	var err error
	if consistent {
		err = w.look(ctx)
	} else {
		err = w.lookEventually(ctx)
	}
	if w.pacing.gap == 0 && err == nil {
		w.pacing.gap = time.Duration(w.now() - began)
	}
	return err
}

// takeTicket takes a ticket. If it is refused for good, the policy decides how to go on
// without one.
func (w *worker) takeTicket(ctx context.Context, d retry.Decision) (next retry.Decision, over bool, err error) {
	if !w.passGate() {
		return next, true, nil
	}
	r := &w.op.receipt
	began, sent := w.calling()
	w.outside(func() { *r, err = w.pacing.queuer.TakeTicket(ctx, w.keys[w.op.Counter], d.Longest) })
	w.leaveGate()
	if r.StateKnown { // what follows builds on it
		w.looked(w.called(began, sent), true)
	}
	if r.Reason == counter.ReasonNotFound || r.Reason == counter.ReasonConfiguration {
		return next, true, err
	}
	return w.ask(retry.TookTicket, r.Outcome, r.State, r.StateKnown), false, nil
}

// outside makes a request of the queue, which changes no counter: neither do its tries,
// whose answers may be lost, make an attempt doubtful.
func (w *worker) outside(request func()) {
	before := len(w.op.wire.Sends)
	request()
	for i := before; i < len(w.op.wire.Sends); i++ {
		w.op.wire.Sends[i].Write = false
	}
	w.measured.call(w.number, measure.Call{Receipt: &w.op.receipt, Queue: true})
}

// writeAsAsked makes an attempt on what is known.
func (w *worker) writeAsAsked(ctx context.Context, d retry.Decision) (next retry.Decision, over bool, err error) {
	p, v := w.pacing, w.view()
	p.decision, p.seen = d, v.state
	err = w.attempt(ctx)
	p.decision = retry.Decision{}
	r := &w.op.receipt
	if r.Permanent {
		return next, true, err
	}
	known := r.StateKnown && !r.Repeated && (r.Outcome == counter.Applied || r.Outcome == counter.Conflict)
	*v = view{state: r.State, known: known, observedAt: w.op.observedAt}
	next = w.ask(retry.Ended, r.Outcome, r.State, known)
	return next, r.Outcome == counter.Applied || r.Refused(), nil
}

// leave tells the policy that no operation of this worker follows for now, and gives up
// its turn if it has one.
func (w *worker) leave(ctx context.Context) {
	if w.pacing.queuer == nil || !w.mayStart() || isClosed(w.run.over) {
		return
	}
	d := w.ask(retry.Leaves, counter.Unset, counter.State{}, false)
	for d.Retry && d.Next != retry.Stop && w.wait(d.Wait) && ctx.Err() == nil {
		if d.Next == retry.Release {
			r := &w.op.receipt
			w.outside(func() { *r, _ = w.pacing.queuer.Release(ctx, w.keys[w.op.Counter], d.Ticket) })
			break
		}
		_ = w.read(ctx, true) // the policy is told how it ended
		r := &w.op.receipt
		d = w.ask(retry.WasRead, r.Outcome, r.State, r.StateKnown)
	}
	w.measured.recorder.Between(&w.op.wire)
	w.op.wire.Reset()
}

// share puts the numbers of the decision in progress into a change.
func (p *pacing) share(change *counter.Change) {
	if p.decision.Shares {
		change.Share = &p.decision.Shared
	}
	change.Enlist = p.decision.Enlist
}
