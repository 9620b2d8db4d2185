package scenario

import (
	"fmt"
	"strings"

	"contend/internal/embedded/misbehave"
	"contend/workload/scenario/yamltree"
)

// maxOneIn is the rarest that a planted fault can be: one in as many requests
// as the largest run has operations.
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
		s.Embedded.Misbehave = misbehave.Plan{}
		if n.Kind != yamltree.ListNode {
			return []mistake{{n.At, yamltree.MustBe("a list such as [{ kind: lose-update, one_in: 1000 }]", n)}}
		}
		var mistakes []mistake
		for _, item := range n.Items {
			mistakes = append(mistakes, readMisbehaviour(item, &s.Embedded.Misbehave)...)
		}
		return mistakes
	}
	check := func(s Scenario) string {
		for kind, oneIn := range s.Embedded.Misbehave {
			if message := outside(oneIn, 1, maxOneIn, showWhole); oneIn != 0 && message != "" {
				return fmt.Sprintf("%s: %s: %s", misbehave.Kind(kind), faultOneIn, message)
			}
		}
		return ""
	}
	return value{read: read, check: check, write: writeMisbehaviours, list: true}
}

// readMisbehaviour plants one fault.
func readMisbehaviour(item *yamltree.Node, plan *misbehave.Plan) []mistake {
	if item.Kind != yamltree.MappingNode {
		return []mistake{{item.At, yamltree.MustBe("a mapping of "+faultKind+" and "+faultOneIn, item)}}
	}
	var name string
	var oneIn int64
	mistakes := readMembers(item, []member{
		{faultKind, true, word(func(*Scenario) *string { return &name }, misbehave.Names())},
		{faultOneIn, true, whole(func(*Scenario) *int64 { return &oneIn }, 1, maxOneIn)},
	})
	if kind, ok := misbehave.ParseKind(name); ok && plan[kind] != 0 {
		mistakes = append(mistakes, mistake{item.Value(faultKind).At, fmt.Sprintf("%s: %q is listed twice", faultKind, kind)})
	} else if len(mistakes) == 0 {
		plan[kind] = oneIn
	}
	return mistakes
}

// writeMisbehaviours leaves the list out if it is empty.
func writeMisbehaviours(s Scenario) string {
	var planted []string
	for kind, oneIn := range s.Embedded.Misbehave {
		if oneIn != 0 {
			planted = append(planted, fmt.Sprintf("{ %s: %s, %s: %d }", faultKind, misbehave.Kind(kind), faultOneIn, oneIn))
		}
	}
	if len(planted) == 0 {
		return ""
	}
	return "[" + strings.Join(planted, ", ") + "]"
}
