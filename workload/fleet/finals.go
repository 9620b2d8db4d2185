package fleet

import (
	"context"
	"fmt"
	"sync"

	"contend/counter"
	"contend/internal/clock"
	"contend/workload/history"
	"contend/workload/measure"
)

// readFinals reads every counter that can be read; the error is the first of
// those that could not. It is no error that the run was cut off meanwhile.
func (f Fleet) readFinals(ctx context.Context, keys []counter.Key, result *measure.Result) error {
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
	switch {
	case len(failures) == 0:
		return nil
	case ctx.Err() != nil:
		result.Warnings = append(result.Warnings, fmt.Sprintf("the run was cut off: %d of %d final values were not read", len(failures), len(keys)))
		return nil
	}
	return fmt.Errorf("final values of %d of %d counters: %w", len(failures), len(keys), failures[0])
}

// readFinal reads what a counter holds into its account, unless that fails.
func (f Fleet) readFinal(ctx context.Context, key counter.Key, l *history.Ledger) error {
	asked := clock.Of(ctx).Now()
	state, err := ReadPatiently(ctx, f.Setup, key, true)
	if err != nil {
		return err
	}
	l.Final, l.FinalVersion, l.FinalKnown = state.Value, state.Version, true
	l.FinalAsked, l.FinalTold = asked, clock.Of(ctx).Now()
	return nil
}
