package workload

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Plan is all that a scenario's text asks for: its variants, and how often each
// is run.
type Plan struct {
	Variants []Variant // at least one
	Repeat   int       // runs of each variant, at least 1
	// Text is the whole plan as YAML, flags applied: [DecodePlan] makes an equal
	// plan of it.
	Text []byte
}

// PlannedRun is one run of a plan.
type PlannedRun struct {
	Variant  int // its index in the plan
	Repeat   int // from 1
	Scenario Scenario
}

// Single reports whether the plan is one run of one scenario.
func (p *Plan) Single() bool {
	return len(p.Variants) == 1 && p.Repeat == 1 && p.Variants[0].Name == ""
}

// Runs are all runs in the order in which they are to be made: in rounds of one
// run of each variant, each round shuffled by the seed of the first variant. So a
// machine that becomes slower does so for all variants (a randomized complete
// block design). The same plan always gives the same order.
//
// The first run of a variant has its scenario's seed and the others one drawn
// from that, so that they are independent of each other.
func (p *Plan) Runs() []PlannedRun {
	const order = 1 << 32 // no worker has the number of this stream
	random := rand.New(rand.NewPCG(p.Variants[0].Scenario.Seed, order))
	var runs []PlannedRun
	for repeat := 1; repeat <= p.Repeat; repeat++ {
		for _, i := range random.Perm(len(p.Variants)) {
			s := p.Variants[i].Scenario
			if repeat > 1 {
				s.Seed = uint64(rand.New(rand.NewPCG(s.Seed, order+uint64(repeat))).Uint32())
			}
			runs = append(runs, PlannedRun{Variant: i, Repeat: repeat, Scenario: s})
		}
	}
	return runs
}

// maxRepeat bounds the runs of a variant: more repeats show smaller differences
// than any that matter.
const maxRepeat = 1000

const repeatField = "repeat"

// DecodePlan reads a scenario that may have the fields "matrix" and "repeat", by
// the rules of [Decode]. A matrix is a mapping of paths to lists of values, all
// combinations of which are variants, the last path varying fastest; or a list of
// such mappings, whose variants follow each other. A text without one has a
// single variant. repeat is how often each is run, 1 if it is not given.
//
// A path that a flag sets does not vary: all variants have the flag's value, and
// of those that are then the same one is left. Otherwise no two variants may have
// the same values. A flag that gives a list to a field that takes a single value
// makes the path vary, in addition to those of the text. Of flags for the same
// path, or for one within the other, the last one counts.
func DecodePlan(file string, text []byte, overrides ...Override) (*Plan, error) {
	var all problems
	root := tree{problems: &all, source: position{source: file}}.parse(text)
	if root == nil || root.kind != mappingNode {
		_, err := Decode(file, text, overrides...)
		return nil, err
	}
	d := design{problems: &all, text: root, grid: root.value(matrixField), repeat: root.value(repeatField)}
	root.remove(matrixField)
	root.remove(repeatField)
	d.take(overrides)
	plan := &Plan{Repeat: d.repeats(), Variants: d.variants()}
	if err := all.err(); err != nil {
		return nil, err
	}
	plan.Text = d.written()
	return plan, nil
}

// design is the part of a text that makes a plan of a scenario.
type design struct {
	*problems
	text  *node    // without matrix and repeat
	fixed []Change // those of flags that set a field for all variants
	axes  axes     // of flags
	// grid and repeat are the values of their fields; nil: they are not given.
	grid, repeat *node
}

// take sorts the overrides by what they are for. Of those for the same field the
// last one counts.
func (d *design) take(overrides []Override) {
	for i, o := range overrides {
		wrong := &problems{}
		c := o.parse(i+1, wrong)
		switch {
		case o.Path == matrixField:
			d.grid = cmp.Or(c.Value, d.grid)
		case o.Path == repeatField:
			d.repeat = cmp.Or(c.Value, d.repeat)
		case c.Value == nil || !varies(o.Path, c.Value):
			d.fixed, d.axes = append(d.fixed, c), d.axes.outside(o.Path)
		default:
			for _, item := range c.Value.items {
				item.at = c.Value.at
			}
			d.fixed = slices.DeleteFunc(d.fixed, func(before Change) bool { return isWithin(before.Path, o.Path) })
			d.axes = d.axes.with(axis{path: o.Path, values: c.Value.items, flag: true})
		}
		d.addNew(wrong.found)
	}
}

// varies reports whether a flag's value is a list of values for its field, not
// one value.
func varies(path string, value *node) bool {
	if value.kind != listNode || len(value.items) == 0 || isFixed(path) {
		return false
	}
	known, list := fieldAt(path)
	if !known {
		return false
	}
	isList := func(n *node) bool { return n.kind == listNode }
	return !list || !slices.ContainsFunc(value.items, func(n *node) bool { return !isList(n) })
}

