package main

import (
	"fmt"
	"time"

	"contend/internal/history"
	"contend/workload"
)

// The on-demand prices of us-east-1 since November 2024, in dollars for one
// request unit.
const (
	writeUnitDollars = 0.625 / 1e6
	readUnitDollars  = 0.125 / 1e6
)

// fastestRequest is about the least time that DynamoDB takes to answer.
const fastestRequest = 2 * time.Millisecond

// confirm lets load on AWS pass only if the user has said so, after telling
// what it will be.
func (s *session) confirm() error {
	if s.target.kind != "aws" {
		return nil
	}
	writes, reads := expectedRequests(&s.scenario)
	fmt.Fprintf(s.stderr, "contend: this run uses AWS: table %s, region %s, about %d writes and %d reads, about $%.4f on demand (us-east-1 price)\n",
		s.table, s.target.region, writes, reads, float64(writes)*writeUnitDollars+float64(reads)*readUnitDollars)
	if s.confirmed {
		return nil
	}
	return usage(fmt.Errorf("target aws: refused without --yes"), "add --yes if that is what you want")
}

// expectedRequests estimates a run's requests. With a number of operations each
// is taken to succeed at once; with a duration every worker is taken to send one
// request after the other as fast as DynamoDB answers.
func expectedRequests(s *workload.Scenario) (writes, reads int64) {
	operations := s.Load.Operations
	if operations == 0 {
		perWorker := s.Load.Duration / (fastestRequest*2 + s.Load.Think)
		operations = int64(perWorker) * int64(s.Load.Workers)
	}
	weights := 0
	for _, kind := range history.Kinds() {
		weights += s.Operations.Weight(kind)
	}
	share := float64(s.Operations.Weight(history.Read)) / float64(weights)
	updates := int64(float64(operations) * (1 - share))
	return updates, operations
}
