package workload

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"contend/counter"
	"contend/workload/retry"
)

var (
	// numeral is a plain decimal number, whole or not.
	numeral      = regexp.MustCompile(`^[-+]?(\d[\d_]*\.?\d*|\.\d+)([eE][-+]?\d+)?$`)
	wholeNumeral = regexp.MustCompile(`^[-+]?\d+(_\d+)*$`)
	// leadingZero marks what YAML 1.1 would read as octal.
	leadingZero = regexp.MustCompile(`^[-+]?0[\d_]`)
	zipfPattern = regexp.MustCompile(`^zipf\((.*)\)$`)
	// bareText needs no quotes in YAML outside of flow mappings.
	bareText = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9 ,;.()/%-]*$`)
	// bareURL is a target that needs none either.
	bareURL = regexp.MustCompile(`^https?://[A-Za-z0-9.-]+(:\d+)?(/[A-Za-z0-9._/-]*)?$`)
)

// scalar reads a value that is one word, number or text.
func scalar(read func(n *node, s *Scenario) string, expected string) func(*node, *Scenario) []mistake {
	return func(n *node, s *Scenario) []mistake {
		message := ""
		if n.kind == scalarNode {
			message = read(n, s)
		} else {
			message = mustBe(expected, n)
		}
		if message == "" {
			return nil
		}
		return []mistake{{n.at, message}}
	}
}

func isNumeral(text string) bool { return numeral.MatchString(text) }

func mustBe(expected string, n *node) string {
	if n.kind == emptyNode {
		return "has no value"
	}
	return fmt.Sprintf("must be %s, not %s", expected, n)
}

// outside says which bound a value does not keep; "" if it keeps both.
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

// showDuration is the shortest of the usual spellings: 2m, not 2m0s.
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
func digits(n *node) (number, message string) {
	switch {
	case n.quoted || !isNumeral(n.text):
		return "", mustBe(wholeExpected, n)
	case leadingZero.MatchString(n.text):
		return "", mustBe("a number without leading zeros", n)
	case !wholeNumeral.MatchString(n.text):
		return "", mustBe(wholeExpected, n)
	}
	return strings.ReplaceAll(n.text, "_", ""), ""
}

// beyond is outside for numbers that no field could hold.
func beyond(n *node, low, high string) string {
	if strings.HasPrefix(n.text, "-") {
		return fmt.Sprintf("must be at least %s, not %s", low, n)
	}
	return fmt.Sprintf("must be at most %s, not %s", high, n)
}

// whole is a whole number from low to high.
func whole[T int | int64](at func(*Scenario) *T, low, high int64) value {
	read := func(n *node, s *Scenario) string {
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
		read:  scalar(read, wholeExpected),
		check: func(s Scenario) string { return outside(int64(*at(&s)), low, high, showWhole) },
		write: func(s Scenario) string { return showWhole(int64(*at(&s))) },
	}
}

func anyWhole(at func(*Scenario) *int64) value { return whole(at, math.MinInt64, math.MaxInt64) }

func seed() value {
	read := func(n *node, s *Scenario) string {
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
		read:  scalar(read, wholeExpected),
		check: func(Scenario) string { return "" },
		write: func(s Scenario) string { return strconv.FormatUint(s.Seed, 10) },
	}
}

// decimal is a number from low to high.
func decimal(at func(*Scenario) *float64, low, high float64) value {
	const expected = "a number"
	read := func(n *node, s *Scenario) string {
		number, ok := readDecimal(n.text)
		if n.quoted || !ok {
			return mustBe(expected, n)
		}
		*at(s) = number
		return ""
	}
	return value{
		read:  scalar(read, expected),
		check: func(s Scenario) string { return outside(*at(&s), low, high, showDecimal) },
		write: func(s Scenario) string { return showDecimal(*at(&s)) },
	}
}

// readDecimal takes plain decimal notation only: neither infinities nor
// hexadecimals.
func readDecimal(text string) (number float64, ok bool) {
	if !isNumeral(text) {
		return 0, false
	}
	number, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	return number, err == nil
}

// duration is a time from low to high in Go's notation. Only 0 needs no unit.
func duration(at func(*Scenario) *time.Duration, low, high time.Duration) value {
	const expected = "a duration such as 250ms, 10s or 1m30s"
	read := func(n *node, s *Scenario) string {
		d, err := time.ParseDuration(n.text)
		if err == nil {
			*at(s) = d
			return ""
		}
		if n.isShortNumber() {
			return fmt.Sprintf("%s has no unit: write %ss or %sms", n.text, n.text, n.text)
		}
		return mustBe(expected, n)
	}
	return value{
		read:  scalar(read, expected),
		check: func(s Scenario) string { return outside(*at(&s), low, high, showDuration) },
		write: func(s Scenario) string { return showDuration(*at(&s)) },
	}
}

// omitZero leaves a limit out of the text when there is none.
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

// word is one of the given names.
func word[T ~string](at func(*Scenario) *T, names []T) value {
	known := make([]string, len(names))
	for i, name := range names {
		known[i] = string(name)
	}
	expected := "one of " + strings.Join(known, ", ")
	check := func(s Scenario) string {
		if slices.Contains(names, *at(&s)) {
			return ""
		}
		return unknownName(string(*at(&s)), known)
	}
	return value{
		read:  scalar(func(n *node, s *Scenario) string { *at(s) = T(n.text); return "" }, expected),
		check: check,
		write: func(s Scenario) string { return string(*at(&s)) },
	}
}