// fieldAt reports whether a scenario has a field of that path, and whether the
// field is a list.
func fieldAt(path string) (known, list bool) {
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

// repeats reads how often each variant is run.
func (d *design) repeats() int {
	if d.repeat == nil {
		return 1
	}
	n, err := strconv.Atoi(d.repeat.text)
	switch {
	case d.repeat.kind != scalarNode || d.repeat.quoted || err != nil:
		d.add(d.repeat.at, "%s: %s", repeatField, mustBe("a whole number", d.repeat))
	case n < 1:
		d.add(d.repeat.at, "%s: must be at least 1, not %d", repeatField, n)
	case n > maxRepeat:
		d.add(d.repeat.at, "%s: must be at most %d, not %d", repeatField, maxRepeat, n)
	}
	return n
}

// variants decodes every variant.
func (d *design) variants() []Variant {
	blocks := d.blocks(d.fixed)
	if blocks == nil {
		s, wrong := decodeTree(d.text.clone(), d.fixed...)
		d.addNew(wrong.found)
		return []Variant{{Scenario: s}}
	}
	if count := countVariants(blocks); count > maxVariants {
		d.add(d.place(), "matrix: must have at most %d variants, not %d", maxVariants, count)
		return nil
	}
	var written []Variant
	for _, block := range blocks {
		written = append(written, block.variants(d.problems, d.text, d.fixed)...)
	}
	variants, twice := distinct(written)
	if twice != "" && countVariants(blocks) == countVariants((&design{problems: &problems{}, grid: d.grid, axes: d.axes}).blocks(nil)) {
		d.add(d.place(), "matrix: the variant %s is listed twice", twice)
	}
	if len(variants) == 0 && len(d.found) == 0 {
		d.add(d.place(), "matrix: has no variants")
	}
	return variants
}

// blocks are the matrix's, each with the paths that flags vary; nil if there is
// no matrix.
func (d *design) blocks(fixed []Change) []axes {
	var blocks []axes
	switch {
	case d.grid != nil:
		blocks = readMatrix(d.problems, d.grid, fixed, d.axes)
	case d.axes != nil:
		blocks = []axes{nil}
	}
	for i := range blocks {
		for _, x := range d.axes {
			blocks[i] = blocks[i].with(x)
		}
		blocks[i] = blocks[i].under(fixed)
	}
	return blocks
}

// place is where the variants come from.
func (d *design) place() position {
	if d.grid != nil {
		return d.grid.at
	}
	return d.axes[0].values[0].at
}

// written is the plan as YAML: the fields of the text with the flags' values, and
// the matrix as it was run. The plan is known to be right.
func (d *design) written() []byte {
	root := d.text.clone()
	for _, c := range d.fixed {
		graft(root, c, d.problems)
	}
	removeLimits(root, replacedLimits(append(d.axes.changes(), d.fixed...)))
	blocks := &node{kind: listNode}
	for _, block := range d.blocks(d.fixed) {
		paths := &node{kind: mappingNode}
		for _, x := range block {
			paths.entries = append(paths.entries, entry{name: x.path, value: &node{kind: listNode, items: x.values}})
		}
		blocks.items = append(blocks.items, paths)
	}
	if len(blocks.items) > 0 {
		root.set(matrixField, blocks)
	}
	if d.repeat != nil {
		root.set(repeatField, d.repeat)
	}
	text, err := yaml.Marshal(root.yaml(0))
	if err != nil {
		panic(fmt.Sprintf("workload: a tree that was read cannot be written: %v", err))
	}
	return text
}

// yaml is the node as the library writes it, everything inside the top level in
// one line each.
func (n *node) yaml(depth int) *yaml.Node {
	y := &yaml.Node{}
	if depth > 0 {
		y.Style = yaml.FlowStyle
	}
	switch n.kind {
	case mappingNode:
		y.Kind = yaml.MappingNode
		for _, e := range n.entries {
			y.Content = append(y.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: e.name}, e.value.yaml(depth+1))
		}
	case listNode:
		y.Kind = yaml.SequenceNode
		for _, item := range n.items {
			y.Content = append(y.Content, item.yaml(depth+1))
		}
	case scalarNode:
		y.Kind, y.Value, y.Style = yaml.ScalarNode, n.text, 0
		if n.quoted {
			y.Style = yaml.DoubleQuotedStyle
		}
	default:
		y.Kind, y.Tag, y.Value, y.Style = yaml.ScalarNode, "!!null", "null", 0
	}
	return y
}
