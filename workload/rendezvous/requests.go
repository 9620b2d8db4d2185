package rendezvous

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
	"contend/internal/clock"
)

// Traffic counts a machine's own control requests and their units, without retries that the
// client makes by itself.
type Traffic struct {
	Requests              int64
	ReadUnits, WriteUnits float64 // as reported by the store
}

// requests sends requests again until they are answered. All of them may be sent again:
// see the package comment.
type requests struct {
	clock    clock.Clock
	patience time.Duration // with one request
	// awaitsTable is true while the table may not be there yet.
	awaitsTable bool

	mu      sync.Mutex
	usual   time.Duration // that an answered request takes
	random  *rand.Rand
	traffic Traffic
}

func newRequests(c clock.Clock, m Member, lost time.Duration) *requests {
	return &requests{clock: c, patience: min(2*time.Second, lost/4), awaitsTable: true,
		random: rand.New(rand.NewPCG(uint64(m.Machine), uint64(m.Machines)))}
}

// try sends a request once, and returns the units that the store reported: an empty list
// if it reported none.
type try func(context.Context) (used []types.ConsumedCapacity, write bool, err error)

const (
	firstPause   = 25 * time.Millisecond
	longestPause = time.Second
	// shortestPatience is more than a busy machine usually needs for one request.
	shortestPatience = 250 * time.Millisecond
)

// send carries out a request, until it is answered, refused for good, or ctx ends. stop
// ends the pauses; it may be nil. do carries out one try.
func (r *requests) send(ctx context.Context, stop *clock.Event, do try) error {
	patience := r.first()
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		err := r.once(ctx, patience, do)
		patience = min(2*patience, r.patience)
		if err == nil || ctx.Err() != nil || stop.Fired() || !r.again(counter.Classify(err)) {
			return err
		}
		s := r.clock.NewSleeper()
		if !sleepOr(ctx, r.clock, &s, r.jitter(pause), stop) {
			return err
		}
	}
}

// sleepOr sleeps until an event, or the end of the context.
func sleepOr(ctx context.Context, c clock.Clock, s *clock.Sleeper, d time.Duration, e *clock.Event) bool {
	if e != nil {
		return s.SleepOr(d, e) && ctx.Err() == nil
	}
	return c.Sleep(ctx, d)
}

// first returns the patience with a first try: a request that takes much longer than usual
// is probably lost.
func (r *requests) first() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.usual == 0 {
		return r.patience
	}
	return min(max(10*r.usual, shortestPatience), r.patience)
}

func (r *requests) once(ctx context.Context, patience time.Duration, do try) error {
	began := r.clock.Now()
	limited, cancel := r.clock.WithDeadline(ctx, began.Add(patience))
	defer cancel()
	used, write, err := do(limited)
	took := r.clock.Since(began)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.usual = max(took, r.usual*7/8) // it falls slowly and rises at once
	}
	r.traffic.Requests++
	for _, u := range used {
		r.traffic.add(u, write)
	}
	return err
}

// add adds reported units. Some servers report the total only.
func (t *Traffic) add(used types.ConsumedCapacity, write bool) {
	switch {
	case used.ReadCapacityUnits != nil || used.WriteCapacityUnits != nil:
		t.ReadUnits += value(used.ReadCapacityUnits)
		t.WriteUnits += value(used.WriteCapacityUnits)
	case write:
		t.WriteUnits += value(used.CapacityUnits)
	default:
		t.ReadUnits += value(used.CapacityUnits)
	}
}

// one is the list of one answer's units; it is empty if there are none.
func one(used *types.ConsumedCapacity) []types.ConsumedCapacity {
	if used == nil {
		return nil
	}
	return []types.ConsumedCapacity{*used}
}

func value(units *float64) float64 {
	if units == nil {
		return 0
	}
	return *units
}

// again reports whether another try can help.
func (r *requests) again(c counter.Classification) bool {
	if c.Reason == "ResourceNotFoundException" {
		return r.awaitsTable
	}
	return c.Outcome == counter.Throttled || c.Outcome == counter.Unknown || c.Outcome == counter.Failed && !c.Permanent
}

// jitter shortens a pause by up to half, so that machines do not return together.
func (r *requests) jitter(d time.Duration) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return d/2 + time.Duration(r.random.Int64N(int64(d/2)+1))
}

// Traffic returns the machine's control requests so far.
func (m *Meeting) Traffic() Traffic {
	m.requests.mu.Lock()
	defer m.requests.mu.Unlock()
	return m.requests.traffic
}
