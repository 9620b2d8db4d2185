package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v4"

	"contend/workload/scenario"
	"contend/workload/scenario/yamltree"
)

// maxRepeat bounds the runs of a variant: with more, the differences that can be shown
// are too small to matter.
const maxRepeat = 1000

// Decode reads a scenario that may have the fields "matrix", "repeat" and "explore", by the
// rules of [scenario.Decode]. A matrix is a mapping of paths to lists of values; each
// combination of values is a variant, and the last path varies fastest. It may also be
// a list of such mappings, whose variants follow each other. A text without a matrix has
// one variant. repeat is how often each variant is run, 1 by default. explore is a mapping
// of paths to lists, like a matrix. It changes no variant, but each seed of an exploration
// draws one value from each list, see [Space]; it needs a plan with a single variant.
//
// A path that a flag sets does not vary: all variants have the flag's value, and
// variants that become equal are run once. Otherwise it is an error if two variants are
// equal. A flag that gives a list to a field with a single value makes the path vary, in
// addition to those of the text. If flags name the same path, or one within the other,
// the last one counts.
func Decode(file string, text []byte, overrides ...scenario.Override) (*Plan, error) {
	return decode(file, text, false, overrides)
}

// DecodeSpace is [Decode] for an exploration: a flag that gives a list to a field with a
// single value does not make a matrix, but a list to draw from.
func DecodeSpace(file string, text []byte, overrides ...scenario.Override) (*Plan, error) {
	return decode(file, text, true, overrides)
}

func decode(file string, text []byte, draw bool, overrides []scenario.Override) (*Plan, error) {
	var all yamltree.Problems
	root := yamltree.Tree{Problems: &all, Source: yamltree.Position{Source: file}}.Parse(text)
	if root == nil || root.Kind != yamltree.MappingNode {
		_, err := scenario.Decode(file, text, overrides...)
		return nil, err
	}
	d := newMatrix(root, &all)
	d.take(overrides)
	if draw {
		d.axes, d.drawn = nil, d.axes
		scenario.RemoveReplaced(root, scenario.Replaced(append(d.drawn.changes(), d.fixed...)))
	}
	plan := &Plan{Repeat: d.repeats(), Variants: d.variants()}
	lists := d.lists()
	plan.Drawn = lists.shown()
	d.checkLists(lists, len(plan.Variants))
	if err := all.Err(); err != nil {
		return nil, err
	}
	plan.Text = d.written()
	return plan, nil
}

// newMatrix takes apart the tree of a text.
func newMatrix(root *yamltree.Node, all *yamltree.Problems) *matrix {
	d := &matrix{
		Problems: all, text: root,
		grid: root.Value(scenario.MatrixField), repeat: root.Value(scenario.RepeatField), explore: root.Value(scenario.ExploreField),
	}
	for _, field := range []string{scenario.MatrixField, scenario.RepeatField, scenario.ExploreField} {
		root.Remove(field)
	}
	return d
}

// matrix is the part of a text that makes a plan of a scenario.
type matrix struct {
	*yamltree.Problems
	text  *yamltree.Node    // without matrix, repeat and explore
	fixed []scenario.Change // those of flags that set a field for all variants
	axes  axes              // of flags
	drawn axes              // of flags, to draw from
	// grid, repeat and explore are the values of their fields; nil: they are not given.
	grid, repeat, explore *yamltree.Node
}

// take sorts the overrides by their purpose. If several set the same field, the last
// one counts.
func (d *matrix) take(overrides []scenario.Override) {
	for i, o := range overrides {
		wrong := &yamltree.Problems{}
		c := o.Parse(i+1, wrong)
		switch {
		case o.Path == scenario.MatrixField:
			d.grid = cmp.Or(c.Value, d.grid)
		case o.Path == scenario.RepeatField:
			d.repeat = cmp.Or(c.Value, d.repeat)
		case o.Path == scenario.ExploreField:
			d.explore = cmp.Or(c.Value, d.explore)
		case c.Value == nil || !varies(o.Path, c.Value):
			d.fixed, d.axes = append(d.fixed, c), d.axes.outside(o.Path)
		default:
			for _, item := range c.Value.Items {
				item.At = c.Value.At
			}
			d.fixed = slices.DeleteFunc(d.fixed, func(before scenario.Change) bool { return scenario.IsWithin(before.Path, o.Path) })
			d.axes = d.axes.with(axis{path: o.Path, values: c.Value.Items, flag: true})
		}
		d.AddNew(wrong.Found)
	}
}

