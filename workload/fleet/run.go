package fleet

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"contend/counter"
	"contend/internal/clock"
	"contend/internal/crash"
	"contend/workload/history"
	"contend/workload/measure"
)

// finish makes the result of a load and closes the history, which a panic does
// not cost what it has.
func (r *run) finish(ctx context.Context, ledgers []history.Ledger, loadErr error) (result *measure.Result, err error) {
	err = crash.Catch(func() error {
		result = r.conclude(ctx, ledgers, loadErr)
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, r.abandonHistory())
	}
	result.Err = errors.Join(result.Err, r.closeHistory(result, result.Err))
	return result, result.Err
}

// conclude makes the result of a load and reads what it left.
func (r *run) conclude(ctx context.Context, ledgers []history.Ledger, loadErr error) *measure.Result {
	f, keys := r.fleet, r.fleet.keys()
	result := r.result(ledgers)
	loadErr = errors.Join(loadErr, r.part())
	loadErr = errors.Join(loadErr, r.awaitOthers(ctx, loadErr))
	if warning := f.initialIgnored(ledgers); warning != "" {
		result.Warnings = append(result.Warnings, warning)
	}
	finalsErr := f.readFinals(ctx, keys, result)
	f.settle(ctx, keys, result)
	result.Err = errors.Join(loadErr, finalsErr, result.Verify())
	return result
}

// run is one execution of a fleet's load.
type run struct {
	fleet   Fleet
	nonce   string // of the run's tokens
	workers []*worker
	began   time.Time
	elapsed time.Duration
	budget  budget
	gate    gate
	// arrivals are of an open loop, turns and stages of a load with stages; nil
	// otherwise.
	arrivals  *arrivals
	shifts    shifts
	stages    *measure.Stages
	clock     clock.Clock
	guard     *guard        // nil: in simulated time the process does not matter
	over      chan struct{} // closed when nothing is to begin any more
	noMore    sync.Once     // closes it
	stopped   bool          // by the caller
	endedAt   int64         // when no new work was to start any more, in nanoseconds since began
	history   history.Sink  // nil: none is kept
	recording *measure.Recording
	stalls    measure.StallWatch
	// endedEarly says which limit ended the load; nil if none did.
	endedEarly *measure.EndedEarly
	// costReached is the limit of the cost that ended the load; nil if it did not.
	costReached *measure.CostReached
}

// show lets others look at the run while it goes on.
func (r *run) show(live *measure.Live) {
	var arrivals measure.Arrivals
	if r.arrivals != nil {
		arrivals = r.arrivals.soFar
	}
	live.Start(func() time.Duration { return r.clock.Since(r.began) }, r.recording.Parts(), r.fleet.Scenario.Load.Workers, arrivals)
}

func newRun(f Fleet, keys []counter.Key, c clock.Clock) *run {
	r := &run{fleet: f, clock: c, budget: budget{total: f.Share.Of(f.Scenario.Load.Operations)}}
	r.arrivals, r.shifts, r.stages = newArrivals(&f.Scenario, f.Share), newShifts(&f.Scenario.Load), measure.NewStages(&f.Scenario.Load)
	r.over = make(chan struct{})
	if c.Simulated() {
		r.nonce = nonceOf(f.Scenario.Seed)
	} else {
		r.nonce, r.guard = newNonce(), newGuard(f.sources)
		r.gate = newGate(f.InFlight, int(f.Share.Of(int64(f.Scenario.Load.Workers))))
	}
	r.recording = measure.NewRecording(&r.fleet.Scenario, len(keys), c.Simulated())
	picker := newPicker(f.Scenario.Counters.Pick, len(keys))
	r.workers = make([]*worker, f.Share.Of(int64(f.Scenario.Load.Workers)))
	for i := range r.workers {
		r.workers[i] = newWorker(r, f.Share.Number(i), keys, picker)
		r.stalls.Watch(&r.workers[i].measured.waiter)
	}
	return r
}

// load starts all workers at one moment and waits until the last has ended.
func (r *run) load(ctx context.Context, stop <-chan struct{}) error {
	interrupted, ended := r.clock.NewEvent(), r.clock.NewEvent()
	defer interrupted.FireAt(stop)()
	defer interrupted.FireAt(ctx.Done())()
	defer r.heed(interrupted)()
	begin := r.clock.NewEvent()
	workers := r.startWorkers(ctx, begin, interrupted, ended)
	r.awaitBegin(interrupted)
	if f := r.fleet.OnStart; f != nil {
		f(r.began)
	}
	if live := r.fleet.Live; live != nil {
		r.show(live)
	}
	ender := r.clock.NewGroup()
	ender.Go("end of the load", func() error {
		defer ended.Fire() // also where it panics: a load without an end would go on for ever
		return crash.Catch(func() error { r.endAtLimit(stop, interrupted); return nil })
	})
	r.watchLimits(ender, interrupted, ended)
	r.watchCost(ender, interrupted, ended)
	unguard := r.watchProcess()
	begin.Fire()
	err := workers.Wait()
	r.elapsed = r.clock.Since(r.began)
	interrupted.Fire()
	enderErr := ender.Wait()
	return errors.Join(err, enderErr, unguard())
}

// startWorkers returns when all workers wait for begin. An error of one of them fires
// interrupted.
func (r *run) startWorkers(ctx context.Context, begin, interrupted, ended *clock.Event) *clock.Group {
	group := r.clock.NewGroup()
	ready := r.clock.NewEvent()
	var missing atomic.Int64
	missing.Store(int64(len(r.workers)))
	for _, w := range r.workers {
		ctx, isReady := w.start(ctx, ended), false
		group.GoInSteps("worker "+strconv.Itoa(w.number), func() (rest clock.Rest, more bool, err error) {
			if !isReady {
				isReady = true
				if missing.Add(-1) == 0 {
					ready.Fire()
				}
				return clock.Rest{For: clock.Forever, Or: begin}, true, nil
			}
			if caught := crash.Catch(func() error { rest, more, err = w.step(ctx); return err }); caught != nil {
				interrupted.Fire()
				return clock.Rest{}, false, caught
			}
			return rest, more, nil
		})
	}
	_ = ready.Wait(context.Background())
	return group
}

// endAtLimit ends the load when its time is over, the caller stops it, or something
// else interrupts it.
func (r *run) endAtLimit(stop <-chan struct{}, interrupted *clock.Event) {
	if d := r.fleet.Scenario.Load.Duration; d > 0 {
		r.stopped = !r.clock.SleepOr(d-r.clock.Since(r.began), interrupted) && r.isStopped(stop)
	} else {
		_ = interrupted.Wait(context.Background())
		r.stopped = r.isStopped(stop)
	}
	r.endedAt = int64(r.clock.Since(r.began))
	r.beginNoMore()
}

// beginNoMore notes that nothing is to begin any more.
func (r *run) beginNoMore() { r.noMore.Do(func() { close(r.over) }) }
