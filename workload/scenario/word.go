package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"contend/counter"
	"contend/internal/pattern"
	"contend/internal/suggest"
	"contend/workload/retry"
	"contend/workload/scenario/yamltree"
)

var (
	// bareText needs no quotes in YAML outside of flow mappings.
	bareText = pattern.Lazy(`^[A-Za-z][A-Za-z0-9 ,;.()/%-]*$`)
	// bareURL is a URL that needs no quotes either.
	bareURL = pattern.Lazy(`^https?://[A-Za-z0-9.-]+(:\d+)?(/[A-Za-z0-9._/-]*)?$`)
)

// word is a value that must be one of the given names.
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
		read:   scalar(func(n *yamltree.Node, s *Scenario) string { *at(s) = T(n.Text); return "" }, expected),
		check:  check,
		write:  func(s Scenario) string { return string(*at(&s)) },
		schema: enumOf(known),
	}
}

func unknownName(name string, known []string) string {
	return "unknown name " + yamltree.Quote(name) + suggest.Hint(name, known)
}

// text is free text that check judges. An empty text is left out.
func text(at func(*Scenario) *string, check func(string) string, schema map[string]any) value {
	return value{
		read:   scalar(func(n *yamltree.Node, s *Scenario) string { *at(s) = n.Text; return "" }, "text"),
		check:  func(s Scenario) string { return check(*at(&s)) },
		write:  func(s Scenario) string { return writeText(*at(&s)) },
		schema: schema,
	}
}

// writeText puts text in quotes unless every YAML reader takes it for a string without
// them. All of Go's escapes are also YAML's (YAML 1.2, section 5.7).
func writeText(text string) string {
	if text == "" {
		return ""
	}
	special := []string{"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
	bare := bareText().MatchString(text) && !strings.HasSuffix(text, " ")
	if (bare || bareURL().MatchString(text)) && !slices.Contains(special, strings.ToLower(text)) {
		return text
	}
	return strconv.Quote(text)
}

// writeInFlow is [writeText] for flow mappings, where commas and brackets have a meaning.
func writeInFlow(text string) string {
	if strings.ContainsAny(text, ",[]{}") {
		return strconv.Quote(text)
	}
	return writeText(text)
}

// outcomes is the list of attempt outcomes that are tried again.
func outcomes(at func(*Scenario) *retry.OutcomeSet) value {
	var known []string
	allowed := retry.Outcomes(counter.Conflict, counter.Throttled, counter.Unknown, counter.Failed)
	for _, outcome := range allowed.List() {
		known = append(known, outcome.String())
	}
	read := func(n *yamltree.Node, s *Scenario) []mistake {
		if n.Kind != yamltree.ListNode {
			return []mistake{{n.At, yamltree.MustBe("a list such as [conflict, throttled, unknown]", n)}}
		}
		var mistakes []mistake
		var on retry.OutcomeSet
		for _, item := range n.Items {
			outcome, message := readOutcome(item, known)
			if message == "" && on.Has(outcome) {
				message = fmt.Sprintf("%q is listed twice", outcome)
			}
			if message != "" {
				mistakes = append(mistakes, mistake{item.At, message})
				continue
			}
			on |= retry.Outcomes(outcome)
		}
		*at(s) = on
		return mistakes
	}
	check := func(s Scenario) string {
		if extra := *at(&s) &^ allowed; extra != 0 {
			return fmt.Sprintf("%s cannot be tried again (known: %s)", extra, strings.Join(known, ", "))
		}
		return ""
	}
	return value{
		read:   read,
		check:  check,
		write:  func(s Scenario) string { return at(&s).String() },
		schema: distinctOf(enumOf(known)),
		list:   true,
	}
}

func readOutcome(item *yamltree.Node, known []string) (outcome counter.Outcome, message string) {
	if item.Kind != yamltree.ScalarNode {
		return counter.Unset, yamltree.MustBe("one of "+strings.Join(known, ", "), item)
	}
	if !slices.Contains(known, item.Text) {
		return counter.Unset, unknownName(item.Text, known)
	}
	outcome, err := counter.ParseOutcome(item.Text)
	if err != nil {
		return counter.Unset, err.Error()
	}
	return outcome, ""
}

// truth is true or false.
func truth(at func(*Scenario) *bool) value {
	const expected = "true or false"
	read := func(n *yamltree.Node, s *Scenario) string {
		if n.Quoted || n.Text != "true" && n.Text != "false" {
			return yamltree.MustBe(expected, n)
		}
		*at(s) = n.Text == "true"
		return ""
	}
	return value{
		read:   scalar(read, expected),
		check:  func(Scenario) string { return "" },
		write:  func(s Scenario) string { return strconv.FormatBool(*at(&s)) },
		schema: map[string]any{"type": "boolean"},
	}
}
