package plan

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"contend/workload/scenario"
	"contend/workload/scenario/yamltree"
)

// Variant is one of the scenarios that a matrix describes.
type Variant struct {
	// Name has the variant's values, as in "strategy=sharded load.workers=8"; ""
	// if there is no matrix.
	Name     string
	Values   []Setting // the values, in the order of the matrix
	Scenario scenario.Scenario
}

// Setting is a field of a scenario and its value as it was written.
type Setting struct{ Path, Value string }

// maxVariants bounds a matrix: with a second for each it takes a quarter of an hour.
const maxVariants = 1000

// axis is a path and the values that it takes in turn.
type axis struct {
	path   string
	values []*yamltree.Node
	flag   bool // its values are from a flag, not from the text
}

// repeats reports whether two values are written alike.
func (x axis) repeats() bool {
	seen := map[string]bool{}
	for _, value := range x.values {
		if seen[value.Written()] {
			return true
		}
		seen[value.Written()] = true
	}
	return false
}

// axes are the paths whose values are combined.
type axes []axis

// outside returns the axes that set neither the field with the path nor a part of it.
func (a axes) outside(path string) axes {
	return slices.DeleteFunc(slices.Clone(a), func(x axis) bool { return scenario.IsWithin(x.path, path) })
}

// with returns a with x in place of an axis with the same path, or else at the end, and
// without the axes for parts of x.
func (a axes) with(x axis) axes {
	a = slices.DeleteFunc(slices.Clone(a), func(part axis) bool { return part.path != x.path && scenario.IsWithin(part.path, x.path) })
	if i := slices.IndexFunc(a, func(other axis) bool { return other.path == x.path }); i >= 0 {
		a[i] = x
		return a
	}
	return append(a, x)
}

// wholesFirst sorts the axis of a mapping before the axes of its fields.
func (a axes) wholesFirst() axes {
	depth := func(x axis) int { return strings.Count(x.path, ".") }
	return slices.SortedStableFunc(slices.Values(a), func(x, y axis) int { return cmp.Compare(depth(x), depth(y)) })
}

// under returns the axes after the fixed changes that set a part of their values: a flag
// that sets retry.policy also sets it in every value of retry. Of values that become equal
// one is left.
func (a axes) under(fixed []scenario.Change) axes {
	under := slices.Clone(a)
	for i, x := range under {
		within := slices.DeleteFunc(slices.Clone(fixed), func(c scenario.Change) bool { return c.Path == x.path || !scenario.IsWithin(c.Path, x.path) })
		if len(within) == 0 {
			continue
		}
		under[i].values = nil
		for _, value := range x.values {
			changed := x.changed(value, within)
			if !slices.ContainsFunc(under[i].values, func(v *yamltree.Node) bool { return v.Written() == changed.Written() }) {
				under[i].values = append(under[i].values, changed)
			}
		}
	}
	return under
}

// changed returns one value of the axis with changes made in it. Problems of the changes
// are reported when the variant is decoded.
func (x axis) changed(value *yamltree.Node, changes []scenario.Change) *yamltree.Node {
	ignored := &yamltree.Problems{}
	root := &yamltree.Node{Kind: yamltree.MappingNode}
	scenario.Graft(root, scenario.Change{Path: x.path, Value: value}, ignored)
	for _, c := range changes {
		scenario.Graft(root, c, ignored)
	}
	scenario.RemoveReplaced(root, scenario.Replaced(changes))
	if changed := root.Find(x.path); changed != nil {
		return changed
	}
	return value
}

// readMatrix reads the blocks of a matrix, without the paths that flags set or
// replace.
func readMatrix(all *yamltree.Problems, grid *yamltree.Node, fixed []scenario.Change, flags axes) []axes {
	blocks := []*yamltree.Node{grid}
	if grid.Kind == yamltree.ListNode {
		blocks = grid.Items
	}
	var read []axes
	for _, block := range blocks {
		if block.Kind != yamltree.MappingNode {
			all.Add(block.At, "matrix: %s", yamltree.MustBe("a mapping of fields to lists of values, or a list of such mappings", block))
			continue
		}
		read = append(read, readAxes(all, scenario.MatrixField, block, fixed, flags))
	}
	return read
}

// readAxes reads a mapping of paths to lists of values, the value of a field or a part of
// it. It leaves out the paths that flags set or replace.
func readAxes(all *yamltree.Problems, field string, block *yamltree.Node, fixed []scenario.Change, flags axes) axes {
	replaced := scenario.Replaced(append(flags.changes(), fixed...))
	var read axes
	for _, e := range block.Entries {
		if values := axisValues(all, field, e); values != nil && !isSet(fixed, e.Name) && !slices.Contains(replaced, e.Name) {
			read = append(read, axis{path: e.Name, values: values})
		}
	}
	return read
}

