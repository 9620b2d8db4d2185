package scenario

import (
	"fmt"
	"time"

	"contend/internal/pattern"
	"contend/workload/scenario/yamltree"
)

const (
	minRate   = 0.001
	maxRate   = 1_000_000
	maxStages = 100
)

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
var ratePattern = pattern.Lazy(`^(.*)/(s|m)$`)

// rate is a number of arrivals a second from minRate to maxRate.
func rate(at func(*Scenario) *Rate) value {
	const expected = "a rate such as 500/s or 90/m"
	judge := func(r Rate) string { return outside(float64(r), minRate, maxRate, showRate) }
	read := func(n *yamltree.Node, s *Scenario) string {
		if n.IsShortNumber() {
			return fmt.Sprintf("%s has no unit: write %s/s or %s/m", n.Text, n.Text, n.Text)
		}
		match := ratePattern().FindStringSubmatch(n.Text)
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
