package scenario

import (
	"fmt"
	"strings"

	"contend/workload/retry"
	"contend/workload/scenario/yamltree"
)

// retryMix is the list of the policies that shares of the workers have.
func retryMix() value {
	read := func(n *yamltree.Node, s *Scenario) []mistake {
		s.Retry.Mix = nil
		if n.Kind != yamltree.ListNode {
			return []mistake{{n.At, yamltree.MustBe("a list such as [{ share: 0.9, policy: full-jitter }, { share: 0.1, policy: none }]", n)}}
		}
		var mistakes []mistake
		for i, item := range n.Items {
			part, wrong := readPart(item, &s.Retry.Policy)
			for _, m := range wrong {
				mistakes = append(mistakes, mistake{m.at, fmt.Sprintf("%d: %s", i, m.message)})
			}
			s.Retry.Mix = append(s.Retry.Mix, part)
		}
		if message := checkShares(s.Retry.shares()); mistakes == nil && len(n.Items) > 0 && message != "" {
			mistakes = []mistake{{n.At, message}}
		}
		return mistakes
	}
	check := func(s Scenario) string {
		if len(s.Retry.Mix) == 0 {
			return ""
		}
		for i := range s.Retry.Mix {
			if wrong := checkPart(&s.Retry.Mix[i]); wrong != "" {
				return fmt.Sprintf("%d: %s", i, wrong)
			}
		}
		return checkShares(s.Retry.shares())
	}
	return value{read: read, check: check, write: writeMix, schema: mixSchema(), list: true}
}

// readPart reads a part of a mix. around has the values of the fields that it does not give.
func readPart(item *yamltree.Node, around *retry.Policy) (part RetryShare, mistakes []mistake) {
	if item.Kind != yamltree.MappingNode {
		return part, []mistake{{item.At, yamltree.MustBe("a mapping of share, policy and so on", item)}}
	}
	if n := item.Value("policy"); n != nil {
		part.Policy = inherited(around, retry.Kind(n.Text))
	}
	if mistakes = readMembers(item, partMembers(&part)); mistakes != nil {
		return part, mistakes
	}
	for _, r := range ownRules() {
		if message := r.check(part.Policy); message != "" {
			at := item.At
			if n := item.Value(r.field); n != nil {
				at = n.At
			}
			mistakes = append(mistakes, mistake{at, r.inPart(message)})
		}
	}
	return part, mistakes
}

func checkPart(part *RetryShare) string {
	for _, m := range partMembers(part) {
		if message := m.check(Scenario{}); message != "" {
			return m.name + ": " + message
		}
	}
	for _, r := range ownRules() {
		if message := r.check(part.Policy); message != "" {
			return r.inPart(message)
		}
	}
	return ""
}

// inherited is a policy of a kind with the fields of the one around it, except those that
// have no effect on its kind.
func inherited(around *retry.Policy, kind retry.Kind) retry.Policy {
	p := *around
	p.Kind = kind
	if !kind.NeedsClients() {
		p.Clients = 0
	}
	if !kind.Queues() {
		p.Enlist, p.EventualPolls = false, false
	}
	if !kind.Chains() {
		p.Chain = 0
	}
	return p
}

// partMembers are the fields of a mix's part in the order in which they are written.
func partMembers(part *RetryShare) []member {
	members := []member{{"share", true, share(&part.Share)}}
	for _, f := range policyFields(func(*Scenario) *retry.Policy { return &part.Policy }) {
		members = append(members, member{f.name, f.name == "policy", f.value})
	}
	return append(members, member{"budget", false, partBudget(&part.Policy.Budget)})
}

// partBudget is the budget of a mix's part, which replaces the one around it as a whole.
func partBudget(b *retry.Budget) value {
	ratio, burst := budgetFields(func(*Scenario) *retry.Budget { return b })
	members := []member{{"ratio", true, ratio}, {"burst", false, burst}}
	read := func(n *yamltree.Node, _ *Scenario) []mistake {
		if n.Kind != yamltree.MappingNode {
			return []mistake{{n.At, yamltree.MustBe("a mapping of ratio and burst", n)}}
		}
		*b = retry.Budget{}
		return readMembers(n, members)
	}
	check := func(s Scenario) string {
		for _, m := range members {
			if message := m.check(s); message != "" {
				return m.name + ": " + message
			}
		}
		return ""
	}
	write := func(s Scenario) string {
		if b.Ratio == 0 {
			return "{ ratio: 0 }"
		}
		return "{ ratio: " + ratio.write(s) + ", burst: " + burst.write(s) + " }"
	}
	return value{read: read, check: check, write: write, schema: membersSchema(members)}
}

// writeMix leaves out an empty list, and fields that are as those around the mix.
func writeMix(s Scenario) string {
	if len(s.Retry.Mix) == 0 {
		return ""
	}
	var parts []string
	for i := range s.Retry.Mix {
		part := &s.Retry.Mix[i]
		around := RetryShare{Policy: inherited(&s.Retry.Policy, part.Policy.Kind)}
		usual := partMembers(&around)
		var fields []string
		for j, m := range partMembers(part) {
			if text := m.write(s); m.required || text != usual[j].write(s) {
				fields = append(fields, m.name+": "+text)
			}
		}
		parts = append(parts, "{ "+strings.Join(fields, ", ")+" }")
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func mixSchema() map[string]any {
	schema := listOf(membersSchema(partMembers(new(RetryShare))))
	schema["maxItems"] = maxParts
	schema["anyOf"] = []any{map[string]any{"maxItems": 0}, map[string]any{"minItems": minParts}}
	return schema
}
