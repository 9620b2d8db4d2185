package fleet

import (
	"context"
	"time"

	"contend/counter"
	"contend/internal/clock"
)

// The waits of [ReadPatiently].
const (
	readPatience   = 30 * time.Second
	firstReadPause = 50 * time.Millisecond
	maxReadPause   = 2 * time.Second
)

// ReadPatiently reads a counter outside of what is measured. A store that
// answered a part of a batch only, throttled the read or cancelled it because of
// a write is asked again, for half a minute at most: no client does that by
// itself for keys that a batch left unprocessed, and a read before or after the
// load is not what the load is to find out about.
func ReadPatiently(ctx context.Context, strategy counter.Strategy, key counter.Key, consistent bool) (counter.State, error) {
	began := clock.Of(ctx).Now()
	for pause := firstReadPause; ; pause = min(2*pause, maxReadPause) {
		state, _, err := strategy.Read(ctx, key, consistent)
		if err == nil || !mayPass(err) || clock.Of(ctx).Since(began)+pause > readPatience {
			return state, err
		}
		if !clock.Of(ctx).Sleep(ctx, pause) {
			return state, err
		}
	}
}

// mayPass reports whether a read was refused for what may be over soon.
func mayPass(err error) bool {
	c := counter.Classify(err)
	return !c.Permanent && (c.Outcome == counter.Throttled || c.Outcome == counter.Conflict)
}
