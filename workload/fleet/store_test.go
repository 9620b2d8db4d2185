package fleet

import (
	"cmp"
	"context"
	"errors"
	"net"
	"sync"
	"syscall"
	"time"

	"contend/counter"
	"contend/internal/clock"
)

// store is a counter store in memory with a latency and scripted faults. It
// stands for the strategy and the server below it.
type store struct {
	latency time.Duration
	// readLatency is that of reads, if it differs.
	readLatency time.Duration
	// needsState makes it a conditional store, else an atomic one.
	needsState bool
	// conflictState makes refused writes tell the state.
	conflictState bool
	// fault is called before write n, counted from 1; a nil error means no fault.
	// If applied is true, the change is made although the error is returned.
	fault func(n int) (err error, applied bool)
	// late is called for a write that is not applied in time, counted as for fault.
	// If the result is above 0, the write is applied that long after its answer was
	// lost.
	late func(n int) time.Duration
	// readFault is called before read n, counted from 1.
	readFault func(n int) error

	mu            sync.Mutex
	states        map[string]counter.State
	writes, reads int
}

// Errors that counter.Classify gives the outcome of their name.
var (
	errThrottled         = &throttle{}
	errTimeout           = context.DeadlineExceeded
	errRefused           = counter.ErrOutOfSync
	errPermanent         = counter.ErrOverflow
	errRefusedConnection = &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
)

type throttle struct{}

func (*throttle) Error() string { return "throttled" }

func (s *store) Name() string { return "store" }
func (s *store) Traits() counter.Traits {
	return counter.Traits{NeedsState: s.needsState, ReturnsState: true, Versions: true, Decrements: true}
}

func (s *store) Create(_ context.Context, key counter.Key, initial int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.states == nil {
		s.states = map[string]counter.State{}
	}
	if _, exists := s.states[key.Name]; !exists {
		s.states[key.Name] = counter.State{Value: initial, Version: 1}
	}
	return nil
}

func (s *store) Read(ctx context.Context, key counter.Key, _ bool) (counter.State, counter.Units, error) {
	if err := s.pause(ctx, cmp.Or(s.readLatency, s.latency)); err != nil {
		return counter.State{}, counter.Units{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	if s.readFault != nil {
		if err := s.readFault(s.reads); err != nil {
			return counter.State{}, counter.Units{}, err
		}
	}
	return s.states[key.Name], counter.Units{Read: 1, Reported: true}, nil
}

func (s *store) Add(ctx context.Context, key counter.Key, change counter.Change) (counter.Receipt, error) {
	delta, seen := change.Delta, change.Seen
	if err := s.pause(ctx, s.latency); err != nil {
		return counter.Receipt{Classification: counter.Classify(err)}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writes++
	state := s.states[key.Name]
	if s.fault != nil {
		if err, applied := s.fault(s.writes); err != nil {
			if applied {
				s.states[key.Name] = counter.State{Value: state.Value + delta, Version: state.Version + 1}
			} else if s.late != nil {
				s.applyLater(key, delta, s.late(s.writes))
			}
			return s.refusal(err, state), err
		}
	}
	if s.needsState && state != seen {
		return s.refusal(errRefused, state), errRefused
	}
	state.Value += delta
	state.Version++
	s.states[key.Name] = state
	return counter.Receipt{
		Classification: counter.Classification{Outcome: counter.Applied},
		State:          state, StateKnown: true,
		Units: counter.Units{Write: 1, Reported: true},
	}, nil
}

func (s *store) applyLater(key counter.Key, delta int64, after time.Duration) {
	if after <= 0 {
		return
	}
	time.AfterFunc(after, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		state := s.states[key.Name]
		s.states[key.Name] = counter.State{Value: state.Value + delta, Version: state.Version + 1}
	})
}

func (s *store) refusal(err error, state counter.State) counter.Receipt {
	receipt := s.receipt(err)
	if s.conflictState && receipt.Outcome == counter.Conflict {
		receipt.State, receipt.StateKnown = state, true
	}
	return receipt
}

func (s *store) receipt(err error) counter.Receipt {
	if errors.Is(err, errThrottled) {
		return counter.Receipt{Classification: counter.Classification{Outcome: counter.Throttled, Reason: "hot key"}}
	}
	c := counter.Classify(err)
	r := counter.Receipt{Classification: c, Unsent: c.NeverSent()}
	if c.Outcome == counter.Conflict {
		r.EstimatedUnits = counter.Units{Write: 1}
	}
	return r
}

func (s *store) pause(ctx context.Context, latency time.Duration) error {
	if !clock.Of(ctx).Sleep(ctx, latency) {
		return ctx.Err()
	}
	return nil
}
