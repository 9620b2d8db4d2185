package main

import (
	"context"

	"contend/report"
	"contend/workload/fault"
	"contend/workload/scenario"
	"contend/workload/store"
)

// openTarget opens a scenario's target; the error is not explained.
func (p *program) openTarget(ctx context.Context, s *scenario.Scenario, allowed store.Consent) (*store.Target, error) {
	return store.Open(ctx, s, store.Options{Consent: allowed, Dial: p.dial})
}

// reportedSDK is what a report says of a client.
func reportedSDK(s store.SDK) report.SDK {
	return report.SDK{Version: s.Version, Retry: s.Retry, MaxAttempts: s.MaxAttempts, Parameters: s.Parameters}
}

// faultKinds lists the kinds that a scenario asks for, each once.
func faultKinds(s *scenario.Scenario) []string {
	var kinds []string
	known := map[fault.Kind]bool{}
	for _, rule := range s.Faults {
		if !known[rule.Kind] {
			known[rule.Kind] = true
			kinds = append(kinds, string(rule.Kind))
		}
	}
	return kinds
}
