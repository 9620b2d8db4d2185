package fleet

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"contend/counter"
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
	guard     *guard
	over      chan struct{}   // closed when nothing is to begin any more
	noMore    sync.Once       // closes it
	stopped   bool            // by the caller
	endedAt   int64           // when no new work was to start any more, in nanoseconds since began
	history   *history.Writer // nil: none is kept
	recording *measure.Recording
	stalls    measure.StallWatch
}

// show lets others look at the run while it goes on.
func (r *run) show(live *measure.Live) {
	var waiting measure.Unbegun
	if r.arrivals != nil {
		waiting = r.arrivals.unbegun
	}
	live.Start(r.began, r.recording.Parts(), waiting)
}

func newRun(f Fleet, keys []counter.Key) *run {
	r := &run{fleet: f, nonce: newNonce(), budget: budget{total: f.Scenario.Load.Operations}}
	r.arrivals, r.shifts, r.stages = newArrivals(&f.Scenario), newShifts(&f.Scenario.Load), measure.NewStages(&f.Scenario.Load)
	r.gate = newGate(f.InFlight, f.Scenario.Load.Workers)
	r.guard, r.over = newGuard(f.sources), make(chan struct{})
	r.recording = measure.NewRecording(&r.fleet.Scenario, len(keys))
	picker := newPicker(f.Scenario.Counters.Pick, len(keys))
	r.workers = make([]*worker, f.Scenario.Load.Workers)
	for i := range r.workers {
		r.workers[i] = newWorker(r, i, keys, picker)
		r.stalls.Watch(&r.workers[i].measured.waiter)
	}
	return r
}

// load starts all workers at one moment and waits until the last has ended.
func (r *run) load(ctx context.Context, stop <-chan struct{}) error {
	begin := make(chan struct{})
	var ready sync.WaitGroup
	ready.Add(len(r.workers))
	group, ended := errgroup.WithContext(ctx)
	limited, end := context.WithCancel(ended)
	for _, w := range r.workers {
		group.Go(func() error {
			ready.Done()
			<-begin
			return crash.Catch(func() error { return w.work(ctx, limited.Done()) })
		})
	}
	ready.Wait()
	r.began = time.Now()
	if f := r.fleet.OnStart; f != nil {
		f(r.began)
	}
	if live := r.fleet.Live; live != nil {
		r.show(live)
	}
	var ender, guard sync.WaitGroup
	var enderErr, guardErr error
	ender.Go(func() {
		defer end() // also where it panics: a load without an end would go on for ever
		enderErr = crash.Catch(func() error { r.endAtLimit(limited, stop, end); return nil })
	})
	last := make(chan struct{})
	guard.Go(func() { guardErr = crash.Catch(func() error { r.guard.watch(r.over, last); return nil }) })
	close(begin)
	err := group.Wait()
	r.elapsed = time.Since(r.began)
	end()
	ender.Wait()
	close(last)
	guard.Wait()
	return errors.Join(err, enderErr, guardErr)
}

// endAtLimit ends the load when its time is over or the caller stops it.
func (r *run) endAtLimit(limited context.Context, stop <-chan struct{}, end func()) {
	var over <-chan time.Time
	if d := r.fleet.Scenario.Load.Duration; d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-over:
	case <-stop:
		r.stopped = true
	case <-limited.Done():
	}
	r.endedAt = int64(time.Since(r.began))
	r.beginNoMore()
	end()
}

// beginNoMore notes that nothing is to begin any more.
func (r *run) beginNoMore() { r.noMore.Do(func() { close(r.over) }) }
