package fleet

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"contend/counter"
	"contend/internal/clock"
	"contend/internal/crash"
	"contend/workload/history"
	"contend/workload/scenario"
)

// setupParallelism bounds the requests in flight before and after the load.
const setupParallelism = 16

// open creates the counters that do not exist and reads what all hold.
func (f Fleet) open(ctx context.Context, stop <-chan struct{}, keys []counter.Key) ([]history.Ledger, error) {
	ledgers := make([]history.Ledger, len(keys))
	defer f.sayIfSlow(ctx, "still creating the counters, %d of them, before the load begins", len(keys))()
	ctx, cancel := clock.Of(ctx).WithStop(ctx, stop)
	defer cancel()
	err := forEachKey(ctx, keys, func(ctx context.Context, i int, key counter.Key) error {
		state, err := f.openOne(ctx, key)
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

// openOne makes sure that a counter exists, and reads it. Of several machines, only the first
// creates counters, and the others wait for them.
func (f Fleet) openOne(ctx context.Context, key counter.Key) (counter.State, error) {
	if f.Share.Machine > 0 {
		return f.awaitCounter(ctx, key)
	}
	if err := f.Setup.Create(ctx, key, f.Scenario.Counters.Initial); err != nil {
		return counter.State{}, err
	}
	return ReadPatiently(ctx, f.Setup, key, true)
}

// awaitCounter waits until another machine has created a counter.
func (f Fleet) awaitCounter(ctx context.Context, key counter.Key) (counter.State, error) {
	const pause, patience = 100 * time.Millisecond, time.Minute
	for began := clock.Of(ctx).Now(); ; {
		state, err := ReadPatiently(ctx, f.Setup, key, true)
		if !errors.Is(err, counter.ErrNotFound) {
			return state, err
		}
		if clock.Of(ctx).Since(began) > patience || !clock.Of(ctx).Sleep(ctx, pause) {
			return state, fmt.Errorf("machine 0 did not create it: %w", err)
		}
	}
}

// setupNotice is how long the preparation of a load may take without a word.
const setupNotice = 2 * time.Second

// sayIfSlow says something unless done is called soon.
func (f Fleet) sayIfSlow(ctx context.Context, format string, args ...any) (done func()) {
	c := clock.Of(ctx)
	ended, waiting := c.NewEvent(), c.NewGroup()
	waiting.Go("notice", func() error {
		if c.SleepOr(setupNotice, ended) {
			f.say(format, args...)
		}
		return nil
	})
	return func() {
		ended.Fire()
		_ = waiting.Wait() // it has no error
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

// awaitVisible waits until an eventually consistent read finds a new counter, if
// the scenario has such reads.
func (f Fleet) awaitVisible(ctx context.Context, key counter.Key) error {
	if f.Scenario.Reads != scenario.ReadsEventual {
		return nil
	}
	const pause = 10 * time.Millisecond
	patience := f.visiblePatience()
	for began := clock.Of(ctx).Now(); ; {
		_, err := ReadPatiently(ctx, f.Setup, key, false)
		if !errors.Is(err, counter.ErrNotFound) {
			return err
		}
		if clock.Of(ctx).Since(began) > patience || !clock.Of(ctx).Sleep(ctx, pause) {
			return fmt.Errorf("%w, as an eventually consistent read sees it", err)
		}
	}
}

// visiblePatience is how long a new counter may stay invisible to eventually
// consistent reads: as long as the embedded server is told to, and a minute.
func (f Fleet) visiblePatience() time.Duration {
	patience := time.Minute
	if f.Scenario.HasServer() {
		patience += f.Scenario.Embedded.ReadLag
	}
	return patience
}

// forEachKey calls do for every key, for some of them at the same time. The context of
// do ends with the first error, which forEachKey returns.
func forEachKey(ctx context.Context, keys []counter.Key, do func(context.Context, int, counter.Key) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var next atomic.Int64
	var first error // not one that it caused in others
	var noted sync.Once
	group := clock.Of(ctx).NewGroup()
	for range min(setupParallelism, len(keys)) {
		group.Go("counters", func() error {
			for i := next.Add(1) - 1; i < int64(len(keys)); i = next.Add(1) - 1 {
				if err := crash.Catch(func() error { return do(ctx, int(i), keys[i]) }); err != nil {
					noted.Do(func() { first = err; cancel() })
					return err
				}
			}
			return nil
		})
	}
	if group.Wait() == nil {
		return nil
	}
	return first
}
