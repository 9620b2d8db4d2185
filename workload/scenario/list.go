package scenario

import (
	"slices"

	"contend/internal/suggest"
	"contend/workload/scenario/yamltree"
)

// member is a field of a list's element, whose value is stored outside of a scenario.
type member struct {
	name     string
	required bool
	value
}

// readMembers reads a list's element that is a mapping of the members.
func readMembers(item *yamltree.Node, members []member) []mistake {
	names := make([]string, len(members))
	for i, m := range members {
		names[i] = m.name
	}
	mistakes := unknownIn(item, names...)
	for _, m := range members {
		if m.required || item.Value(m.name) != nil {
			mistakes = append(mistakes, readIn(item, m.name, m.value)...)
		}
	}
	return mistakes
}

// unknownIn reports the unknown fields of a list's element.
func unknownIn(item *yamltree.Node, known ...string) []mistake {
	var mistakes []mistake
	for _, e := range item.Entries {
		if !slices.Contains(known, e.Name) {
			mistakes = append(mistakes, mistake{e.At, "unknown field " + yamltree.Quote(e.Name) + suggest.Hint(e.Name, known)})
		}
	}
	return mistakes
}

// readIn reads a field of a list's element with v, which stores it outside of a
// scenario.
func readIn(item *yamltree.Node, name string, v value) []mistake {
	n := item.Value(name)
	if n == nil {
		return []mistake{{item.At, name + ": is missing"}}
	}
	mistakes := v.readChecked(n)
	for i := range mistakes {
		mistakes[i].message = name + ": " + mistakes[i].message
	}
	return mistakes
}

// readChecked reads and checks a value that is stored outside of a scenario.
func (v value) readChecked(n *yamltree.Node) []mistake {
	mistakes := v.read(n, nil)
	if message := v.check(Scenario{}); mistakes == nil && message != "" {
		return []mistake{{n.At, message}}
	}
	return mistakes
}
