package scenario

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"contend/counter"
	"contend/internal/pattern"
	"contend/workload/scenario/yamltree"
)

// Amount is by how much an increment or a decrement changes its counter: a whole number
// from Low to High, each with the same probability.
type Amount struct{ Low, High int64 }

// maxAmount keeps the sum of as many changes as the largest run has within the numbers
// that the checks can follow.
const maxAmount = 1_000_000_000

// one is the amount unless a scenario gives another.
var one = Amount{1, 1}

// Draw returns a random amount. It draws nothing if only one is possible, so that a
// scenario without amounts has the random numbers that it always had.
func (a Amount) Draw(random *rand.Rand) int64 {
	if a.Low == a.High {
		return a.Low
	}
	return a.Low + random.Int64N(a.High-a.Low+1)
}

// String is the amount in the words of scenarios.
func (a Amount) String() string {
	if a.Low == a.High {
		return strconv.FormatInt(a.Low, 10)
	}
	return fmt.Sprintf("uniform(%d, %d)", a.Low, a.High)
}

var uniformPattern = pattern.Lazy(`^uniform\(([^,]*),([^,]*)\)$`)

const amountExpected = "a whole number, or uniform(1, 9)"

// amount is a whole number, or uniform(low, high). Encode leaves it out if it is 1.
func amount() value {
	read := func(n *yamltree.Node, s *Scenario) string {
		match := uniformPattern().FindStringSubmatch(n.Text)
		if match == nil {
			return readAmount(n, s)
		}
		var bounds [2]int64
		for i, text := range match[1:] {
			text = strings.TrimSpace(text)
			number, wrong := digits(&yamltree.Node{Kind: yamltree.ScalarNode, Text: text})
			bound, err := strconv.ParseInt(number, 10, 64)
			if err != nil || wrong != "" {
				return fmt.Sprintf("the bounds of uniform must be whole numbers, as in uniform(1, 9), not %s", yamltree.Quote(text))
			}
			bounds[i] = bound
		}
		s.Amount = Amount{bounds[0], bounds[1]}
		return ""
	}
	return value{
		read:   scalar(read, amountExpected),
		check:  func(s Scenario) string { return s.Amount.check() },
		write:  writeAmount,
		schema: anyOf(within[int64]("integer", 1, maxAmount), matching(`^uniform\(\s*\+?[0-9_]+\s*,\s*\+?[0-9_]+\s*\)$`)),
	}
}

// readAmount reads an amount that is a number.
func readAmount(n *yamltree.Node, s *Scenario) string {
	if n.Quoted || !yamltree.IsNumeral(n.Text) {
		return yamltree.MustBe(amountExpected, n)
	}
	number, message := digits(n)
	if message != "" {
		return message
	}
	only, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return beyond(n, "1", showWhole(maxAmount))
	}
	s.Amount = Amount{only, only}
	return ""
}

func (a Amount) check() string {
	for _, bound := range []int64{a.Low, a.High} {
		if message := outside(bound, 1, maxAmount, showWhole); message != "" {
			return message
		}
	}
	if a.Low > a.High {
		return fmt.Sprintf("the first bound of uniform must not be above the second: uniform(%d, %d)", a.High, a.Low)
	}
	return ""
}

func writeAmount(s Scenario) string {
	switch a := s.Amount; {
	case a == one:
		return ""
	case a.Low == a.High:
		return a.String()
	default:
		return strconv.Quote(a.String()) // a comma ends a value in a flow mapping
	}
}

// checkAmount checks that the design can add other numbers than 1.
func checkAmount(s Scenario) string {
	return checkTrait(s, s.Amount != one, "operations.amount", "counts by ones",
		func(t counter.Traits) bool { return t.Decrements })
}
