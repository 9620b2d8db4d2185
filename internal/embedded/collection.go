package embedded

import (
	"iter"

	"github.com/tidwall/btree"

	"contend/internal/embedded/attribute"
)

// entry is a cell of an item collection, under its sort key.
type entry struct {
	sort attribute.Value
	cell *cell
}

// newOrder returns an empty order of cells. Its sort keys are of one kind.
func newOrder() *btree.BTreeG[entry] {
	less := func(a, b entry) bool {
		order, _ := attribute.Compare(a.sort, b.sort)
		return order < 0
	}
	// After a snapshot was taken an insertion copies the nodes on its way, which
	// is cheaper with small ones.
	const degree = 8
	return btree.NewBTreeGOptions(less, btree.Options{Degree: degree, NoLocks: true})
}

// within returns the cells of a range of sort keys in their order, or in the
// opposite one. It is those of now: a cell that is added later is not among
// them. The partition, nil for one without items, is locked when it is called,
// and not while they are walked.
func (p *partition) within(keys keyRange, backward bool) iter.Seq[*cell] {
	if p == nil {
		return func(func(*cell) bool) {}
	}
	defer p.mu.Unlock()
	p.visitors++
	if p.ordered == nil {
		return keys.only(p.cells[""])
	}
	snapshot := p.ordered.Copy() // copies nodes only when they change
	return func(yield func(*cell) bool) {
		near, walk, walkFrom := keys.low, snapshot.Scan, snapshot.Ascend
		if backward {
			near, walk, walkFrom = keys.high, snapshot.Reverse, snapshot.Descend
		}
		// What is outside lies beyond the far end, or is the near end itself.
		visit := func(e entry) bool {
			if keys.contains(e.sort) {
				return yield(e.cell)
			}
			return near != nil && near.compare(e.sort) == 0
		}
		if near == nil {
			walk(visit)
			return
		}
		walkFrom(entry{sort: near.value}, visit)
	}
}

// only is the one cell of a table without sort key, if there is one and the
// range is not closed to it.
func (r keyRange) only(c *cell) iter.Seq[*cell] {
	return func(yield func(*cell) bool) {
		if c != nil && r.contains(attribute.Value{}) {
			yield(c)
		}
	}
}
