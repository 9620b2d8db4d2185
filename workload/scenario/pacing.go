package scenario

import (
	"fmt"
	"regexp"
	"time"

	"contend/workload/pace"
	"contend/workload/scenario/yamltree"
)

const (
	minRate   = 0.001
	maxRate   = 1_000_000
	maxStages = 100
)

func loadFields() []field {
	return []field{
		{name: "workers", about: "How many workers there are; in an open loop, how many operations can be in progress at the same time.", value: whole(func(s *Scenario) *int { return &s.Load.Workers }, 1, maxWorkers)},
		{name: "duration", about: "How long the load lasts.", value: loadDuration()},
		{name: "operations", about: "How many operations there are, all workers together; 0: no limit.", value: omitZero(whole(func(s *Scenario) *int64 { return &s.Load.Operations }, 0, maxOperations), "0")},
		{name: "think", about: "How long a worker waits between two operations.", value: think()},
		{name: "warmup", about: "How much of the beginning is left out of the measurements.", value: omitZero(duration(func(s *Scenario) *time.Duration { return &s.Load.Warmup }, 0, maxDuration), "0s")},
		{name: "rate", about: "An open loop: how many operations arrive, such as 500/s or 90/m.", value: omitZero(optional(rate(func(s *Scenario) *Rate { return &s.Load.Rate }), func(s Scenario) bool { return s.Load.Rate != 0 }), "0/s")},
		{name: "arrivals", about: "How the arrivals of an open loop are spread.", value: ofOpenLoop(word(func(s *Scenario) *pace.Arrivals { return &s.Load.Arrivals }, []pace.Arrivals{pace.Uniform, pace.Poisson}),
			func(s Scenario) bool { return s.Load.Arrivals != "" })},
		{name: "overload", about: "What happens to an arrival that finds all workers busy.", value: ofOpenLoop(word(func(s *Scenario) *Overload { return &s.Load.Overload }, []Overload{OverloadQueue, OverloadDrop}),
			func(s Scenario) bool { return s.Load.Overload != "" })},
		{name: "stages", about: "Parts of the load with workers or rates of their own.", value: stages()},
	}
}

// loadDuration is left out if the stages have durations of their own.
func loadDuration() value {
	v := omitZero(duration(func(s *Scenario) *time.Duration { return &s.Load.Duration }, 0, maxDuration), "0s")
	write := v.write
	v.write = func(s Scenario) string {
		if len(s.Load.Stages) > 0 {
			return ""
		}
		return write(s)
	}
	return v
}

// think is left out of an open loop, which has none.
func think() value {
	v := duration(func(s *Scenario) *time.Duration { return &s.Load.Think }, 0, maxWait)
	write := v.write
	v.write = func(s Scenario) string {
		if s.Load.Open() {
			return ""
		}
		return write(s)
	}
	return v
}

// optional checks a value only if it is set.
func optional(v value, there func(Scenario) bool) value {
	check := v.check
	v.check = func(s Scenario) string {
		if !there(s) {
			return ""
		}
		return check(s)
	}
	return v
}

// ofOpenLoop is a value that an open loop must have and a closed loop must not have.
func ofOpenLoop(v value, there func(Scenario) bool) value {
	check := v.check
	v.check = func(s Scenario) string {
		switch {
		case s.Load.Open():
			return check(s)
		case there(s):
			return "has no effect without load.rate or stages with rates"
		}
		return ""
	}
	return v
}

// ratePattern is a number a second or a minute.
var ratePattern = regexp.MustCompile(`^(.*)/(s|m)$`)

// rate is a number of arrivals a second from minRate to maxRate.
func rate(at func(*Scenario) *Rate) value {
	const expected = "a rate such as 500/s or 90/m"
	judge := func(r Rate) string { return outside(float64(r), minRate, maxRate, showRate) }
	read := func(n *yamltree.Node, s *Scenario) string {
		if n.IsShortNumber() {
			return fmt.Sprintf("%s has no unit: write %s/s or %s/m", n.Text, n.Text, n.Text)
		}
		match := ratePattern.FindStringSubmatch(n.Text)
		if match == nil {
			return yamltree.MustBe(expected, n)
		}
		number, ok := readDecimal(match[1])
		if !ok {
			return yamltree.MustBe(expected, n)
		}
		if match[2] == "m" {
			number /= time.Minute.Seconds()
		}
		*at(s) = Rate(number)
		return judge(Rate(number)) // here as well, because check ignores the rate 0
	}
	return value{
		read:   scalar(read, expected),
		check:  func(s Scenario) string { return judge(*at(&s)) },
		write:  func(s Scenario) string { return (*at(&s)).String() },
		schema: matching(`^\+?([0-9][0-9_]*(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?/[sm]$`),
	}
}

func showRate(r float64) string { return Rate(r).String() }
