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
	// After a snapshot, an insertion copies the nodes on its path, which is cheaper
	// with small nodes.
	const degree = 8
	return btree.NewBTreeGOptions(less, btree.Options{Degree: degree, NoLocks: true})
}

// within returns the cells of a range of sort keys, in ascending or descending order. It
// is a snapshot: cells that are added later are not in it. The caller holds the
// partition's lock during the call, and not while it iterates. A nil partition has no
// items.
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
		// A cell outside the range is beyond the far end, or is the near end itself.
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

// only returns the one cell of a partition without sort key, if there is one and the
// range includes it.
func (r keyRange) only(c *cell) iter.Seq[*cell] {
	return func(yield func(*cell) bool) {
		if c != nil && r.contains(attribute.Value{}) {
			yield(c)
		}
	}
}
