package plan

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"contend/workload/scenario"
	"contend/workload/scenario/yamltree"
)

// List is a field of a scenario, and the values from which each seed of an exploration
// draws one, as they were written. A value that is listed twice is drawn twice as often.
type List struct {
	Path   string
	Values []string
}

// maxDrawn bounds the values of all lists together: every pair of them is validated.
const maxDrawn = 100

// Space is what an exploration draws its runs from: a scenario, and lists of values for
// some of its fields. It is safe for use by several goroutines.
type Space struct {
	base  *yamltree.Node // the scenario's text without the lists
	lists axes
}

// Space returns the space of a plan, which must have a single variant. It has one scenario
// for each seed if the plan has no lists.
func (p *Plan) Space() *Space {
	var none yamltree.Problems // the text was written by this package
	d := newMatrix(yamltree.Tree{Problems: &none}.Parse(p.Text), &none)
	return &Space{base: d.base(), lists: d.lists()}
}

// Draw returns the scenario of a seed, which it also has as its own seed, with one value
// from each list. The same seed always gives the same scenario. The error is an
// [*scenario.Error]: the values do not go together. Decode has found that out already
// unless it takes three of them or more.
func (s *Space) Draw(seed uint64) (Variant, error) {
	const draws = 1<<32 - 1 // no worker has the number of this stream
	random := rand.New(rand.NewPCG(seed, draws))
	numbers := make([]int, len(s.lists))
	for i, x := range s.lists {
		numbers[i] = random.IntN(len(x.values))
	}
	one := s.lists.chosen(numbers)
	root := s.base.Clone()
	root.Set("seed", &yamltree.Node{Kind: yamltree.ScalarNode, Text: strconv.FormatUint(seed, 10)})
	drawn, wrong := scenario.DecodeTree(root, one.changes()...)
	v := Variant{Values: one.settings(root), Scenario: drawn}
	v.Name = nameOf(v.Values)
	if err := wrong.Err(); err != nil {
		return Variant{}, fmt.Errorf("seed %d draws %s: %w", seed, v.Name, err)
	}
	return v, nil
}

// Draws reports whether some list has several values.
func (s *Space) Draws() bool {
	return slices.ContainsFunc(s.lists, func(x axis) bool { return len(x.values) > 1 })
}

// lists are the axes to draw from, of the text and of flags.
func (d *matrix) lists() axes {
	var lists axes
	switch {
	case d.explore == nil:
	case d.explore.Kind != yamltree.MappingNode:
		d.Add(d.explore.At, "%s: %s", scenario.ExploreField, yamltree.MustBe("a mapping of fields to lists of values", d.explore))
	default:
		lists = readAxes(d.Problems, scenario.ExploreField, d.explore, d.fixed, d.drawn)
	}
	for _, x := range d.drawn {
		lists = lists.with(x)
	}
	return lists.under(d.fixed)
}

// base is the scenario that the lists change: the text with everything that flags and the
// only variant of a matrix set.
func (d *matrix) base() *yamltree.Node {
	root := d.text.Clone()
	var changes []scenario.Change
	for _, block := range d.blocks(d.fixed) {
		changes = append(changes, block.changes()...)
	}
	changes = append(changes, d.fixed...)
	ignored := &yamltree.Problems{} // the variant has reported them
	for _, c := range changes {
		scenario.Graft(root, c, ignored)
	}
	scenario.RemoveReplaced(root, scenario.Replaced(changes))
	return root
}

// checkLists validates each value of the lists, and each pair of values of two lists.
func (d *matrix) checkLists(lists axes, variants int) {
	if len(lists) == 0 {
		return
	}
	count := 0
	for _, x := range lists {
		count += len(x.values)
	}
	at := lists[0].values[0].At
	if d.explore != nil {
		at = d.explore.At
	}
	switch {
	case variants > 1:
		d.Add(at, "%s: cannot be combined with a matrix, which has %d variants: set its fields by --set", scenario.ExploreField, variants)
	case count > maxDrawn:
		d.Add(at, "%s: must have at most %d values in all lists, not %d", scenario.ExploreField, maxDrawn, count)
	default:
		lists.pairs(func(numbers []int) {
			_, wrong := scenario.DecodeTree(d.base(), lists.chosen(numbers).changes()...)
			d.AddNew(wrong.Found)
		})
	}
}

// pairs calls visit with every choice of one value from each of two axes, and the first
// value of the others. With a single axis it visits each of its values.
func (a axes) pairs(visit func(numbers []int)) {
	if len(a) == 1 {
		for n := range a[0].values {
			visit([]int{n})
		}
	}
	for i := range a {
		for j := range i {
			for n := range a[j].values {
				for m := range a[i].values {
					if n == 0 && j > 0 || m == 0 && i > 1 {
						continue // other two axes have had this choice
					}
					numbers := make([]int, len(a))
					numbers[j], numbers[i] = n, m
					visit(numbers)
				}
			}
		}
	}
}

// shown are the axes as they were written.
func (a axes) shown() []List {
	var lists []List
	for _, x := range a {
		l := List{Path: x.path}
		for _, value := range x.values {
			l.Values = append(l.Values, value.Written())
		}
		lists = append(lists, l)
	}
	return lists
}

// written are the axes as a mapping of paths to lists.
func (a axes) written() *yamltree.Node {
	paths := &yamltree.Node{Kind: yamltree.MappingNode}
	for _, x := range a {
		paths.Entries = append(paths.Entries, yamltree.Entry{Name: x.path, Value: &yamltree.Node{Kind: yamltree.ListNode, Items: x.values}})
	}
	return paths
}
