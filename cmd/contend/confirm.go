package main

import (
	"context"
	"errors"
	"fmt"

	"contend/workload"
	"contend/workload/estimate"
	"contend/workload/store"
)

// confirm lets load on another machine pass only if the user has said so, after
// telling what it will be. Nothing was sent anywhere before.
func (s *session) confirm() error {
	if !s.target.NeedsConsent() || s.announced {
		return nil
	}
	fmt.Fprintf(s.stderr, "contend: this run uses %s, table %s, %s\n", s.target.Place(), s.table, estimate.Of(&s.scenario))
	return refused(s.target, s.confirmed)
}

// refused is the error of a target that needs a consent which was not given.
func refused(t *store.Target, given store.Consent) error {
	var missing *store.NoConsentError
	if errors.As(t.Refuse(given), &missing) {
		return usage(fmt.Errorf("target %s: refused without --yes", missing.Target), "add --yes if that is what you want")
	}
	return nil
}

// confirm does for all runs that are still to be made what it does for one, so
// that the user agrees to the whole.
func (c *campaign) confirm(ctx context.Context) error {
	var left []workload.Scenario
	for i := range c.runs {
		if !c.ended[i].begun() {
			left = append(left, c.runs[i].Scenario)
		}
	}
	if len(left) == 0 {
		return nil
	}
	first, err := c.openTarget(ctx, &left[0], store.OnlyHere) // the target is the same for all
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
	fmt.Fprintf(c.stderr, "contend: this campaign uses %s: %d runs, one after another, %s, together %s\n",
		first.Place(), len(left), tables, estimate.Of(pointers(left)...))
	c.announced = true
	return refused(first, c.confirmed)
}

func pointers(list []workload.Scenario) []*workload.Scenario {
	all := make([]*workload.Scenario, len(list))
	for i := range list {
		all[i] = &list[i]
	}
	return all
}
