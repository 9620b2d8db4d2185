package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"contend/workload/scenario/yamltree"
)

// MatrixField is the field of a scenario's text that lists its variants.
const MatrixField = "matrix"

// IsWithin reports whether a path names the same value as another path, or a part of it.
func IsWithin(path, whole string) bool { return path == whole || strings.HasPrefix(path, whole+".") }

// RepeatField is the field that says how often each variant is run.
const RepeatField = "repeat"

// ExploreField is the field with the lists from which each seed of an exploration draws.
const ExploreField = "explore"

// FieldAt reports whether scenarios have a field with that path, and whether it is a
// list.
func FieldAt(path string) (known, list bool) {
	fields := scenarioFields()
	for {
		name, rest, deeper := strings.Cut(path, ".")
		f := fieldNamed(fields, name)
		if f == nil || !deeper {
			return f != nil, f != nil && f.list
		}
		fields, path = f.fields, rest
	}
}

// IsOneValue reports whether a list is one value of the field at a path, which may be
// something else than a list as well.
func IsOneValue(path string, list *yamltree.Node) bool {
	around, name, _ := strings.Cut(path, ".")
	parent := fieldNamed(scenarioFields(), around)
	if parent == nil {
		return false
	}
	f := fieldNamed(parent.fields, name)
	isPart := func(n *yamltree.Node) bool { return n.Value("share") != nil }
	return f != nil && f.orList != nil && slices.ContainsFunc(list.Items, isPart)
}

// Override is a value given on the command line for one field of a scenario.
type Override struct {
	// Source is the flag: "--set", or a flag for one field such as "--workers".
	Source string
	// Path names the field, as in load.workers. An element of a list that the
	// file has is named by its number from 0, as in retry.on.0, and a field of
	// it by a further name, as in embedded.misbehave.0.one_in.
	Path string
	// Value is YAML. A mapping or list, as in {increment: 9, read: 1}, replaces the
	// whole mapping or list of the file. A value for one member of a mapping leaves
	// the other members as they are, in the file or by default.
	Value string
}

// String returns the override as the user typed it; problems are shown with it. A
// value of several lines is quoted.
func (o Override) String() string {
	value := o.Value
	if strings.ContainsFunc(value, unicode.IsControl) {
		value = strconv.Quote(value)
	}
	if o.Source == setFlag {
		return o.Source + " " + o.Path + "=" + value
	}
	return o.Source + " " + value
}

const setFlag = "--set"

// ParseSet reads what follows --set: path=value.
func ParseSet(assignment string) (Override, error) {
	path, value, ok := strings.Cut(assignment, "=")
	path = strings.TrimSpace(path)
	if !ok || path == "" {
		return Override{}, fmt.Errorf("%s %s: must be path=value, as in %s load.workers=8", setFlag, assignment, setFlag)
	}
	return Override{Source: setFlag, Path: path, Value: value}, nil
}

// Parse reads the value as YAML. The override is the n-th of the command line, counted
// from 1; problems are reported at its place.
func (o Override) Parse(n int, all *yamltree.Problems) Change {
	at := yamltree.Position{Source: o.String(), Flag: n, Line: 1, Column: 1}
	value := yamltree.Tree{Problems: all, Source: at, Path: o.Path}.Parse([]byte(o.Value))
	if value != nil {
		value.At = at
	}
	return Change{Path: o.Path, Value: value, Flag: true}
}

// RemoveReplaced removes the fields with these paths, except those that flags set.
func RemoveReplaced(root *yamltree.Node, paths []string) {
	for _, path := range paths {
		around, name, _ := strings.Cut(path, ".")
		parent := root.Value(around)
		if parent == nil {
			continue
		}
		if value := parent.Value(name); value != nil && value.At.Flag == 0 {
			parent.Remove(name)
		}
	}
}

