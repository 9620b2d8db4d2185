package workload

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Override is a value given on the command line for one field of a scenario.
type Override struct {
	// Source is the flag: "--set", or a flag for one field such as "--workers".
	Source string
	// Path names the field, as in load.workers. An element of a list that the
	// file has is named by its number from 0, as in retry.on.0, and a field of
	// it by a further name, as in embedded.misbehave.0.one_in.
	Path string
	// Value is YAML; it may be a mapping or list, as in {increment: 9, read: 1},
	// and then replaces the whole one of the file. A value for one member of a
	// mapping leaves the other members what they are, also those that the file
	// leaves to the default.
	Value string
}

// String is the override as it was typed; problems are shown with it.
// A value of several lines is put in quotes.
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

// parse reads the value of the n-th override, counted from 1.
func (o Override) parse(n int, all *problems) Change {
	at := position{source: o.String(), flag: n, line: 1, column: 1}
	value := tree{problems: all, source: at, path: o.Path}.parse([]byte(o.Value))
	if value != nil {
		value.at = at
	}
	return Change{Path: o.Path, Value: value, Flag: true}
}

// removeLimits drops those fields that flags did not set.
func removeLimits(root *node, paths []string) {
	load := root.value("load")
	if load == nil {
		return
	}
	for _, path := range paths {
		name := strings.TrimPrefix(path, "load.")
		if value := load.value(name); value != nil && value.at.flag == 0 {
			load.remove(name)
		}
	}
}

// replacedLimits are the fields of the file that the limits of flags stand for. A
// flag that limits the run replaces the file's limit, whichever that is: if only
// one of load.duration and load.operations is given by flags, the file's value of
// the other is dropped. Stages replace both, and what else they say.
func replacedLimits(changes []Change) []string {
	given := map[string]bool{}
	for _, c := range changes {
		given[c.Path] = given[c.Path] || c.Flag
	}
	const duration, operations = "load.duration", "load.operations"
	switch {
	case given["load.stages"]:
		return []string{duration, operations, "load.rate", "load.workers"}
	case given[duration] && !given[operations]:
		return []string{operations}
	case given[operations] && !given[duration]:
		return []string{duration}
	}
	return nil
}

// graft puts a value at its path. It makes the mappings around it that the file
// does not have; a value that should be a mapping stays what it is, for the
// decoder to report. The tree gets a copy of the value.
func graft(root *node, c Change, all *problems) {
	if c.Value == nil {
		return
	}
	value, path, parent := c.Value.clone(), c.Path, root
	fields, above := scenarioFields(), ""
	for {
		name, rest, deeper := strings.Cut(path, ".")
		f := fieldNamed(fields, name)
		if f == nil {
			all.add(value.at, "%s", unknownField(above, name, fields))
			return
		}
		if !deeper {
			parent.set(name, value)
			return
		}
		above = join(above, name)
		child := parent.value(name)
		if f.fields == nil {
			graftElement(child, element{above, rest, f.list}, value, all)
			return
		}
		if child == nil {
			child = &node{kind: mappingNode, at: value.at}
			if f.replace != nil {
				child.entries = defaultEntries(f.fields, value.at)
			}
			parent.set(name, child)
		}
		parent, fields, path = child, f.fields, rest
	}
}

// defaultEntries are what the default scenario has in a mapping that is replaced
// as a whole: a flag for one member of a mapping that the file does not have
// leaves the other members what they are.
func defaultEntries(fields []field, at position) []entry {
	var entries []entry
	for _, f := range fields {
		if text := f.write(Default()); text != "" {
			entries = append(entries, entry{f.name, at, &node{kind: scalarNode, at: at, text: text}})
		}
	}
	return entries
}

// element names an element of a list, or a field of the element.
type element struct {
	list   string // the path of the list
	name   string // the element's number, and the field's name behind a point
	isList bool   // false: what is at the path has no elements
}

// graftElement puts a value in the place of an element of a list, or of a field
// of the element.
func graftElement(list *node, e element, value *node, all *problems) {
	path := e.list
	if !e.isList {
		all.add(value.at, "unknown field %s: %s has no fields of its own", quote(path+"."+e.name), path)
		return
	}
	number, inner, isInner := strings.Cut(e.name, ".")
	n, err := strconv.Atoi(number)
	switch {
	case err != nil:
		all.add(value.at, "unknown element %s: elements of %s are numbered from 0", quote(path+"."+e.name), path)
	case list == nil:
		all.add(value.at, "%s: the file does not list it: give the whole list", path)
	case list.kind != listNode:
	case n < 0 || n >= len(list.items):
		all.add(value.at, "%s: there is no element %d among its %d, numbered from 0", path, n, len(list.items))
	case !isInner:
		list.items[n] = value
	case list.items[n].kind == mappingNode:
		list.items[n].set(inner, value)
	default:
		all.add(value.at, "unknown field %s: element %d has no fields of its own", quote(path+"."+e.name), n)
	}
}
