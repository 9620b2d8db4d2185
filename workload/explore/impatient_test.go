package explore_test

import (
	"context"
	"testing"
	"time"

	"contend/counter"
	"contend/internal/clock"
	"contend/workload/explore"
)

// impatient gives up the first of three changes some time after its call. It is for one simulated
// run, whose callers come one after another.
type impatient struct {
	counter.Strategy
	patience time.Duration
	calls    int
}

func (s *impatient) Add(ctx context.Context, key counter.Key, change counter.Change) (counter.Receipt, error) {
	if s.calls++; s.calls%3 != 1 {
		return s.Strategy.Add(ctx, key, change)
	}
	c := clock.Of(ctx)
	ctx, cancel := c.WithDeadline(ctx, c.Now().Add(s.patience))
	defer cancel()
	return s.Strategy.Add(ctx, key, change)
}

// Callers of the design combining wait for each other. When one gives up, as the leader or
// not, before its turn or in it, the others must be served all the same. A change that was
// given up may have been made, so nobody tries it again.
func TestCallersOfCombiningMayGiveUp(t *testing.T) {
	space := spaceOf(t, `
strategy: combining
load: { workers: 5, operations: 40 }
retry: { on: [conflict, throttled] }
embedded: { latency: { mean: 4ms, sd: 3ms } }
`)
	for _, patience := range []time.Duration{0, 3 * time.Millisecond, 5 * time.Millisecond} {
		e := explore.Explorer{Space: space, Seeds: 30, Failures: 1}
		e.Strategy = func(client counter.DynamoDB) (counter.Strategy, error) {
			s, err := counter.Schema{}.NewStrategy(counter.CombiningName, client, counter.DefaultParameters())
			return &impatient{Strategy: s, patience: patience}, err
		}
		r, err := e.Run(context.Background())
		if err != nil || r.Failed > 0 || r.Unfinished > 0 || r.Seeds != 30 {
			t.Errorf("%v: got %+v, %v", patience, r, err)
		}
	}
}
