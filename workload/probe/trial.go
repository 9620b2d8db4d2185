package probe

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"contend/counter"
	"contend/workload/history"
)

// trial is what happened to one counter that all workers changed.
type trial struct {
	initial, final history.State
	ops            []history.Op
	err            error // why it ended early, or why an operation did
}

// load is how the workers of a trial change their counter.
type load struct {
	strategy func(Client) counter.Strategy
	kinds    []history.Kind
	// neighbour, if it is set, is what every second worker does to the same item
	// instead.
	neighbour func(ctx context.Context, key counter.Key, worker int) error
}

// upAndDown makes values recur, so that only versions distinguish changes. With up
// alone, values distinguish them too.
var (
	upAndDown = []history.Kind{history.Increment, history.Increment, history.Increment, history.Decrement}
	up        = []history.Kind{history.Increment}
)

// trial lets every worker carry out its operations on one new counter.
func (b *battery) trial(ctx context.Context, name string, l load) trial {
	key := b.key(name)
	setup := l.strategy(b.Client)
	var t trial
	create := func() error { return setup.Create(ctx, key, 0) }
	if t.err = b.patiently(ctx, create); t.err != nil {
		return t
	}
	if t.initial, t.err = b.readState(ctx, setup, key); t.err != nil {
		return t
	}
	t.ops, t.err = b.change(ctx, key, l)
	final, err := b.readState(ctx, setup, key)
	t.final = final
	b.keep(name, t)
	if t.err == nil {
		t.err = err
	}
	return t
}

// change puts a load on a counter, and returns its operations.
func (b *battery) change(ctx context.Context, key counter.Key, l load) ([]history.Op, error) {
	ops := make([][]history.Op, b.Workers)
	err := b.together(ctx, func(ctx context.Context, worker int) error {
		if l.neighbour != nil && worker%2 == 1 {
			return l.neighbour(ctx, key, worker)
		}
		w := &changer{battery: b, load: l, key: key, worker: worker, strategy: l.strategy(b.client(worker)), random: b.random(worker)}
		err := w.work(ctx)
		ops[worker] = w.ops
		return err
	})
	return slices.Concat(ops...), err
}

func (b *battery) readState(ctx context.Context, strategy counter.Strategy, key counter.Key) (history.State, error) {
	var state counter.State
	err := b.patiently(ctx, func() (err error) {
		state, _, err = strategy.Read(ctx, key, true)
		return err
	})
	if err != nil {
		return history.State{}, err
	}
	return stateOf(state), nil
}

func stateOf(s counter.State) history.State {
	return history.State{Value: s.Value, Version: s.Version, Known: true}
}

// changer is one worker of a trial.
type changer struct {
	*battery
	load
	key      counter.Key
	worker   int
	strategy counter.Strategy
	random   *rand.Rand
	seen     history.State
	ops      []history.Op
}

// attemptsEach bounds the attempts of an operation, per worker. A fair server needs
// about one attempt for each worker.
const attemptsEach = 100

// work carries out the worker's operations one after another. It continues after an
// operation with an unknown end, and stops at the first that failed.
func (w *changer) work(ctx context.Context) error {
	var doubt error
	for sequence := range w.Operations {
		if err := w.over(ctx); err != nil {
			return err
		}
		kind := w.kinds[w.random.IntN(len(w.kinds))]
		op := history.Op{Worker: w.worker, Sequence: int64(sequence) + 1, Kind: kind, Delta: kind.Delta(), Invoked: w.now()}
		op.Due = op.Invoked
		err := w.carryOut(ctx, &op)
		op.Returned = w.now()
		w.ops = append(w.ops, op)
		switch {
		case err != nil && op.Ending != history.Unknown:
			return fmt.Errorf("%v: %w", op, err)
		case err != nil && doubt == nil:
			doubt = fmt.Errorf("%v: %w", op, err)
		}
	}
	return doubt
}

// carryOut attempts one operation until it ends.
func (w *changer) carryOut(ctx context.Context, op *history.Op) error {
	most := attemptsEach * w.Workers
	for range most {
		attempt, err := w.attempt(ctx, op.Delta)
		op.Attempts = append(op.Attempts, attempt)
		switch attempt.Outcome {
		case counter.Applied:
			w.seen = attempt.After
			op.Ending = history.Applied
			return nil
		case counter.Conflict:
			w.seen = attempt.Saw
		case counter.Throttled:
			sleep(ctx, throttlePause)
		case counter.Unknown:
			w.seen = history.State{}
			if attempt.Written {
				op.Ending = history.Unknown
				return err
			}
			op.Ending = history.GaveUp
			return err
		default:
			op.Ending = history.Failed
			return err
		}
	}
	op.Ending = history.GaveUp
	return fmt.Errorf("refused %d times", most)
}

// attempt sends one write, after a read if it needs one.
func (w *changer) attempt(ctx context.Context, delta int64) (history.Attempt, error) {
	a := history.Attempt{Before: w.seen}
	if w.strategy.Traits().NeedsState && !w.seen.Known {
		a.LookInvoked = w.now()
		state, _, err := w.strategy.Read(ctx, w.key, true)
		a.LookReturned = w.now()
		if err != nil {
			c := counter.Classify(err)
			a.Outcome, a.Reason = c.Outcome, c.Reason
			return a, err
		}
		a.Before = stateOf(state)
	}
	if !w.strategy.Traits().NeedsState {
		a.Before = history.State{} // the write is built on no state
	}
	a.Written = true
	a.Invoked = w.now()
	receipt, err := w.strategy.Add(ctx, w.key, counter.Change{
		Delta: delta, Seen: counter.State{Value: a.Before.Value, Version: a.Before.Version},
	})
	a.Returned = w.now()
	a.Outcome, a.Reason = receipt.Outcome, receipt.Reason
	if receipt.StateKnown && receipt.Outcome == counter.Applied {
		a.After = stateOf(receipt.State)
	}
	if receipt.StateKnown && receipt.Outcome == counter.Conflict {
		a.Saw = stateOf(receipt.State)
	}
	return a, err
}
