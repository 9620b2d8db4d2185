package store

import (
	"context"
	"net/http"

	"contend/counter"
	"contend/workload/fault"
	"contend/workload/scenario"
)

// injecting puts the scenario's faults between the load and its store. Without
// any it returns nil.
func injecting(next http.RoundTripper, s *scenario.Scenario) *fault.Transport {
	if len(s.Faults) == 0 {
		return nil
	}
	return fault.New(next, fault.Config{Rules: s.Faults, Seed: s.Seed, Worker: senderOf, Note: noteFault})
}

// senderOf is the worker that a request belongs to.
func senderOf(ctx context.Context) int {
	if wire := counter.WireOf(ctx); wire != nil {
		return wire.Worker
	}
	return -1
}

// noteFault enters a fault in the account of the request's worker.
func noteFault(ctx context.Context, met fault.Injected) {
	extra := 0
	if met.Kind == fault.Duplicate {
		extra = 1
	}
	counter.WireOf(ctx).Hit(counter.SendFault{
		Extra:                 extra,
		Kind:                  string(met.Kind),
		Delivered:             met.Delivered,
		AppliedUnacknowledged: unheard(met),
		Settled:               !met.Pending && (met.Kind != fault.LateRequest || met.Delivered == 0),
		Status:                met.Status,
		Code:                  met.ErrorType,
	})
}

// unheard counts the deliveries that the store accepted without the client being
// told: it hears the first answer to what was delivered twice, and an answer
// that was only delayed.
func unheard(met fault.Injected) int {
	switch {
	case met.Status != http.StatusOK, met.Kind == fault.LateRequest:
		return 0
	case met.Kind == fault.Duplicate:
		return met.Delivered - 1
	}
	return met.Delivered
}
