package embedded

import (
	"cmp"
	"slices"

	"contend/internal/embedded/attribute"
	"contend/internal/embedded/throughput"
)

// participant is one item of a transaction.
type participant struct {
	place  place
	table  *table
	spot                  // its cell is nil if the key can be no item's
	before attribute.Item // the item when the transaction decided
	units  float64        // that the transaction consumed for it
	err    error          // why the transaction is cancelled, nil if not for this item
}

// place identifies an item. Places are ordered, and equal for the same item.
type place struct{ table, hash, sort string }

func (p place) compare(other place) int {
	return cmp.Or(cmp.Compare(p.table, other.table), cmp.Compare(p.hash, other.hash), cmp.Compare(p.sort, other.sort))
}

// leave gives back the spots of all participants.
func leave(all []*participant) {
	for _, p := range all {
		p.table.leave(p.spot)
	}
}

// join adds the item of a key; problem is the result of checking the key. A key that no item
// of the table can have cancels the transaction; any other error is returned.
func join(all []*participant, t *table, key attribute.Item, problem error) ([]*participant, error) {
	if problem != nil {
		if !asFailure(problem).misfit {
			return all, problem
		}
		return append(all, &participant{table: t, err: problem}), nil
	}
	at := place{t.description.TableName, keyText(key[t.hash.name]), keyText(key[t.sort.name])}
	if slices.ContainsFunc(all, func(other *participant) bool { return other.cell != nil && other.place == at }) {
		return all, invalid("Transaction request cannot include multiple operations on one item")
	}
	return append(all, &participant{place: at, table: t, spot: t.locate(key)}), nil
}

// lock locks all items at once, so that they are read or changed as one. They
// are locked in the order of their places, so that no two transactions wait for
// each other.
func lock(all []*participant) (unlock func()) {
	ordered := slices.DeleteFunc(slices.Clone(all), func(p *participant) bool { return p.cell == nil })
	slices.SortFunc(ordered, func(a, b *participant) int { return a.place.compare(b.place) })
	for _, p := range ordered {
		p.cell.mu.Lock()
	}
	return func() {
		for _, p := range ordered {
			p.cell.mu.Unlock()
		}
	}
}

// read takes the units for reading an item in a transaction, or records the throttle.
// The caller holds the cell's mutex.
func (p *participant) read() (attribute.Item, error) {
	item := p.cell.item
	p.units = transactionalUnits * readUnits(p.cell.size(), true)
	if short := p.table.takeReads(p.partition, p.sort, p.units); short != throughput.None {
		return nil, p.table.throttled("Read", short)
	}
	return item, nil
}
