package fleet

import (
	"context"
	"fmt"
	"time"

	"contend/counter"
	"contend/internal/clock"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/retry"
)

// Performer carries out whole operations, in place of a strategy and a policy. It is safe
// for use by several goroutines.
type Performer interface {
	// Prepare is called once the counters exist, before the load begins.
	Prepare(ctx context.Context) error
	// Perform carries out an operation. An error ends the load; what was performed counts
	// all the same.
	Perform(ctx context.Context, a Assignment) (Performance, error)
	// Finish is called when the load has ended, before the final values are read. No request
	// is sent after it.
	Finish() error
	// Unseen says why not all writes of a counter are known, when the load has ended; ""
	// if they are.
	Unseen(counter int) string
}

// Assignment is an operation to carry out.
type Assignment struct {
	Worker   int
	Sequence int64 // counts the worker's operations from 1
	Kind     history.Kind
	Counter  int
	Key      counter.Key
	Delta    int64  // 0 for a read
	Token    string // no other operation has the same
	// LoadBegan is the moment from which the times of attempts count.
	LoadBegan time.Time
}

// Performance is an operation that was carried out, successfully or not.
type Performance struct {
	Tries []Try
	// Ending is how the operation ended, as far as its attempts bear the caller's word out.
	// Told is that word.
	Ending, Told history.Ending
	Eventual     bool // a read that may be behind
	// Answered is when the caller was told.
	Answered time.Time
}

// Try is an attempt of a performance, with what is measured of it. Its receipt has the units
// of all its requests.
type Try struct {
	history.Attempt
	Receipt counter.Receipt
	Sends   []counter.Send // its requests, those that only read among them
	Reads   int            // how many of them only read
}

// prepare prepares the performer, if there is one.
func (f *Fleet) prepare(ctx context.Context, stop <-chan struct{}) error {
	if f.Performer == nil {
		return nil
	}
	ctx, cancel := clock.Of(ctx).WithStop(ctx, stop)
	defer cancel()
	err := f.Performer.Prepare(ctx)
	if isClosed(stop) {
		return ErrStopped
	}
	return err
}

// reasonProgram is why operations end unsuccessfully that a performer carries out.
const reasonProgram retry.Reason = "program"

// entrust lets a performer carry out the operation in progress.
func (w *worker) entrust(ctx context.Context, p Performer) error {
	done, err := p.Perform(ctx, Assignment{
		Worker: w.number, Sequence: w.op.Sequence, Kind: w.op.Kind, Counter: w.op.Counter, Key: w.keys[w.op.Counter],
		Delta: w.op.Delta, Token: w.tokens.next(), LoadBegan: w.run.began,
	})
	w.op.Returned = int64(done.Answered.Sub(w.run.began))
	w.op.Ending, w.op.Eventual = done.Ending, done.Eventual
	w.measured.recorder.Begin(w.op.Invoked) // there may be no attempt
	w.measured.recorder.GivesUp(reasonProgram)
	for i := range done.Tries {
		w.tried(&done.Tries[i])
	}
	w.measured.operation(&w.op)
	w.claims.add(w.op.Counter, w.op.Delta, done.Told)
	if err != nil {
		return fmt.Errorf("%s: %w", w.op.Op, err)
	}
	return nil
}

// tried measures an attempt of a performer.
func (w *worker) tried(t *Try) {
	w.measured.recorder.Begin(t.Invoked)
	reads := t.Reads
	if t.Written {
		t.Receipt.Reads = reads
		w.measured.call(w.number, measure.Call{Receipt: &t.Receipt, Write: true})
		reads = 0
	}
	units := t.Receipt.Units
	for range reads {
		w.measured.call(w.number, measure.Call{Receipt: &counter.Receipt{Units: units}})
		units.Read, units.Write = 0, 0 // the first counts them for all
	}
	w.op.wire.Sends = append(w.op.wire.Sends[:0], t.Sends...)
	w.measured.attempt(&w.op, &t.Attempt)
	w.op.wire.Reset()
	w.op.Attempts = append(w.op.Attempts, t.Attempt)
}

// part ends the performer's work, if there is one.
func (r *run) part() error {
	if p := r.fleet.Performer; p != nil {
		return p.Finish()
	}
	return nil
}

// claims is what the callers of one worker were told, by counter. The limits of amounts and
// operations keep its sums within int64.
type claims map[int]history.Claim

// add enters an operation that changes a counter.
func (c *claims) add(counter int, delta int64, told history.Ending) {
	if delta == 0 {
		return
	}
	if *c == nil {
		*c = claims{}
	}
	claim := (*c)[counter]
	switch told {
	case history.Applied:
		claim.Change += delta
	case history.Unknown:
		claim.Low += min(delta, 0)
		claim.High += max(delta, 0)
	}
	(*c)[counter] = claim
}

// claimed are the claims of all workers, one for each counter; nil without a performer.
func (r *run) claimed() []history.Claim {
	if r.fleet.Performer == nil {
		return nil
	}
	all := make([]history.Claim, r.fleet.Scenario.Counters.Count)
	for _, w := range r.workers {
		for counter, c := range w.claims {
			sum := &all[counter]
			sum.Change, sum.Low, sum.High = sum.Change+c.Change, sum.Low+c.Low, sum.High+c.High
		}
	}
	for i := range all {
		all[i].Counter = i
	}
	return all
}
