package scenario

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"contend/workload/fault"
	"contend/workload/scenario/yamltree"
)

// maxRules bounds the list of faults; each request looks at all rules.
const maxRules = 100

// faultRules is the list of rules by which faults are injected.
func faultRules() value {
	read := func(n *yamltree.Node, s *Scenario) []mistake {
		s.Faults = nil
		if n.Kind != yamltree.ListNode {
			return []mistake{{n.At, yamltree.MustBe("a list such as [{ kind: lost-reply, probability: 0.01 }]", n)}}
		}
		var mistakes []mistake
		for i, item := range n.Items {
			rule, wrong := readRule(item)
			for _, m := range wrong {
				mistakes = append(mistakes, mistake{m.at, fmt.Sprintf("%d: %s", i, m.message)})
			}
			s.Faults = append(s.Faults, rule)
		}
		return mistakes
	}
	check := func(s Scenario) string {
		if len(s.Faults) > maxRules {
			return fmt.Sprintf("must have at most %d rules, not %d", maxRules, len(s.Faults))
		}
		for i, rule := range s.Faults {
			if err := rule.Check(); err != nil {
				return fmt.Sprintf("%d: %s", i, strings.ReplaceAll(err.Error(), "\n", "; "))
			}
		}
		return ""
	}
	return value{read: read, check: check, write: writeRules, schema: rulesSchema(), list: true}
}

// readRule reads one rule. It reports each problem that [fault.Rule.Check] finds at the
// field that the message begins with.
func readRule(item *yamltree.Node) (rule fault.Rule, mistakes []mistake) {
	return readRuleWith(item, ruleMembers)
}

// readRuleWith reads a rule that has these fields.
func readRuleWith(item *yamltree.Node, fields func(*fault.Rule) []member) (rule fault.Rule, mistakes []mistake) {
	if item.Kind != yamltree.MappingNode {
		return rule, []mistake{{item.At, yamltree.MustBe("a mapping of kind, probability and so on", item)}}
	}
	if mistakes = readMembers(item, fields(&rule)); len(mistakes) > 0 {
		return rule, mistakes
	}
	// Zero means "no limit" in a rule, but nobody who writes 0 means that.
	for name, isZero := range map[string]bool{"probability": rule.Probability == 0, "to": rule.To == 0} {
		if given := item.Value(name); given != nil && isZero {
			mistakes = append(mistakes, mistake{given.At, name + ": must be above 0, not " + given.Text})
		}
	}
	for _, wrong := range joined(rule.Check()) {
		at := item.At
		if name, _, _ := strings.Cut(wrong.Error(), ":"); item.Value(name) != nil {
			at = item.Value(name).At
		}
		mistakes = append(mistakes, mistake{at, wrong.Error()})
	}
	return rule, mistakes
}

func joined(err error) []error {
	var all interface{ Unwrap() []error }
	if errors.As(err, &all) {
		return all.Unwrap()
	}
	return nil
}

// ruleMembers are the fields of a rule in the order in which they are written.
func ruleMembers(r *fault.Rule) []member {
	return []member{
		{"kind", true, word(func(*Scenario) *fault.Kind { return &r.Kind }, fault.Kinds())},
		{"probability", false, decimal(func(*Scenario) *float64 { return &r.Probability }, 0, 1)},
		{"count", false, whole(func(*Scenario) *int64 { return &r.Count }, 1, maxOperations)},
		{"on", false, ruleOperations(r)},
		{"from", false, duration(func(*Scenario) *time.Duration { return &r.From }, 0, maxDuration)},
		{"to", false, duration(func(*Scenario) *time.Duration { return &r.To }, 0, maxDuration)},
		{"workers", false, whole(func(*Scenario) *int { return &r.Workers }, 1, maxWorkers)},
		{"delay", false, ruleDelay(r)},
	}
}

// ruleOperations is the list of the operations that a rule applies to.
func ruleOperations(r *fault.Rule) value {
	read := func(n *yamltree.Node, _ *Scenario) []mistake {
		if n.Kind != yamltree.ListNode {
			return []mistake{{n.At, yamltree.MustBe("a list such as [update]", n)}}
		}
		r.On = nil
		var mistakes []mistake
		for _, item := range n.Items {
			var name string
			wrong := word(func(*Scenario) *string { return &name }, fault.Words()).readChecked(item)
			if wrong == nil && slices.Contains(r.On, name) {
				wrong = []mistake{{item.At, fmt.Sprintf("%q is listed twice", name)}}
			}
			mistakes = append(mistakes, wrong...)
			r.On = append(r.On, name)
		}
		return mistakes
	}
	write := func(Scenario) string {
		if len(r.On) == 0 {
			return ""
		}
		return "[" + strings.Join(r.On, ", ") + "]"
	}
	schema := distinctOf(enumOf(fault.Words()))
	return value{read: read, check: func(Scenario) string { return "" }, write: write, schema: schema, list: true}
}

// ruleDelay is a fixed time, or a mapping of mean and sd.
func ruleDelay(r *fault.Rule) value {
	mean := duration(func(*Scenario) *time.Duration { return &r.Delay.Mean }, 0, maxWait)
	sd := duration(func(*Scenario) *time.Duration { return &r.Delay.SD }, 0, maxWait)
	read := func(n *yamltree.Node, _ *Scenario) []mistake {
		if n.Kind == yamltree.MappingNode {
			return readMembers(n, delayMembers(mean, sd))
		}
		return mean.readChecked(n)
	}
	write := func(s Scenario) string {
		switch {
		case r.Delay == fault.Delay{}:
			return ""
		case r.Delay.SD == 0:
			return mean.write(s)
		}
		return "{ mean: " + mean.write(s) + ", sd: " + sd.write(s) + " }"
	}
	schema := anyOf(mean.schema, membersSchema(delayMembers(mean, sd)))
	return value{read: read, check: func(Scenario) string { return "" }, write: write, schema: schema}
}

func delayMembers(mean, sd value) []member { return []member{{"mean", true, mean}, {"sd", false, sd}} }

// writeRules leaves out an empty list, and the fields that a rule does not have.
func writeRules(s Scenario) string {
	if len(s.Faults) == 0 {
		return ""
	}
	var rules []string
	for i := range s.Faults {
		var fields []string
		for _, m := range ruleMembers(&s.Faults[i]) {
			if text := m.write(s); text != "" && text != "0" && text != "0s" {
				fields = append(fields, m.name+": "+text)
			}
		}
		rules = append(rules, "{ "+strings.Join(fields, ", ")+" }")
	}
	return "[" + strings.Join(rules, ", ") + "]"
}
