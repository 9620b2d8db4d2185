package workload

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Variant is one scenario of those that a matrix describes.
type Variant struct {
	// Name tells what is the variant's own, as in "strategy=sharded
	// load.workers=8"; "" if there is no matrix.
	Name     string
	Values   []Setting // the same, in the order of the matrix
	Scenario Scenario
}

// Setting is a field of a scenario and its value as it was written.
type Setting struct{ Path, Value string }

// DecodeVariants reads a scenario with a field "matrix", by the rules of
// [Decode], and returns a scenario for each of its variants. A matrix is a
// mapping of paths to lists of values, all combinations of which are variants,
// the last path varying fastest; or a list of such mappings, whose variants
// follow each other. A text without one has a single variant.
//
// A path that a flag sets does not vary: all variants have the flag's value, and
// of those that are then the same one is left. Otherwise no two variants may have
// the same values.
func DecodeVariants(file string, text []byte, overrides ...Override) ([]Variant, error) {
	var all problems
	root := tree{problems: &all, source: position{source: file}}.parse(text)
	if root == nil || root.kind != mappingNode {
		return single(file, text, overrides)
	}
	overrides, grid := takeMatrix(&all, root, overrides)
	if grid == nil {
		return single(file, text, overrides)
	}
	blocks := readMatrix(&all, grid, overrides)
	if count := countVariants(blocks); count > maxVariants {
		all.add(grid.at, "matrix: must have at most %d variants, not %d", maxVariants, count)
		return nil, all.err()
	}
	var written []Variant
	for _, block := range blocks {
		written = append(written, block.variants(&all, file, text, overrides)...)
	}
	variants, twice := distinct(written)
	if twice != "" && countVariants(blocks) == countVariants(readMatrix(&problems{}, grid, nil)) {
		all.add(grid.at, "matrix: the variant %s is listed twice", twice)
	}
	if len(variants) == 0 && len(all.found) == 0 {
		all.add(grid.at, "matrix: has no variants")
	}
	if err := all.err(); err != nil {
		return nil, err
	}
	return variants, nil
}

// single is the only variant of a text without a matrix.
func single(file string, text []byte, overrides []Override) ([]Variant, error) {
	s, err := Decode(file, text, overrides...)
	if err != nil {
		return nil, err
	}
	return []Variant{{Scenario: s}}, nil
}

// maxVariants bounds a matrix: at a second each they take a quarter of an hour.
const maxVariants = 1000

const matrixField = "matrix"

// takeMatrix finds the matrix of a file, or that of a flag instead, and the
// other overrides.
func takeMatrix(all *problems, root *node, overrides []Override) (rest []Override, grid *node) {
	grid = root.value(matrixField)
	for i, o := range overrides {
		if o.Path != matrixField {
			rest = append(rest, o)
			continue
		}
		at := position{source: o.String(), flag: i + 1, line: 1, column: 1}
		if given := (tree{problems: all, source: at, path: o.Path}).parse([]byte(o.Value)); given != nil {
			grid = given
		}
	}
	return rest, grid
}

// axis is a path and the values that it takes in turn.
type axis struct {
	path   string
	values []*node
}

// axes are the paths whose values are combined.
type axes []axis

// readMatrix reads the blocks of a matrix, without the paths that flags set.
func readMatrix(all *problems, grid *node, overrides []Override) []axes {
	blocks := []*node{grid}
	if grid.kind == listNode {
		blocks = grid.items
	}
	var read []axes
	for _, block := range blocks {
		if block.kind != mappingNode {
			all.add(block.at, "matrix: %s", mustBe("a mapping of fields to lists of values, or a list of such mappings", block))
			continue
		}
		var a axes
		for _, e := range block.entries {
			if values := axisValues(all, e); values != nil && !isSet(overrides, e.name) {
				a = append(a, axis{e.name, values})
			}
		}
		read = append(read, a)
	}
	return read
}

// axisValues are the values of a path that may vary, nil after a problem.
func axisValues(all *problems, e entry) []*node {
	fixed := []string{"name", "description", "target", "table", matrixField}
	switch {
	case slices.Contains(fixed, e.name):
		all.add(e.at, "matrix: %s is the same for all variants", e.name)
	case e.value.kind != listNode:
		all.add(e.value.at, "matrix: %s: %s", e.name, mustBe("a list of values", e.value))
	case len(e.value.items) == 0:
		all.add(e.value.at, "matrix: %s: has no values", e.name)
	default:
		return e.value.items
	}
	return nil
}

// isSet reports whether a flag sets the field or a mapping around it.
func isSet(overrides []Override, path string) bool {
	return slices.ContainsFunc(overrides, func(o Override) bool {
		return path == o.Path || strings.HasPrefix(path, o.Path+".")
	})
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

// variants decodes the text once for every combination of values. What is wrong
// with the text itself, or with a value, is reported once.
func (a axes) variants(all *problems, file string, text []byte, overrides []Override) []Variant {
	if slices.ContainsFunc(a, func(x axis) bool { return len(x.values) == 0 }) {
		return nil
	}
	var variants []Variant
	for chosen := make([]int, len(a)); chosen != nil; chosen = a.next(chosen) {
		d := newDecoder()
		v := Variant{}
		for i, x := range a {
			value := x.values[chosen[i]]
			d.variant = append(d.variant, entry{x.path, value.at, value})
			v.Values = append(v.Values, Setting{x.path, value.written()})
		}
		v.Name = nameOf(v.Values)
		d.decode(file, text, overrides)
		v.Scenario = d.scenario
		all.addNew(d.found)
		variants = append(variants, v)
	}
	return variants
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

// addNew adds the problems that are not there yet.
func (p *problems) addNew(found []located) {
	for _, l := range found {
		if !slices.Contains(p.found, l) {
			p.found = append(p.found, l)
		}
	}
}

// distinct drops variants that are the same as one before, and names one that
// was even written the same.
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

// written is the value as YAML in one line.
func (n *node) written() string {
	switch n.kind {
	case listNode:
		parts := make([]string, len(n.items))
		for i, item := range n.items {
			parts[i] = item.written()
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case mappingNode:
		parts := make([]string, len(n.entries))
		for i, e := range n.entries {
			parts[i] = e.name + ": " + e.value.written()
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	if n.quoted {
		return fmt.Sprintf("%q", n.text)
	}
	return n.text
}
