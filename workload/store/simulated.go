package store

import (
	"context"
	"errors"
	"net/http"
	"time"

	"contend/counter"
	"contend/internal/clock"
	"contend/internal/embedded"
	"contend/workload/scenario"
)

// simulatedPlace is the endpoint of the simulated target in reports and messages.
const simulatedPlace = "simulated"

// openSimulated makes clients that speak to the embedded server within the process, by
// the clock of the context. They do what the SDK's client does, in its order: it tries a
// request several times, records each try, and gives up after the time-out.
func openSimulated(ctx context.Context, s *scenario.Scenario) (*Target, error) {
	if len(s.Faults) > 0 {
		return nil, errors.New("faults: cannot be simulated yet")
	}
	c := clock.Of(ctx)
	server := newServer(s, c)
	door := server.Direct()
	way := s.Simulated.Client / 2
	load := &sending{clock: c, door: door, way: way, patience: s.RequestTimeout}
	setup := &sending{clock: c, door: door, way: way, patience: setupPatience(s, scenario.TargetSimulated)}
	modes, err := retriesOf(s.SDKRetry, c, s.Seed)
	if err != nil {
		return nil, err
	}
	always, err := retriesOf(scenario.SDKRetryStandard, c, s.Seed)
	if err != nil {
		return nil, err
	}
	return &Target{
		Kind:     scenario.TargetSimulated,
		Endpoint: simulatedPlace,
		Load:     methods{modes.over(load.send)},
		Setup:    methods{always.over(setup.send)},
		SDK:      modes.about(s.SDKRetry),
		Begin:    func(time.Time) {},
		reached:  &reached{},
		planted:  func() []Planted { return plantedIn(server) },
		close: func() error {
			door.Wait()
			return server.Err()
		},
	}, nil
}

// try is one request of a client: the n-th that the SDK sends for the same call, counted
// from 1.
type try struct {
	input  any
	number int
}

// sender sends a request and returns its output.
type sender func(ctx context.Context, t try) (any, error)

// sending sends requests to the direct door, and records each in the wire of its context.
type sending struct {
	clock    clock.Clock
	door     *embedded.Direct
	way      time.Duration
	patience time.Duration
}

func (s *sending) send(ctx context.Context, t try) (any, error) {
	operation := embedded.OperationOf(t.input)
	wire := counter.WireOf(ctx)
	wire.BeginSend(t.number, operation)
	output, err := s.door.Do(ctx, embedded.Request{
		Input: t.input, Worker: senderOf(ctx), Way: s.way, Until: s.clock.Now().Add(s.patience),
	})
	if err == nil {
		wire.EndSend(http.StatusOK, counter.Classification{Outcome: counter.Applied})
		return output, nil
	}
	failed := answerTo(ctx, operation, err)
	wire.EndSend(failed.status, counter.Classify(failed))
	return nil, failed
}

// answerTo returns an error of the direct door as the SDK's client would tell it.
func answerTo(ctx context.Context, operation string, err error) *sendError {
	var refused *embedded.Refusal
	switch {
	case errors.As(err, &refused):
		return &sendError{operation: operation, status: refused.Status, cause: refused.API}
	case ctx.Err() != nil:
		return &sendError{operation: operation, cause: canceled(ctx)}
	case errors.Is(err, embedded.ErrNoAnswer):
		return &sendError{operation: operation, cause: timedOut()}
	}
	return &sendError{operation: operation, cause: err}
}
