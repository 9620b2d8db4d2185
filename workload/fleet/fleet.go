package fleet

import (
	"context"
	"errors"
	"fmt"
	"time"

	"contend/counter"
	"contend/internal/clock"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/scenario"
)

// Fleet is a scenario and the stores that its workers meet.
type Fleet struct {
	Scenario scenario.Scenario
	// Share is the part of the load that this process makes. Others are the machines that
	// make the rest, nil if it makes the whole.
	Share  Share
	Others Others
	// Table holds the counters; it must exist.
	Table string
	// Strategy returns the strategy of one worker, numbered from 0. Workers
	// may share one.
	Strategy func(worker int) counter.Strategy
	// Performer carries out the operations, if it is not nil. Of the strategies only the
	// traits matter then, and the policy decides nothing.
	Performer Performer
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
	// OnSlow is told in a sentence what takes long beside the load; nil if nobody
	// listens. It may be called from any goroutine.
	OnSlow func(sentence string)
	// OnStart is told when the load begins, before its first request; nil if
	// nobody waits for it.
	OnStart func(time.Time)
	// Live is told what happens while the run goes on; nil if nobody looks.
	Live *measure.Live
	// Cost ends the load when it has cost so much; nil if there is no limit.
	Cost *measure.CostLimit
	// History begins the run's history, which takes every operation; nil if none is
	// kept. A run in real time needs one that is safe for use by several goroutines, as
	// [history.To]; one in simulated time needs one that keeps the order, as
	// [history.InOrderTo], to be the same again. An error of writing does not end the
	// load and becomes the run's.
	History history.Opener
	// Tool is what the history says wrote it.
	Tool string
	// sources are replaced by tests.
	sources sources
}

// Run creates the counters, puts the load on them, and reads them again.
//
// The load ends at the scenario's limit, when stop is closed, when a threshold with
// abort_after has been missed for so long, or when an operation fails for good; then
// requests in flight are still awaited and the counters read, for some seconds if a write
// without an answer may come late.
// When ctx ends, everything ends at once: requests in flight are
// cut off (their outcome is unknown) and the counters are not read.
//
// A scenario that [scenario.Validate] refuses is refused, but for what the fleet does not
// look at: its stores and strategies are the caller's.
//
// The result is nil only if the load did not begin, which is [ErrStopped] if stop
// was closed before, or after a panic while the result was made; with any other
// error it holds what was measured until then, and the error. A panic of a
// strategy becomes an error that ends the load, and its operation is unknown. No
// goroutine outlives the call.
func (f Fleet) Run(ctx context.Context, stop <-chan struct{}) (*measure.Result, error) {
	f.Scenario.Load.Resolve(true)
	if err := f.check(); err != nil {
		return nil, err
	}
	if f.Live == nil && (f.Cost != nil || len(f.breaches()) > 0) {
		f.Live = new(measure.Live)
	}
	keys := f.keys()
	ledgers, err := f.open(ctx, stop, keys)
	if err != nil {
		return nil, err
	}
	r := newRun(f, keys, clock.Of(ctx))
	if err := r.checkStrategies(); err != nil {
		return nil, err
	}
	if err := f.prepare(ctx, stop); err != nil {
		return nil, err
	}
	if err := r.meetOthers(ctx, stop); err != nil {
		return nil, err
	}
	if err := r.openHistory(ledgers); err != nil {
		return nil, err
	}
	return r.finish(ctx, ledgers, r.load(ctx, stop))
}

// keys names the counters; a counter's name does not depend on how many there
// are.
func (f Fleet) keys() []counter.Key { return Keys(f.Table, f.Scenario.Counters.Count) }

// Keys names the first counters of a table.
func Keys(table string, count int) []counter.Key {
	keys := make([]counter.Key, count)
	for i := range keys {
		keys[i] = counter.Key{Table: table, Name: fmt.Sprintf("counter-%d", i)}
	}
	return keys
}

// ErrStopped: the caller stopped the run before its load began.
var ErrStopped = errors.New("stopped before the load began")

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
