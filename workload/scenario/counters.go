package scenario

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"contend/internal/pattern"
	"contend/workload/scenario/yamltree"
)

var zipfPattern = pattern.Lazy(`^zipf\((.*)\)$`)

// path is the path of a number in items of another program, which is a part of the
// schema. Encode leaves it out if it is empty.
func path(part string, at func(*Scenario) *string) value {
	read := func(n *yamltree.Node, s *Scenario) string {
		if n.Text == "" {
			return "must have at least 1 byte"
		}
		*at(s) = n.Text
		return ""
	}
	check := func(s Scenario) string {
		if path := *at(&s); !utf8.ValidString(path) {
			return "must be UTF-8, not " + yamltree.Quote(path)
		}
		return s.Counters.wrongPart(part)
	}
	return value{
		read:   scalar(read, "text"),
		check:  check,
		write:  func(s Scenario) string { return writeInFlow(*at(&s)) },
		schema: attributeSchema(),
	}
}

// pick says how an operation chooses its counter: a name, or zipf(s).
func pick() value {
	kinds := []PickKind{PickUniform, PickZipf, PickRoundRobin, PickOwn}
	known := []string{string(PickUniform), "zipf(1.1)", string(PickRoundRobin), string(PickOwn)}
	read := func(n *yamltree.Node, s *Scenario) string {
		s.Counters.Pick = Pick{Kind: PickKind(n.Text)}
		match := zipfPattern().FindStringSubmatch(n.Text)
		if match == nil {
			return ""
		}
		exponent, ok := readDecimal(match[1])
		if !ok {
			return fmt.Sprintf("the exponent of zipf must be a number, as in zipf(1.1), not %s", yamltree.Quote(match[1]))
		}
		s.Counters.Pick = Pick{Kind: PickZipf, Zipf: exponent}
		return ""
	}
	check := func(s Scenario) string {
		p := s.Counters.Pick
		switch {
		case !slices.Contains(kinds, p.Kind):
			return unknownName(string(p.Kind), known)
		case p.Kind == PickZipf && p.Zipf == 0:
			return "zipf needs an exponent above 0, as in zipf(1.1)"
		case p.Kind == PickZipf && !(p.Zipf > 0 && p.Zipf <= maxExponent):
			return fmt.Sprintf("the exponent of zipf must be above 0 and at most %d, not %s", maxExponent, showDecimal(p.Zipf))
		case p.Kind != PickZipf && p.Zipf != 0:
			return fmt.Sprintf("%s has no exponent", p.Kind)
		}
		return ""
	}
	return value{
		read:  scalar(read, "one of "+strings.Join(known, ", ")),
		check: check,
		write: func(s Scenario) string {
			if s.Counters.Pick.Kind == PickZipf {
				return "zipf(" + showDecimal(s.Counters.Pick.Zipf) + ")"
			}
			return string(s.Counters.Pick.Kind)
		},
		schema: pickSchema(),
	}
}

// floor is an optional whole number. Encode leaves it out if it is not set.
func floor() value {
	number := anyWhole(func(s *Scenario) *int64 { return &s.Counters.Floor.Value })
	read := number.read
	number.read = func(n *yamltree.Node, s *Scenario) []mistake {
		s.Counters.Floor.Set = true
		return read(n, s)
	}
	number.check = func(s Scenario) string {
		if f := s.Counters.Floor; f.Set && s.Counters.Initial < f.Value {
			return fmt.Sprintf("must be at most counters.initial, %d, not %d", s.Counters.Initial, f.Value)
		}
		return ""
	}
	write := number.write
	number.write = func(s Scenario) string {
		if !s.Counters.Floor.Set {
			return ""
		}
		return write(s)
	}
	return number
}
