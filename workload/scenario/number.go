package scenario

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"contend/internal/pattern"
	"contend/workload/scenario/yamltree"
)

var (
	wholeNumeral = pattern.Lazy(`^[-+]?\d+(_\d+)*$`)
	// leadingZero marks what YAML 1.1 would read as octal.
	leadingZero = pattern.Lazy(`^[-+]?0[\d_]`)
)

// scalar reads a value that is one word, number or text.
func scalar(read func(n *yamltree.Node, s *Scenario) string, expected string) func(*yamltree.Node, *Scenario) []mistake {
	return func(n *yamltree.Node, s *Scenario) []mistake {
		message := ""
		if n.Kind == yamltree.ScalarNode {
			message = read(n, s)
		} else {
			message = yamltree.MustBe(expected, n)
		}
		if message == "" {
			return nil
		}
		return []mistake{{n.At, message}}
	}
}

// outside says which bound a value violates; "" if none.
func outside[T int64 | float64 | time.Duration](v, low, high T, show func(T) string) string {
	switch {
	case v >= low && v <= high:
		return ""
	case v > high:
		return fmt.Sprintf("must be at most %s, not %s", show(high), show(v))
	}
	return fmt.Sprintf("must be at least %s, not %s", show(low), show(v))
}

func showWhole(v int64) string     { return strconv.FormatInt(v, 10) }
func showDecimal(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// showDuration returns the shortest of the usual spellings: 2m, not 2m0s.
func showDuration(d time.Duration) string {
	shown := d.String()
	if strings.HasSuffix(shown, "m0s") {
		shown = strings.TrimSuffix(shown, "0s")
	}
	if strings.HasSuffix(shown, "h0m") {
		shown = strings.TrimSuffix(shown, "0m")
	}
	return shown
}

const wholeExpected = "a whole number"

// digits is a decimal number of any size, without separators.
func digits(n *yamltree.Node) (number, message string) {
	switch {
	case n.Quoted || !yamltree.IsNumeral(n.Text):
		return "", yamltree.MustBe(wholeExpected, n)
	case leadingZero().MatchString(n.Text):
		return "", yamltree.MustBe("a number without leading zeros", n)
	case !wholeNumeral().MatchString(n.Text):
		return "", yamltree.MustBe(wholeExpected, n)
	}
	return strings.ReplaceAll(n.Text, "_", ""), ""
}

// beyond is outside for numbers that do not fit into an int64.
func beyond(n *yamltree.Node, low, high string) string {
	if strings.HasPrefix(n.Text, "-") {
		return fmt.Sprintf("must be at least %s, not %s", low, n)
	}
	return fmt.Sprintf("must be at most %s, not %s", high, n)
}

// whole is a whole number from low to high.
func whole[T int | int64](at func(*Scenario) *T, low, high int64) value {
	read := func(n *yamltree.Node, s *Scenario) string {
		number, message := digits(n)
		if message != "" {
			return message
		}
		i, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return beyond(n, showWhole(low), showWhole(high))
		}
		*at(s) = T(i)
		return ""
	}
	return value{
		read:   scalar(read, wholeExpected),
		check:  func(s Scenario) string { return outside(int64(*at(&s)), low, high, showWhole) },
		write:  func(s Scenario) string { return showWhole(int64(*at(&s))) },
		schema: within("integer", low, high),
	}
}

func anyWhole(at func(*Scenario) *int64) value { return whole(at, math.MinInt64, math.MaxInt64) }

func seed() value {
	read := func(n *yamltree.Node, s *Scenario) string {
		number, message := digits(n)
		if message != "" {
			return message
		}
		u, err := strconv.ParseUint(strings.TrimPrefix(number, "+"), 10, 64)
		if err != nil {
			return beyond(n, "0", strconv.FormatUint(math.MaxUint64, 10))
		}
		s.Seed = u
		return ""
	}
	return value{
		read:   scalar(read, wholeExpected),
		check:  func(Scenario) string { return "" },
		write:  func(s Scenario) string { return strconv.FormatUint(s.Seed, 10) },
		schema: within("integer", uint64(0), uint64(math.MaxUint64)),
	}
}

// decimal is a number from low to high.
func decimal(at func(*Scenario) *float64, low, high float64) value {
	expected := "a number"
	if low == 0 && high == 1 {
		expected = "a number from 0 to 1" // "1%" is a natural mistake
	}
	read := func(n *yamltree.Node, s *Scenario) string {
		number, ok := readDecimal(n.Text)
		if n.Quoted || !ok {
			return yamltree.MustBe(expected, n)
		}
		*at(s) = number
		return ""
	}
	return value{
		read:   scalar(read, expected),
		check:  func(s Scenario) string { return outside(*at(&s), low, high, showDecimal) },
		write:  func(s Scenario) string { return showDecimal(*at(&s)) },
		schema: within("number", low, high),
	}
}

// readDecimal takes plain decimal notation only: neither infinities nor
// hexadecimals.
func readDecimal(text string) (number float64, ok bool) {
	if !yamltree.IsNumeral(text) {
		return 0, false
	}
	number, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	return number, err == nil
}

// duration is a time from low to high in Go's notation. Only 0 needs no unit.
func duration(at func(*Scenario) *time.Duration, low, high time.Duration) value {
	const expected = "a duration such as 250ms, 10s or 1m30s"
	read := func(n *yamltree.Node, s *Scenario) string { return readDuration(n, at(s), expected) }
	return value{
		read:   scalar(read, expected),
		check:  func(s Scenario) string { return outside(*at(&s), low, high, showDuration) },
		write:  func(s Scenario) string { return showDuration(*at(&s)) },
		schema: durationSchema(low),
	}
}

// readDuration reads a duration. The message says what is wrong; "" if nothing is.
func readDuration(n *yamltree.Node, to *time.Duration, expected string) string {
	d, err := time.ParseDuration(n.Text)
	if err == nil {
		*to = d
		return ""
	}
	if n.IsShortNumber() {
		return fmt.Sprintf("%s has no unit: write %ss or %sms", n.Text, n.Text, n.Text)
	}
	return yamltree.MustBe(expected, n)
}

// omitZero leaves a limit out of the text if it is zero.
func omitZero(v value, zero string) value {
	write := v.write
	v.write = func(s Scenario) string {
		if shown := write(s); shown != zero {
			return shown
		}
		return ""
	}
	return v
}
