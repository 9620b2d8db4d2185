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
)

// A write without an answer may be held up in the network and change a counter
// after its final value was read. No wait is long enough for certain; these are
// long enough for connections and queues that are merely slow.
const (
	// settlePatience is how long nothing must change, if the requests of the
	// scenario are not given longer.
	settlePatience = 5 * time.Second
	// settlePause lies between two looks at the counters.
	settlePause = 250 * time.Millisecond
	// settleRounds bounds the whole wait, in patiences: another program may
	// write for ever.
	settleRounds = 4
)

// settle watches the counters that a late write could still change until none
// can be or nothing has changed for a while. What may still change then is a
// warning.
func (f Fleet) settle(ctx context.Context, keys []counter.Key, result *measure.Result) {
	patience := f.settlePatience()
	open := f.unsettled(result.Ledgers)
	if len(open) == 0 {
		return
	}
	f.say("writes without an answer may still come: watching the final values for %s", patience)
	began := clock.Of(ctx).Now()
	err := f.watch(ctx, keys, result.Ledgers, patience)
	if open = f.unsettled(result.Ledgers); len(open) == 0 {
		return
	}
	first := fmt.Sprintf("%q", result.Ledgers[open[0]].Key)
	if len(open) > 1 {
		first = fmt.Sprintf("%d counters, the first of them %s,", len(open), first)
	}
	if err != nil {
		result.Warnings = append(result.Warnings, fmt.Sprintf(
			"writes without an answer may still change %s: the final values were not watched to the end: %s", first, err))
		return
	}
	for _, i := range open {
		result.Ledgers[i].Watched = patience
	}
	result.Warnings = append(result.Warnings, fmt.Sprintf(
		"writes without an answer may still change %s although none came in the last %s of %s after the load: the verdict holds for the final values as they were then",
		first, patience, clock.Of(ctx).Since(began).Round(time.Millisecond)))
}

// settlePatience leaves a late write as long as a request is given. The
// embedded server carries out a request that its client has given up after half
// of the modelled latency.
func (f Fleet) settlePatience() time.Duration {
	patience := max(f.Scenario.RequestTimeout, settlePatience)
	if f.Scenario.HasServer() {
		for _, latency := range f.Scenario.Embedded.Kinds() {
			patience = max(patience, latency.Mean+latency.SD)
		}
	}
	return patience
}

var errCutOff = errors.New("the run was cut off")

// watch reads the counters that may change until none can or none did for as
// long as patience. The error is nil unless the counters could not be watched
// for so long.
func (f Fleet) watch(ctx context.Context, keys []counter.Key, ledgers []history.Ledger, patience time.Duration) error {
	c := clock.Of(ctx)
	began := c.Now()
	for quiet, look := began, began; c.Since(quiet) < patience; {
		look = look.Add(settlePause)
		look = look.Add(max(c.Since(look), 0).Truncate(settlePause)) // leaves out what there was no time for
		if !c.Sleep(ctx, -c.Since(look)) {
			return errCutOff
		}
		if c.Since(began) > settleRounds*patience {
			return errors.New("they were still changing")
		}
		changed, err := f.lookAgain(ctx, keys, ledgers)
		if ctx.Err() != nil {
			return errCutOff
		}
		if err != nil {
			return err
		}
		if changed {
			quiet = c.Now()
		}
		if len(f.unsettled(ledgers)) == 0 {
			return nil
		}
	}
	return nil
}

// lookAgain reads the counters that may change, and reports whether one did.
func (f Fleet) lookAgain(ctx context.Context, keys []counter.Key, ledgers []history.Ledger) (changed bool, err error) {
	open := f.unsettled(ledgers)
	before := make([]int64, len(open))
	looked := make([]counter.Key, len(open))
	for n, i := range open {
		before[n], looked[n] = ledgers[i].Final, keys[i]
	}
	err = forEachKey(ctx, looked, func(ctx context.Context, n int, key counter.Key) error {
		return f.readFinal(ctx, key, &ledgers[open[n]])
	})
	for n, i := range open {
		changed = changed || ledgers[i].Final != before[n]
	}
	return changed, err
}

// unsettled are the indexes of the counters that a late write could still
// change.
func (f Fleet) unsettled(ledgers []history.Ledger) []int {
	var open []int
	for i := range ledgers {
		if l := &ledgers[i]; l.FinalKnown && f.mayChange(l) {
			open = append(open, i)
		}
	}
	return open
}

// mayChange reports whether a late write of this machine could change a counter. The final
// value does not say which of them have come if other machines changed it too.
func (f Fleet) mayChange(l *history.Ledger) bool {
	return l.MayChange() || !f.Share.Whole() && l.Open > 0
}

func (f Fleet) say(format string, args ...any) {
	if f.OnSlow != nil {
		f.OnSlow(fmt.Sprintf(format, args...))
	}
}
