package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"contend/internal/format"
	"contend/workload/estimate"
	"contend/workload/plan"
	"contend/workload/scenario"
	"contend/workload/store"
)

// dryRun prints what a plan would do, and sends nothing.
func (p *program) dryRun(ctx context.Context, plan *plan.Plan) error {
	first := &plan.Variants[0].Scenario
	target, err := p.openTarget(ctx, first, store.OnlyHere)
	if err != nil {
		return explain(err, first.Target)
	}
	defer func() { _ = target.Close() }() // nothing was sent
	var all []*scenario.Scenario
	runs := plan.Runs()
	for i := range runs {
		all = append(all, &runs[i].Scenario)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "scenario  %s\n", first.Name)
	fmt.Fprintf(&b, "target    %s\n", placeOf(target))
	fmt.Fprintf(&b, "table     %s\n", tableOf(first))
	fmt.Fprintf(&b, "runs      %s\n", countRuns(plan))
	fmt.Fprintf(&b, "load      %s%s\n", timeOf(all), simulatedShare(all))
	fmt.Fprintf(&b, "requests  %s\n", estimate.Of(all...))
	if target.NeedsConsent() {
		fmt.Fprintf(&b, "consent   the target is not this machine: the run needs --yes\n")
	}
	for _, v := range plan.Variants {
		if v.Name != "" {
			fmt.Fprintf(&b, "variant   %s\n", v.Name)
		}
	}
	_, err = fmt.Fprint(p.stdout, b.String())
	return err
}

func placeOf(t *store.Target) string {
	if t.Kind == scenario.TargetEmbedded {
		return "the embedded server"
	}
	return t.Place()
}

func tableOf(s *scenario.Scenario) string {
	if s.Target == scenario.TargetSimulated {
		return "a simulated one for each run"
	}
	if s.Table == "" {
		return "a new one for each run, deleted at its end"
	}
	return s.Table + ", created if it does not exist"
}

func countRuns(p *plan.Plan) string {
	if len(p.Variants) == 1 {
		return format.Count(int64(p.Repeat), "run")
	}
	return fmt.Sprintf("%d: %d variants, %s each", len(p.Variants)*p.Repeat, len(p.Variants), format.Count(int64(p.Repeat), "time"))
}

// simulatedShare says that loads are in simulated time, if they are.
func simulatedShare(runs []*scenario.Scenario) string {
	n := 0
	for _, s := range runs {
		if s.Target == scenario.TargetSimulated {
			n++
		}
	}
	switch {
	case n == 0:
		return ""
	case n == len(runs):
		return ", in simulated time"
	}
	return fmt.Sprintf(", %d of the %d runs in simulated time", n, len(runs))
}

// timeOf is the total length of the loads.
func timeOf(runs []*scenario.Scenario) string {
	var total time.Duration
	operations, unlimited := int64(0), false
	for _, s := range runs {
		total += s.Load.Duration
		operations += s.Load.Operations
		unlimited = unlimited || s.Load.Duration == 0
	}
	switch {
	case unlimited && total == 0:
		return fmt.Sprintf("%d operations in total, however long they take", operations)
	case unlimited:
		return fmt.Sprintf("%s in total, and longer where only the number of operations is limited", total)
	case operations > 0:
		return fmt.Sprintf("at most %s in total, less if %d operations are done before", total, operations)
	}
	return fmt.Sprintf("%s in total", total)
}
