package workload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"contend/counter"
	"contend/internal/crash"
	"contend/internal/history"
)

// Fleet is a scenario and the stores that its workers meet.
type Fleet struct {
	Scenario Scenario
	// Table holds the counters; it must exist.
	Table string
	// Strategy returns the strategy of one worker, numbered from 0. Workers
	// may share one.
	Strategy func(worker int) counter.Strategy
	// Setup creates the counters and reads them before and after the load. It
	// should retry by itself: it is not part of what is measured.
	Setup counter.Strategy
	// InFlight is the largest number of attempts that may be in progress at the same
	// time; 0 means no limit. A worker above it waits for its turn before it calls its
	// strategy, and the wait is part of the attempt's latency, as a wait for a free
	// connection would be. It is for clients with fewer connections than there are
	// workers: a worker that waits here takes less memory than one that waits inside
	// the client.
	InFlight int
	// Say is told in a sentence what takes long beside the load; nil if nobody
	// listens. It may be called from any goroutine.
	Say func(sentence string)
	// Begin is told when the load begins, before its first request; nil if
	// nobody waits for it.
	Begin func(time.Time)
	// Live is told what happens while the run goes on; nil if nobody looks.
	Live *Live
	// History takes every operation, in the form that package history
	// describes; nil if none is kept. An error of writing to it does not end
	// the load and becomes the run's.
	History io.Writer
	// Tool is what the history says wrote it.
	Tool string
	// sources are replaced by tests.
	sources sources
}

// setupParallelism bounds the requests in flight before and after the load.
const setupParallelism = 16

// Run creates the counters, puts the load on them, and reads them again.
//
// The load ends at the scenario's limit, when stop is closed, or when an
// operation fails for good; then requests in flight are still awaited and the
// counters read, for some seconds if a write without an answer may come late.
// When ctx ends, everything ends at once: requests in flight are
// cut off (their outcome is unknown) and the counters are not read.
//
// A scenario that [Validate] refuses is refused, but for what the fleet does not
// look at: its stores and strategies are the caller's.
//
// The result is nil only if the load did not begin, which is [ErrStopped] if stop
// was closed before, or after a panic while the result was made; with any other
// error it holds what was measured until then, and the error. A panic of a
// strategy becomes an error that ends the load, and its operation is unknown. No
// goroutine outlives the call.
func (f Fleet) Run(ctx context.Context, stop <-chan struct{}) (*Result, error) {
	f.Scenario.Load.resolve(true)
	if err := f.check(); err != nil {
		return nil, err
	}
	keys := f.keys()
	ledgers, err := f.open(ctx, stop, keys)
	if err != nil {
		return nil, err
	}
	r := newRun(f, keys)
	if err := r.checkStrategies(); err != nil {
		return nil, err
	}
	if err := r.openHistory(ledgers); err != nil {
		return nil, err
	}
	return r.finish(ctx, ledgers, r.load(ctx, stop))
}

