package main

import (
	"context"

	"contend/workload/scenario"
	"contend/workload/store"
)

// openTarget opens a scenario's target; the error is not explained.
func (p *program) openTarget(ctx context.Context, s *scenario.Scenario, allowed store.Consent) (*store.Target, error) {
	return store.Open(ctx, s, store.Options{Consent: allowed, Dial: p.dial})
}
