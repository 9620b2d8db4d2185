package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"contend/workload/estimate"
	"contend/workload/measure"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// maxCost is --max-cost of run, and what the runs have cost so far.
type maxCost struct {
	usd, spent float64
}

// newMaxCost is nil without --max-cost. It refuses a limit that the runs are certain to
// exceed. Each of several machines has an equal part of it.
func newMaxCost(c *cli.Context, runs []*scenario.Scenario, machines int) (*maxCost, error) {
	if !c.IsSet("max-cost") {
		return nil, nil
	}
	usd, err := dollarsIn(c)
	if err != nil {
		return nil, err
	}
	timed := func(s *scenario.Scenario) bool { return s.Load.Duration > 0 }
	least := 0.0 // what a duration limits may cost less than any estimate
	for _, s := range runs {
		if !timed(s) {
			least += estimate.Of(s).MinDollars
		}
	}
	if least > usd {
		return nil, usage(fmt.Errorf("run: --max-cost: the operations cost at least $%.4g, which is more than $%.4g", least, usd),
			"raise the limit, or ask for fewer operations with -n; --dry-run shows the estimate")
	}
	return &maxCost{usd: usd / float64(max(machines, 1))}, nil
}

// dollarsIn is --max-cost, in dollars.
func dollarsIn(c *cli.Context) (float64, error) {
	usd, err := strconv.ParseFloat(strings.TrimPrefix(c.String("max-cost"), "$"), 64)
	if err != nil || !(usd > 0) || usd > 1e6 {
		return 0, usage(fmt.Errorf("%s: --max-cost: must be a number of dollars above 0, not %q", c.Command.Name, c.String("max-cost")), "")
	}
	return usd, nil
}

// limit is the limit of the next run: what is left. m may be nil.
func (m *maxCost) limit(s *scenario.Scenario) *measure.CostLimit {
	if m == nil {
		return nil
	}
	return &measure.CostLimit{
		USD: max(m.usd-m.spent, math.SmallestNonzeroFloat64),
		Price: func(c measure.Consumption) float64 {
			return estimate.USD(s, c.WriteUnits, c.ReadUnits, estimate.Requests{Writes: c.UnreportedWrites, Reads: c.UnreportedReads})
		},
	}
}

// add adds what a run has cost, and reports whether nothing is left. m and o may be nil.
func (m *maxCost) add(s *scenario.Scenario, o *trial.Outcome) (reached bool) {
	if m == nil || o == nil {
		return false
	}
	r := o.Result
	var unknown estimate.Requests
	if !r.Capacity.Reported {
		unknown = estimate.Requests{Writes: r.Tally.Writes, Reads: r.Tally.Reads}
	}
	m.spent += estimate.USD(s, r.Capacity.WriteUnits+r.Capacity.UnansweredWriteUnits, r.Capacity.ReadUnits, unknown)
	return m.spent >= m.usd || r.CostReached != nil
}