// varies reports whether a flag's value is a list of values for its field, and not a
// single value.
func varies(path string, value *yamltree.Node) bool {
	if value.Kind != yamltree.ListNode || len(value.Items) == 0 || isFixed(path) {
		return false
	}
	known, list := scenario.FieldAt(path)
	if !known || scenario.IsOneValue(path, value) {
		return false
	}
	isList := func(n *yamltree.Node) bool { return n.Kind == yamltree.ListNode }
	return !list || !slices.ContainsFunc(value.Items, func(n *yamltree.Node) bool { return !isList(n) })
}

// repeats reads how often each variant is run.
func (d *matrix) repeats() int {
	if d.repeat == nil {
		return 1
	}
	n, err := strconv.Atoi(d.repeat.Text)
	switch {
	case d.repeat.Kind != yamltree.ScalarNode || d.repeat.Quoted || err != nil:
		d.Add(d.repeat.At, "%s: %s", scenario.RepeatField, yamltree.MustBe("a whole number", d.repeat))
	case n < 1:
		d.Add(d.repeat.At, "%s: must be at least 1, not %d", scenario.RepeatField, n)
	case n > maxRepeat:
		d.Add(d.repeat.At, "%s: must be at most %d, not %d", scenario.RepeatField, maxRepeat, n)
	}
	return n
}

// variants decodes every variant.
func (d *matrix) variants() []Variant {
	blocks := d.blocks(d.fixed)
	if blocks == nil {
		s, wrong := scenario.DecodeTree(d.text.Clone(), d.fixed...)
		d.AddNew(wrong.Found)
		return []Variant{{Scenario: s}}
	}
	if count := countVariants(blocks); count > maxVariants {
		d.Add(d.place(), "matrix: must have at most %d variants, not %d", maxVariants, count)
		return nil
	}
	var written []Variant
	for _, block := range blocks {
		written = append(written, block.variants(d.Problems, d.text, d.fixed)...)
	}
	variants, twice := distinct(written)
	if twice != "" && (len(d.fixed) == 0 && len(d.axes) == 0 || slices.ContainsFunc(d.axes, axis.repeats)) {
		d.Add(d.place(), "matrix: the variant %s is listed twice", twice)
	}
	if len(variants) == 0 && len(d.Found) == 0 {
		d.Add(d.place(), "matrix: has no variants")
	}
	return variants
}

// blocks returns the mappings of the matrix, each with the paths that flags vary; nil if
// there is no matrix.
func (d *matrix) blocks(fixed []scenario.Change) []axes {
	var blocks []axes
	switch {
	case d.grid != nil:
		blocks = readMatrix(d.Problems, d.grid, fixed, d.axes)
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

// place returns the position of the matrix, or of the first flag that varies a path.
func (d *matrix) place() yamltree.Position {
	if d.grid != nil {
		return d.grid.At
	}
	return d.axes[0].values[0].At
}

// written returns the plan as YAML: the fields of the text with the flags' values, and
// the matrix as it is run. The plan must be valid.
func (d *matrix) written() []byte {
	root := d.text.Clone()
	for _, c := range d.fixed {
		scenario.Graft(root, c, d.Problems)
	}
	lists := d.lists()
	scenario.RemoveReplaced(root, scenario.Replaced(append(d.axes.changes(), d.fixed...)))
	blocks := &yamltree.Node{Kind: yamltree.ListNode}
	for _, block := range d.blocks(d.fixed) {
		blocks.Items = append(blocks.Items, block.written())
	}
	if len(blocks.Items) > 0 {
		root.Set(scenario.MatrixField, blocks)
	}
	if d.repeat != nil {
		root.Set(scenario.RepeatField, d.repeat)
	}
	if len(lists) > 0 {
		root.Set(scenario.ExploreField, lists.written())
	}
	text, err := yaml.Marshal(root.YAML(0))
	if err != nil {
		panic(fmt.Sprintf("workload: a tree that was read cannot be written: %v", err))
	}
	return text
}
