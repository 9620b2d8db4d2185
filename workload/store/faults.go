package store

import (
	"context"
	"net/http"

	"contend/counter"
	"contend/workload/fault"
	"contend/workload/scenario"
)

// injecting returns a transport that injects the scenario's faults before next, nil
// if the scenario has none.
func injecting(next http.RoundTripper, s *scenario.Scenario) *fault.Transport {
	if len(s.Faults) == 0 {
		return nil
	}
	return fault.New(next, fault.Config{Rules: s.Faults, Seed: s.Seed, Worker: senderOf, Note: noteFault})
}

// senderOf returns the worker that sends a request, −1 if none does.
func senderOf(ctx context.Context) int {
	if wire := counter.WireOf(ctx); wire != nil {
		return wire.Worker
	}
	return -1
}

// noteFault records a fault in the wire of the request's call.
func noteFault(ctx context.Context, met fault.Injected) {
	extra := 0
	if met.Kind == fault.Duplicate {
		extra = 1
	}
	counter.WireOf(ctx).Hit(counter.SendFault{
		Extra:                 extra,
		Kind:                  string(met.Kind),
		Delivered:             met.Delivered,
		AppliedUnacknowledged: unacknowledged(met),
		Settled:               !met.Pending && (!met.Answered || extra > 0),
		Status:                met.Status,
		Code:                  met.ErrorType,
	})
}

// unacknowledged counts the deliveries that the store accepted and the client got no
// answer to.
func unacknowledged(met fault.Injected) int {
	if met.Status != http.StatusOK {
		return 0
	}
	return met.Unanswered
}
