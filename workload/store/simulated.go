package store

import (
	"context"
	"errors"
	"net/http"
	"time"

	"contend/counter"
	"contend/internal/clock"
	"contend/internal/embedded"
	"contend/workload/fault"
	"contend/workload/scenario"
)

// simulatedPlace is the endpoint of the simulated target in reports and messages.
const simulatedPlace = "simulated"

// openSimulated makes clients that call the embedded server directly and wait by the
// clock of the context. They do what the SDK's client does, in the same order: try a
// request several times, record each try, and give up after the time-out.
func openSimulated(ctx context.Context, s *scenario.Scenario) (*Target, error) {
	c := clock.Of(ctx)
	server := newServer(s, c)
	door := server.Direct()
	way := s.Simulated.Client / 2
	faults := fault.NewDirect(fault.Config{Rules: s.Faults, Seed: s.Seed, Worker: senderOf, Note: noteFault})
	load := &sending{clock: c, door: door, way: way, patience: s.RequestTimeout}
	if len(s.Faults) > 0 {
		load.faults = faults
	}
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
		Load:     methods{modes.over(load.send), &madeTokens{client: "load"}},
		Setup:    methods{always.over(setup.send), &madeTokens{client: "setup"}},
		SDK:      modes.about(s.SDKRetry),
		Begin:    faults.Begin,
		reached:  &reached{},
		planted:  func() []Planted { return plantedIn(server) },
		close: func() error {
			door.Wait()
			return server.Err()
		},
	}, nil
}

// try is one of the requests that the SDK sends for a call. Their numbers count from 1.
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
	faults   *fault.Direct // nil: none are injected
	way      time.Duration // that a request takes to the server, and its answer back
	patience time.Duration // after which a try is given up
}

func (s *sending) send(ctx context.Context, t try) (any, error) {
	operation := embedded.OperationOf(t.input)
	if ctx.Err() != nil {
		return nil, &sendError{operation: operation, cause: canceled(ctx)}
	}
	wire := counter.WireOf(ctx)
	wire.BeginSend(t.number, operation)
	answer := s.exchange(ctx, fault.Request{Operation: operation, Until: s.clock.Now().Add(s.patience)}, t.input)
	if answer.Err == nil {
		wire.EndSend(http.StatusOK, counter.Classification{Outcome: counter.Applied})
		return answer.Output, nil
	}
	failed := failedBy(ctx, operation, answer)
	wire.EndSend(failed.status, counter.Classify(failed))
	return nil, failed
}

// exchange sends a request, with faults if there are any to inject.
func (s *sending) exchange(ctx context.Context, r fault.Request, input any) fault.Answer {
	if s.faults == nil {
		return s.deliver(ctx, r, input)
	}
	s.clock.Sleep(ctx, 0) // a step, also where a fault answers at once: see [clock.Simulation.MaxSteps]
	return s.faults.Do(ctx, r, func(ctx context.Context, _ bool) fault.Answer { return s.deliver(ctx, r, input) })
}

// deliver sends a request to the server once.
func (s *sending) deliver(ctx context.Context, r fault.Request, input any) fault.Answer {
	output, err := s.door.Do(ctx, embedded.Request{Input: input, Worker: senderOf(ctx), Way: s.way, Until: r.Until})
	if err == nil {
		return fault.Answer{Output: output, Status: http.StatusOK}
	}
	if refused, ok := err.(*embedded.Refusal); ok {
		return fault.Answer{Status: refused.Status, Code: refused.API.ErrorCode(), Err: refused.API}
	}
	if errors.Is(err, embedded.ErrNoAnswer) {
		return fault.Answer{Err: context.DeadlineExceeded}
	}
	return fault.Answer{Err: err}
}

// failedBy turns an answer with an error into the error that the SDK's client would
// return.
func failedBy(ctx context.Context, operation string, a fault.Answer) *sendError {
	switch {
	case a.Status != 0:
		return &sendError{operation: operation, status: a.Status, cause: a.Err}
	case ctx.Err() != nil:
		return &sendError{operation: operation, cause: canceled(ctx)}
	}
	return &sendError{operation: operation, cause: unsent(a.Err)}
}