// finish makes the result of a load and closes the history, which a panic does
// not cost what it has.
func (r *run) finish(ctx context.Context, ledgers []history.Ledger, loadErr error) (result *Result, err error) {
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
func (r *run) conclude(ctx context.Context, ledgers []history.Ledger, loadErr error) *Result {
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

// keys names the counters; a counter's name does not depend on how many there
// are.
func (f Fleet) keys() []counter.Key {
	keys := make([]counter.Key, f.Scenario.Counters.Count)
	for i := range keys {
		keys[i] = counter.Key{Table: f.Table, Name: fmt.Sprintf("counter-%d", i)}
	}
	return keys
}

// ErrStopped: the caller stopped the run before its load began.
var ErrStopped = errors.New("stopped before the load began")

// open creates the counters that do not exist and reads what all hold.
func (f Fleet) open(ctx context.Context, stop <-chan struct{}, keys []counter.Key) ([]history.Ledger, error) {
	ledgers := make([]history.Ledger, len(keys))
	defer f.sayIfSlow("still creating the counters, %d of them, before the load begins", len(keys))()
	ctx, release := untilClosed(ctx, stop)
	defer release()
	err := forEachKey(ctx, keys, func(ctx context.Context, i int, key counter.Key) error {
		if err := f.Setup.Create(ctx, key, f.Scenario.Counters.Initial); err != nil {
			return err
		}
		state, err := ReadPatiently(ctx, f.Setup, key, true)
		if err != nil {
			return err
		}
		ledgers[i] = history.Ledger{Key: key.Name, Initial: state.Value, InitialVersion: state.Version}
		return f.awaitVisible(ctx, key)
	})
	if isClosed(stop) {
		return nil, ErrStopped
	}
	return ledgers, err
}

// untilClosed returns a context that ends when stop is closed, too. The caller
// must call release.
func untilClosed(ctx context.Context, stop <-chan struct{}) (limited context.Context, release func()) {
	limited, end := context.WithCancel(ctx)
	var watching sync.WaitGroup
	watching.Go(func() {
		select {
		case <-stop:
			end()
		case <-limited.Done():
		}
	})
	return limited, func() {
		end()
		watching.Wait()
	}
}

// setupNotice is how long the preparation of a load may take without a word.
const setupNotice = 2 * time.Second

// sayIfSlow says something unless done is called soon.
func (f Fleet) sayIfSlow(format string, args ...any) (done func()) {
	ended := make(chan struct{})
	var waiting sync.WaitGroup
	waiting.Go(func() {
		timer := time.NewTimer(setupNotice)
		defer timer.Stop()
		select {
		case <-timer.C:
			f.say(format, args...)
		case <-ended:
		}
	})
	return func() {
		close(ended)
		waiting.Wait()
	}
}

// initialIgnored says which counters existed already and began with another
// value than the scenario's; "" if none did.
func (f Fleet) initialIgnored(ledgers []history.Ledger) string {
	others := 0
	var first *history.Ledger
	for i := range ledgers {
		if ledgers[i].Initial == f.Scenario.Counters.Initial {
			continue
		}
		if others++; first == nil {
			first = &ledgers[i]
		}
	}
	if others == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d counters existed already and did not begin with the scenario's counters.initial, %d: %q began with %d",
		others, len(ledgers), f.Scenario.Counters.Initial, first.Key, first.Initial)
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// awaitVisible waits until an eventually consistent read finds a new counter, if
// the scenario has such reads.
func (f Fleet) awaitVisible(ctx context.Context, key counter.Key) error {
	if f.Scenario.Reads != ReadsEventual {
		return nil
	}
	const pause = 10 * time.Millisecond
	patience := f.visiblePatience()
	for began := time.Now(); ; {
		_, err := ReadPatiently(ctx, f.Setup, key, false)
		if !errors.Is(err, counter.ErrNotFound) {
			return err
		}
		if time.Since(began) > patience || !wait(ctx, pause) {
			return fmt.Errorf("%w, as an eventually consistent read sees it", err)
		}
	}
}

// visiblePatience is how long a new counter may stay invisible to eventually
// consistent reads: as long as the embedded server is told to, and a minute.
func (f Fleet) visiblePatience() time.Duration {
	patience := time.Minute
	if f.Scenario.Target == TargetEmbedded {
		patience += f.Scenario.Embedded.ReadLag
	}
	return patience
}

// readFinals reads every counter that can be read; the error is the first of
// those that could not.
func (f Fleet) readFinals(ctx context.Context, keys []counter.Key, result *Result) error {
	if ctx.Err() != nil {
		result.Warnings = append(result.Warnings, "the run was cut off: final values were not read")
		return nil
	}
	var mu sync.Mutex
	var failures []error
	_ = forEachKey(ctx, keys, func(ctx context.Context, i int, key counter.Key) error {
		if err := f.readFinal(ctx, key, &result.Ledgers[i]); err != nil {
			mu.Lock()
			defer mu.Unlock()
			failures = append(failures, err)
		}
		return nil
	})
	if len(failures) == 0 {
		return nil
	}
	return fmt.Errorf("final values of %d of %d counters: %w", len(failures), len(keys), failures[0])
}

// readFinal reads what a counter holds into its account, unless that fails.
func (f Fleet) readFinal(ctx context.Context, key counter.Key, l *history.Ledger) error {
	asked := time.Now()
	state, err := ReadPatiently(ctx, f.Setup, key, true)
	if err != nil {
		return err
	}
	l.Final, l.FinalVersion, l.FinalKnown = state.Value, state.Version, true
	l.FinalAsked, l.FinalTold = asked, time.Now()
	return nil
}

func forEachKey(ctx context.Context, keys []counter.Key, do func(context.Context, int, counter.Key) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(setupParallelism)
	for i, key := range keys {
		g.Go(func() error { return crash.Catch(func() error { return do(ctx, i, key) }) })
	}
	return g.Wait()
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
	turns     turns
	stages    *stageTallies
	guard     *guard
	over      chan struct{}   // closed when nothing is to begin any more
	noMore    sync.Once       // closes it
	stopped   bool            // by the caller
	endedAt   int64           // when no new work was to start any more, in nanoseconds since began
	history   *history.Writer // nil: none is kept
	recording *recording
	stalls    stallWatch
}

// show lets others look at the run while it goes on.
func (r *run) show(live *Live) {
	var waiting unbegun
	if r.arrivals != nil {
		waiting = r.arrivals.unbegun
	}
	live.start(r.began, r.recording.parts(), waiting)
}

func newRun(f Fleet, keys []counter.Key) *run {
	r := &run{fleet: f, nonce: newNonce(), budget: budget{total: f.Scenario.Load.Operations}}
	r.arrivals, r.turns, r.stages = newArrivals(&f.Scenario), newTurns(&f.Scenario.Load), newStageTallies(&f.Scenario.Load)
	r.gate = newGate(f.InFlight, f.Scenario.Load.Workers)
	r.guard, r.over = newGuard(f.sources), make(chan struct{})
	r.recording = newRecording(&r.fleet.Scenario, len(keys))
	picker := newPicker(f.Scenario.Counters.Pick, len(keys))
	r.workers = make([]*worker, f.Scenario.Load.Workers)
	for i := range r.workers {
		r.workers[i] = newWorker(r, i, keys, picker)
		r.stalls.watch(&r.workers[i].waiter)
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
	if f := r.fleet.Begin; f != nil {
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
