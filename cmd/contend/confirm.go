package main

import (
	"context"
	"fmt"

	"contend/workload"
)

// confirm lets load on another machine pass only if the user has said so, after
// telling what it will be. Nothing was sent anywhere before.
func (s *session) confirm() error {
	if !s.target.needsConsent() || s.announced {
		return nil
	}
	fmt.Fprintf(s.stderr, "contend: this run uses %s, table %s, %s\n", s.target.place(), s.table, cost(&s.scenario))
	return s.target.refuse(s.confirmed)
}

// place is where the target is, for people who are to agree to it.
func (t *target) place() string {
	place := t.endpoint
	switch {
	case t.kind == workload.TargetAWS:
		place = "AWS at " + place
	case !isLoopback(place):
		place += ", which is not this machine"
	}
	if t.region != "" {
		place += ", region " + t.region
	}
	return place
}

// refuse is the error of a target that needs a consent which was not given.
func (t *target) refuse(given consent) error {
	if given == anywhere || !t.needsConsent() {
		return nil
	}
	name := t.endpoint
	if t.kind == workload.TargetAWS {
		name = t.kind
	}
	return usage(fmt.Errorf("target %s: refused without --yes", name), "add --yes if that is what you want")
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
	first, err := c.openTarget(ctx, &left[0], onlyHere) // the target is the same for all
	if err != nil {
		return explain(err, left[0].Target)
	}
	defer func() { _ = first.close() }() // nothing was sent
	if !first.needsConsent() {
		return nil
	}
	tables := "each with a table of its own"
	if left[0].Table != "" {
		tables = "all with the table " + left[0].Table
	}
	fmt.Fprintf(c.stderr, "contend: this campaign uses %s: %d runs, one after another, %s, together %s\n",
		first.place(), len(left), tables, cost(pointers(left)...))
	c.announced = true
	return first.refuse(c.confirmed)
}

func pointers(list []workload.Scenario) []*workload.Scenario {
	all := make([]*workload.Scenario, len(list))
	for i := range list {
		all[i] = &list[i]
	}
	return all
}
