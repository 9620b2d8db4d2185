package scenario

import (
	"fmt"
	"strings"

	"contend/internal/embedded/misbehave"
	"contend/workload/scenario/yamltree"
)

// maxOneIn is the lowest frequency of a planted fault: one in as many requests as the
// largest run has operations.
const maxOneIn = maxOperations

// The fields of a planted fault.
const (
	faultKind  = "kind"
	faultOneIn = "one_in"
)

// misbehaviours is the list of the faults that are planted in the embedded
// server, each kind at most once.
func misbehaviours() value {
	read := func(n *yamltree.Node, s *Scenario) []mistake {
		s.Embedded.Misbehave = nil
		if n.Kind != yamltree.ListNode {
			return []mistake{{n.At, yamltree.MustBe("a list such as [{ kind: lose-update, one_in: 1000 }]", n)}}
		}
		var planted misbehave.Plan
		var mistakes []mistake
		for _, item := range n.Items {
			mistakes = append(mistakes, readMisbehaviour(item, &planted)...)
		}
		s.Embedded.Misbehave = listed(planted)
		return mistakes
	}
	check := func(s Scenario) string {
		known := map[string]bool{}
		for _, m := range s.Embedded.Misbehave {
			if _, ok := misbehave.ParseKind(m.Kind); !ok || known[m.Kind] {
				return fmt.Sprintf("%q: must be one of %s, each once", m.Kind, strings.Join(misbehave.Names(), ", "))
			}
			known[m.Kind] = true
			if message := outside(m.OneIn, 1, maxOneIn, showWhole); message != "" {
				return fmt.Sprintf("%s: %s: %s", m.Kind, faultOneIn, message)
			}
		}
		return ""
	}
	return value{read: read, check: check, write: writeMisbehaviours, schema: misbehavioursSchema(), list: true}
}

// listed is a plan as scenarios have it, in the order of the kinds.
func listed(planted misbehave.Plan) []Misbehaviour {
	var list []Misbehaviour
	for kind, oneIn := range planted {
		if oneIn != 0 {
			list = append(list, Misbehaviour{misbehave.Kind(kind).String(), oneIn})
		}
	}
	return list
}

// readMisbehaviour plants one fault.
func readMisbehaviour(item *yamltree.Node, planted *misbehave.Plan) []mistake {
	if item.Kind != yamltree.MappingNode {
		return []mistake{{item.At, yamltree.MustBe("a mapping of "+faultKind+" and "+faultOneIn, item)}}
	}
	var name string
	var oneIn int64
	mistakes := readMembers(item, misbehaviourMembers(&name, &oneIn))
	if kind, ok := misbehave.ParseKind(name); ok && planted[kind] != 0 {
		mistakes = append(mistakes, mistake{item.Value(faultKind).At, fmt.Sprintf("%s: %q is listed twice", faultKind, kind)})
	} else if len(mistakes) == 0 {
		planted[kind] = oneIn
	}
	return mistakes
}

// misbehaviourMembers are the fields of a planted fault.
func misbehaviourMembers(name *string, oneIn *int64) []member {
	return []member{
		{faultKind, true, word(func(*Scenario) *string { return name }, misbehave.Names())},
		{faultOneIn, true, whole(func(*Scenario) *int64 { return oneIn }, 1, maxOneIn)},
	}
}

// writeMisbehaviours leaves the list out if it is empty.
func writeMisbehaviours(s Scenario) string {
	var planted []string
	for _, m := range s.Embedded.Misbehave {
		planted = append(planted, fmt.Sprintf("{ %s: %s, %s: %d }", faultKind, m.Kind, faultOneIn, m.OneIn))
	}
	if len(planted) == 0 {
		return ""
	}
	return "[" + strings.Join(planted, ", ") + "]"
}