func unknownName(name string, known []string) string {
	return "unknown name " + quote(name) + hint(name, known)
}

// text is free text that check judges. An empty text is left out.
func text(at func(*Scenario) *string, check func(string) string) value {
	return value{
		read:  scalar(func(n *node, s *Scenario) string { *at(s) = n.text; return "" }, "text"),
		check: func(s Scenario) string { return check(*at(&s)) },
		write: func(s Scenario) string { return writeText(*at(&s)) },
	}
}

// writeText puts text in quotes unless no YAML reader could take it for
// anything else. Go's escapes are all YAML's too (YAML 1.2, section 5.7).
func writeText(text string) string {
	if text == "" {
		return ""
	}
	special := []string{"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
	bare := bareText.MatchString(text) && !strings.HasSuffix(text, " ")
	if (bare || bareURL.MatchString(text)) && !slices.Contains(special, strings.ToLower(text)) {
		return text
	}
	return strconv.Quote(text)
}

// attribute is the name of a foreign schema's attribute. Without one it is left
// out.
func attribute() value {
	read := func(n *node, s *Scenario) string {
		if n.text == "" {
			return "must have at least 1 byte"
		}
		s.Counters.Attribute = n.text
		return ""
	}
	check := func(s Scenario) string {
		name := s.Counters.Attribute
		if !utf8.ValidString(name) {
			return "must be UTF-8, not " + quote(name)
		}
		if err := (counter.Schema{Attribute: name}).Check(); err != nil {
			return err.Error()
		}
		return ""
	}
	return value{
		read:  scalar(read, "text"),
		check: check,
		write: func(s Scenario) string { return writeInFlow(s.Counters.Attribute) },
	}
}

// writeInFlow is [writeText] where commas and brackets mean something.
func writeInFlow(text string) string {
	if strings.ContainsAny(text, ",[]{}") {
		return strconv.Quote(text)
	}
	return writeText(text)
}

// pick is how an operation chooses its counter: a name, or zipf(s).
func pick() value {
	kinds := []PickKind{PickUniform, PickZipf, PickRoundRobin, PickOwn}
	known := []string{string(PickUniform), "zipf(1.1)", string(PickRoundRobin), string(PickOwn)}
	read := func(n *node, s *Scenario) string {
		s.Counters.Pick = Pick{Kind: PickKind(n.text)}
		match := zipfPattern.FindStringSubmatch(n.text)
		if match == nil {
			return ""
		}
		exponent, ok := readDecimal(match[1])
		if !ok {
			return fmt.Sprintf("the exponent of zipf must be a number, as in zipf(1.1), not %s", quote(match[1]))
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
	}
}

// outcomes is the list of attempt outcomes that are tried again.
func outcomes() value {
	var known []string
	allowed := retry.Outcomes(counter.Conflict, counter.Throttled, counter.Unknown, counter.Failed)
	for _, outcome := range allowed.List() {
		known = append(known, outcome.String())
	}
	read := func(n *node, s *Scenario) []mistake {
		if n.kind != listNode {
			return []mistake{{n.at, mustBe("a list such as [conflict, throttled, unknown]", n)}}
		}
		var mistakes []mistake
		s.Retry.On = retry.OutcomeSet(0)
		for _, item := range n.items {
			outcome, message := readOutcome(item, known)
			if message == "" && s.Retry.On.Has(outcome) {
				message = fmt.Sprintf("%q is listed twice", outcome)
			}
			if message != "" {
				mistakes = append(mistakes, mistake{item.at, message})
				continue
			}
			s.Retry.On |= retry.Outcomes(outcome)
		}
		return mistakes
	}
	check := func(s Scenario) string {
		if extra := s.Retry.On &^ allowed; extra != 0 {
			return fmt.Sprintf("%s cannot be tried again (known: %s)", extra, strings.Join(known, ", "))
		}
		return ""
	}
	return value{
		read:  read,
		check: check,
		write: func(s Scenario) string { return s.Retry.On.String() },
		list:  true,
	}
}

func readOutcome(item *node, known []string) (outcome counter.Outcome, message string) {
	if item.kind != scalarNode {
		return counter.Unset, mustBe("one of "+strings.Join(known, ", "), item)
	}
	if !slices.Contains(known, item.text) {
		return counter.Unset, unknownName(item.text, known)
	}
	outcome, err := counter.ParseOutcome(item.text)
	if err != nil {
		return counter.Unset, err.Error()
	}
	return outcome, ""
}

// truth is true or false.
func truth(at func(*Scenario) *bool) value {
	const expected = "true or false"
	read := func(n *node, s *Scenario) string {
		if n.quoted || n.text != "true" && n.text != "false" {
			return mustBe(expected, n)
		}
		*at(s) = n.text == "true"
		return ""
	}
	return value{
		read:  scalar(read, expected),
		check: func(Scenario) string { return "" },
		write: func(s Scenario) string { return strconv.FormatBool(*at(&s)) },
	}
}

// floor is a whole number that there may be or not. Without one it is left out.
func floor() value {
	number := anyWhole(func(s *Scenario) *int64 { return &s.Counters.Floor.Value })
	read := number.read
	number.read = func(n *node, s *Scenario) []mistake {
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
