package capacity

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"contend/counter"
	"contend/report/capacity/bracket"
	"contend/workload/scenario"
)

// Find is the scenario field that a search varies. The zero value is none.
type Find string

// The fields that a search can vary.
const (
	Rate    Find = "load.rate"         // the highest rate of an open loop
	Workers Find = "load.workers"      // the largest number of workers of a closed loop
	Shards  Find = "parameters.shards" // the smallest number of shards that sustains the scenario's rate
)

// Finds returns the fields that a search can vary.
func Finds() []Find { return []Find{Rate, Workers, Shards} }

// Unit returns the unit of the loads: "/s", "workers" or "shards".
func (f Find) Unit() string {
	switch f {
	case Rate:
		return "/s"
	case Workers:
		return "workers"
	}
	return "shards"
}

// Least and most loads that scenarios can have.
const (
	leastRate, mostRate = 0.01, 1e6
	mostWorkers         = 100_000
)

// scale is what loads a search for a load near first may try.
func (f Find) scale(first float64) bracket.Scale {
	const idle = 50 // a load that is so much smaller than the expected one has no rivals
	switch f {
	case Rate:
		return bracket.Scale{Least: max(leastRate, math.Ceil(first/idle/leastRate)*leastRate), Most: mostRate}
	case Workers:
		return bracket.Scale{Least: 1, Most: mostWorkers, Whole: true}
	}
	return bracket.Scale{Least: 1, Most: counter.MaxShards, Whole: true, Falling: true}
}

// with is the scenario under a load.
func (f Find) with(s scenario.Scenario, load float64) scenario.Scenario {
	switch f {
	case Rate:
		s.Load.Rate = scenario.Rate(load)
		s.Load.Resolve(true)
	case Workers:
		s.Load.Workers = int(load)
	case Shards:
		s.Parameters.Shards = int(load)
	}
	return s
}

// UsageError says why a scenario cannot be searched as asked, with a hint on what to do.
type UsageError struct{ Problem, Hint string }

func (e *UsageError) Error() string { return e.Problem }

// check refuses scenarios in which the field has no effect.
func (f Find) check(s *scenario.Scenario) error {
	switch {
	case f == Workers && s.Load.Open():
		return &UsageError{"load.workers: the load has a rate, so that the number of workers is not the load", "--find load.rate"}
	case f == Workers && len(s.Thresholds) == 0:
		return &UsageError{"load.workers: there is no goal that a number of workers could miss", "give a threshold, such as --set 'thresholds=[p99 < 100ms]'"}
	case f == Shards && s.Strategy != counter.ShardedName:
		return &UsageError{fmt.Sprintf("parameters.shards: the strategy is %s, which has no shards", s.Strategy), "--set strategy=" + counter.ShardedName}
	case f == Shards && !s.Load.Open():
		return &UsageError{"parameters.shards: the rate that the shards must sustain is missing", "--set load.rate=5000/s"}
	}
	return checkGoals(s)
}

// Parse parses a load with or without its unit: "60/s", "60", "8 workers".
func (f Find) Parse(text string) (float64, error) {
	number := strings.TrimSuffix(text, f.Unit())
	if f != Rate {
		number = strings.TrimSuffix(number, strings.TrimSuffix(f.Unit(), "s"))
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || !(v > 0) || v > mostRate || f != Rate && v != math.Trunc(v) {
		return 0, errors.New(f.expected(text))
	}
	return v, nil
}

func (f Find) expected(text string) string {
	if f == Rate {
		return fmt.Sprintf("must be a rate above 0, such as 60/s, not %q", text)
	}
	return fmt.Sprintf("must be a whole number of %s from 1, not %q", f.Unit(), text)
}