// Replaced returns the fields of the file that changes by flags replace. A flag
// that limits the run replaces the file's limit, whichever that is: if flags give only
// one of load.duration and load.operations, the file's value of the other is dropped.
// Stages replace both, and the rate and the number of workers. A mix replaces the policy,
// and a policy the mix.
func Replaced(changes []Change) []string {
	given := map[string]bool{}
	for _, c := range changes {
		given[c.Path] = given[c.Path] || c.Flag
	}
	var paths []string
	const duration, operations = "load.duration", "load.operations"
	switch {
	case given["load.stages"]:
		paths = []string{duration, operations, "load.rate", "load.workers"}
	case given[duration] && !given[operations]:
		paths = []string{operations}
	case given[operations] && !given[duration]:
		paths = []string{duration}
	}
	const policy, mix = "retry.policy", "retry.mix"
	switch {
	case given[mix] && !given[policy]:
		paths = append(paths, policy)
	case given[policy] && !given[mix]:
		paths = append(paths, mix)
	}
	return paths
}

// Graft puts a copy of a value at its path in the tree, with the mappings around it that
// the file does not have. If one of these is something other than a mapping, Graft
// leaves it for the decoder to report.
func Graft(root *yamltree.Node, c Change, all *yamltree.Problems) {
	if c.Value == nil {
		return
	}
	value, path, parent := c.Value.Clone(), c.Path, root
	fields, above := scenarioFields(), ""
	for {
		name, rest, deeper := strings.Cut(path, ".")
		f := fieldNamed(fields, name)
		if f == nil {
			all.Add(value.At, "%s", unknownField(above, name, fields))
			return
		}
		if !deeper {
			parent.Set(name, value)
			return
		}
		above = yamltree.Join(above, name)
		child := parent.Value(name)
		if f.fields == nil || f.orList != nil && child != nil && child.Kind == yamltree.ListNode {
			graftElement(child, element{above, rest, f.list || f.orList != nil}, value, all)
			return
		}
		if child == nil {
			child = &yamltree.Node{Kind: yamltree.MappingNode, At: value.At}
			if f.replace != nil {
				child.Entries = defaultEntries(f.fields, value.At)
			}
			parent.Set(name, child)
		}
		parent, fields, path = child, f.fields, rest
	}
}

// defaultEntries returns the default members of a mapping that is replaced as a whole:
// a flag for one of its members leaves the others as they are.
func defaultEntries(fields []field, at yamltree.Position) []yamltree.Entry {
	var entries []yamltree.Entry
	for _, f := range fields {
		if text := f.write(Default()); text != "" {
			entries = append(entries, yamltree.Entry{Name: f.name, At: at, Value: &yamltree.Node{Kind: yamltree.ScalarNode, At: at, Text: text}})
		}
	}
	return entries
}

// element names an element of a list, or a field of the element.
type element struct {
	list   string // the path of the list
	name   string // the element's number, or the number, a point and the field's name
	isList bool   // false: the field is not a list
}

// graftElement replaces an element of a list, or a field of the element.
func graftElement(list *yamltree.Node, e element, value *yamltree.Node, all *yamltree.Problems) {
	path := e.list
	if !e.isList {
		all.Add(value.At, "unknown field %s: %s has no fields of its own", yamltree.Quote(path+"."+e.name), path)
		return
	}
	number, inner, isInner := strings.Cut(e.name, ".")
	n, err := strconv.Atoi(number)
	switch {
	case err != nil:
		all.Add(value.At, "unknown element %s: elements of %s are numbered from 0", yamltree.Quote(path+"."+e.name), path)
	case list == nil:
		all.Add(value.At, "%s: the file does not list it: give the whole list", path)
	case list.Kind != yamltree.ListNode:
	case n < 0 || n >= len(list.Items):
		all.Add(value.At, "%s: there is no element %d among its %d, numbered from 0", path, n, len(list.Items))
	case !isInner:
		list.Items[n] = value
	case list.Items[n].Kind == yamltree.MappingNode:
		list.Items[n].Set(inner, value)
	default:
		all.Add(value.At, "unknown field %s: element %d has no fields of its own", yamltree.Quote(path+"."+e.name), n)
	}
}