// axisValues are the values of a path that may vary, nil after a problem.
func axisValues(all *yamltree.Problems, field string, e yamltree.Entry) []*yamltree.Node {
	switch {
	case isFixed(e.Name):
		all.Add(e.At, "%s: %s is the same for all %s", field, e.Name, theVarying(field))
	case field == scenario.ExploreField && e.Name == "seed":
		all.Add(e.At, "%s: seed: every run has a seed of its own", field)
	case e.Value.Kind != yamltree.ListNode:
		all.Add(e.Value.At, "%s: %s: %s", field, e.Name, yamltree.MustBe("a list of values", e.Value))
	case len(e.Value.Items) == 0:
		all.Add(e.Value.At, "%s: %s: has no values", field, e.Name)
	default:
		return e.Value.Items
	}
	return nil
}

// theVarying are what the values of a field make.
func theVarying(field string) string {
	if field == scenario.ExploreField {
		return "seeds"
	}
	return "variants"
}

// isFixed reports whether a field cannot vary.
func isFixed(path string) bool {
	return slices.Contains([]string{"name", "description", "target", "table", scenario.MatrixField, scenario.RepeatField, scenario.ExploreField}, path)
}

// isSet reports whether a flag sets the field or a mapping around it.
func isSet(fixed []scenario.Change, path string) bool {
	return slices.ContainsFunc(fixed, func(c scenario.Change) bool { return scenario.IsWithin(path, c.Path) })
}

func countVariants(blocks []axes) int {
	total := 0
	for _, a := range blocks {
		count := 1
		for _, x := range a {
			count = min(count*len(x.values), maxVariants+1)
		}
		total += count
	}
	return total
}

// changes returns the changes of the first combination. A mapping comes before its parts,
// so that each part keeps its own value.
func (a axes) changes() []scenario.Change {
	var list []scenario.Change
	for _, x := range a.wholesFirst() {
		list = append(list, scenario.Change{Path: x.path, Value: x.values[0], Flag: x.flag})
	}
	return list
}

// chosen returns the axes with one value each.
func (a axes) chosen(numbers []int) axes {
	one := slices.Clone(a)
	for i, x := range a {
		one[i].values = []*yamltree.Node{x.values[numbers[i]]}
	}
	return one
}

// variants decodes the tree once for every combination of values. Problems of the text
// itself, or of a value, are reported once.
func (a axes) variants(all *yamltree.Problems, text *yamltree.Node, fixed []scenario.Change) []Variant {
	if slices.ContainsFunc(a, func(x axis) bool { return len(x.values) == 0 }) {
		return nil
	}
	var variants []Variant
	for numbers := make([]int, len(a)); numbers != nil; numbers = a.next(numbers) {
		one := a.chosen(numbers)
		var changes, flags []scenario.Change
		for _, c := range one.changes() {
			if c.Flag {
				flags = append(flags, c)
			} else {
				changes = append(changes, c)
			}
		}
		root := text.Clone()
		s, wrong := scenario.DecodeTree(root, slices.Concat(changes, fixed, flags)...)
		all.AddNew(wrong.Found)
		values := one.settings(root)
		variants = append(variants, Variant{Name: nameOf(values), Values: values, Scenario: s})
	}
	return variants
}

// settings returns the values of a variant's paths after all changes. They differ from
// those in the matrix if another axis or a flag sets a part of them.
func (a axes) settings(applied *yamltree.Node) []Setting {
	var list []Setting
	for _, x := range a {
		list = append(list, Setting{x.path, cmp.Or(applied.Find(x.path), x.values[0]).Written()})
	}
	return list
}

// next is the combination after one, nil after the last.
func (a axes) next(chosen []int) []int {
	for i := len(a) - 1; i >= 0; i-- {
		if chosen[i]++; chosen[i] < len(a[i].values) {
			return chosen
		}
		chosen[i] = 0
	}
	return nil
}

func nameOf(values []Setting) string {
	parts := make([]string, len(values))
	for i, s := range values {
		parts[i] = s.Path + "=" + s.Value
	}
	return strings.Join(parts, " ")
}

// distinct drops variants that are equal to an earlier one. twice is the name of one
// that has the same name too.
func distinct(variants []Variant) (kept []Variant, twice string) {
	for _, v := range variants {
		same := func(k Variant) bool { return reflect.DeepEqual(k.Scenario, v.Scenario) }
		switch i := slices.IndexFunc(kept, same); {
		case i < 0:
			kept = append(kept, v)
		case kept[i].Name == v.Name:
			twice = v.Name
		}
	}
	return kept, twice
}
