package scenario

import (
	"slices"

	"contend/workload/fault"
	"contend/workload/scenario/yamltree"
)

// DecodeFaults reads a file with only the field faults of a scenario, for a proxy in front
// of other programs. Its rules may also have a table, a pattern for keys and numbers of
// requests, but no workers. The error is an [*Error] with all problems; its messages begin
// with the name file.
func DecodeFaults(file string, text []byte) ([]fault.Rule, error) {
	var all yamltree.Problems
	root := yamltree.Tree{Problems: &all, Source: yamltree.Position{Source: file}}.Parse(text)
	var rules []fault.Rule
	if root != nil {
		rules = readFaultFile(root, &all)
	}
	if err := all.Err(); err != nil {
		return nil, err
	}
	return rules, nil
}

func readFaultFile(root *yamltree.Node, all *yamltree.Problems) (rules []fault.Rule) {
	for _, m := range unknownIn(root, "faults") {
		all.Add(m.at, "%s", m.message)
	}
	list := root.Value("faults")
	switch {
	case list == nil:
		all.Add(root.At, "faults: is missing")
		return nil
	case list.Kind != yamltree.ListNode:
		all.Add(list.At, "faults: %s", yamltree.MustBe("a list such as [{ kind: lost-reply, probability: 0.01, key: home }]", list))
		return nil
	case len(list.Items) > maxRules:
		all.Add(list.At, "faults: must have at most %d rules, not %d", maxRules, len(list.Items))
		return nil
	}
	for i, item := range list.Items {
		rule, mistakes := readRuleWith(item, targetedMembers)
		for _, m := range mistakes {
			all.Add(m.at, "faults: %d: %s", i, m.message)
		}
		rules = append(rules, rule)
	}
	return rules
}

// targetedMembers are the fields of a rule in a file of faults.
func targetedMembers(r *fault.Rule) []member {
	members := slices.DeleteFunc(ruleMembers(r), func(m member) bool { return m.name == "workers" })
	return append(members,
		member{"table", false, targetText(func(*Scenario) *string { return &r.Table })},
		member{"key", false, targetText(func(*Scenario) *string { return &r.Key })},
		member{"requests", false, requestNumbers(r)})
}

// requestNumbers is the list of the requests that a rule is limited to.
func requestNumbers(r *fault.Rule) value {
	read := func(n *yamltree.Node, _ *Scenario) []mistake {
		if n.Kind != yamltree.ListNode || len(n.Items) == 0 {
			return []mistake{{n.At, yamltree.MustBe("a list of numbers such as [3, 17]", n)}}
		}
		var mistakes []mistake
		for _, item := range n.Items {
			var number int64
			mistakes = append(mistakes, whole(func(*Scenario) *int64 { return &number }, 1, maxOperations).readChecked(item)...)
			r.Requests = append(r.Requests, number)
		}
		return mistakes
	}
	return value{read: read, check: func(Scenario) string { return "" }, list: true}
}

func targetText(at func(*Scenario) *string) value {
	v := text(at, func(string) string { return "" }, nil)
	v.check = func(Scenario) string {
		if *at(nil) == "" {
			return "must not be empty; leave it out for any"
		}
		return ""
	}
	return v
}
