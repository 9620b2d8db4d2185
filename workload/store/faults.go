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
		Settled:               !met.Pending && (met.Kind != fault.LateRequest || met.Delivered == 0),
		Status:                met.Status,
		Code:                  met.ErrorType,
	})
}

// unacknowledged counts the deliveries that the store accepted and the client got no
// answer to. The client does get the first answer to a duplicate, and the answer to a
// request that was only delayed.
func unacknowledged(met fault.Injected) int {
	switch {
	case met.Status != http.StatusOK, met.Kind == fault.LateRequest:
		return 0
	case met.Kind == fault.Duplicate:
		return met.Delivered - 1
	}
	return met.Delivered
}
