package workload

import (
	"fmt"
	"slices"
	"strings"

	"contend/internal/embedded/misbehave"
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
	read := func(n *node, s *Scenario) []fault {
		s.Embedded.Misbehave = misbehave.Plan{}
		if n.kind != listNode {
			return []fault{{n.at, mustBe("a list such as [{ kind: lose-update, one_in: 1000 }]", n)}}
		}
		var faults []fault
		for _, item := range n.items {
			faults = append(faults, readMisbehaviour(item, &s.Embedded.Misbehave)...)
		}
		return faults
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
func readMisbehaviour(item *node, plan *misbehave.Plan) []fault {
	if item.kind != mappingNode {
		return []fault{{item.at, mustBe("a mapping of "+faultKind+" and "+faultOneIn, item)}}
	}
	var name string
	var oneIn int64
	faults := slices.Concat(
		unknownIn(item, faultKind, faultOneIn),
		readIn(item, faultKind, word(func(*Scenario) *string { return &name }, misbehave.Names())),
		readIn(item, faultOneIn, whole(func(*Scenario) *int64 { return &oneIn }, 1, maxOneIn)))
	if kind, ok := misbehave.ParseKind(name); ok && plan[kind] != 0 {
		faults = append(faults, fault{item.value(faultKind).at, fmt.Sprintf("%s: %q is listed twice", faultKind, kind)})
	} else if len(faults) == 0 {
		plan[kind] = oneIn
	}
	return faults
}

// unknownIn finds the fields of a list's element that there are not.
func unknownIn(item *node, known ...string) []fault {
	var faults []fault
	for _, e := range item.entries {
		if !slices.Contains(known, e.name) {
			faults = append(faults, fault{e.at, "unknown field " + quote(e.name) + hint(e.name, known)})
		}
	}
	return faults
}

// readIn reads a field of a list's element by the rules of v, which stores it
// outside of a scenario.
func readIn(item *node, name string, v value) []fault {
	n := item.value(name)
	if n == nil {
		return []fault{{item.at, name + ": is missing"}}
	}
	faults := v.read(n, nil)
	if message := v.check(Scenario{}); faults == nil && message != "" {
		faults = []fault{{n.at, message}}
	}
	for i := range faults {
		faults[i].message = name + ": " + faults[i].message
	}
	return faults
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
