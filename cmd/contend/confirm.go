package main

import (
	"context"
	"fmt"

	"contend/workload/estimate"
	"contend/workload/scenario"
	"contend/workload/store"
	"contend/workload/trial"
)

// confirm prints the load that another machine will get, before the user has consented
// to it. Nothing has been sent anywhere before.
func (s *session) confirm(what *scenario.Scenario, at trial.Place) {
	if at.Elsewhere && !s.announced {
		fmt.Fprintf(s.stderr, "contend: this run uses %s, table %s, %s\n", at.Description, at.Table, estimate.Of(what))
	}
}

// confirmAll does the same for all runs of a campaign, or of a search, that are still to be
// made, so that the user consents to the whole. whole is the word for it.
func (s *session) confirmAll(ctx context.Context, whole string, left []scenario.Scenario) error {
	if len(left) == 0 {
		return nil
	}
	first, err := s.openTarget(ctx, &left[0], store.OnlyHere) // all runs have the same target
	if err != nil {
		return explain(err, left[0].Target)
	}
	defer func() { _ = first.Close() }() // nothing was sent
	if !first.NeedsConsent() {
		return nil
	}
	tables := "each with a table of its own"
	if left[0].Table != "" {
		tables = "all with the table " + left[0].Table
	}
	fmt.Fprintf(s.stderr, "contend: this %s uses %s: %d runs, one after another, %s, in total %s\n",
		whole, first.Place(), len(left), tables, estimate.Of(pointers(left)...))
	s.announced = true
	return hinting(first.Refuse(s.confirmed), first.Endpoint)
}

func pointers(list []scenario.Scenario) []*scenario.Scenario {
	all := make([]*scenario.Scenario, len(list))
	for i := range list {
		all[i] = &list[i]
	}
	return all
}
