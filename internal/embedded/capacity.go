package embedded

import (
	"sync"
	"time"

	"contend/internal/clock"
	"contend/internal/embedded/attribute"
	"contend/internal/embedded/throughput"
)

const (
	writeUnitBytes = 1 << 10 // one write unit for each KB, or part of one
	readUnitBytes  = 4 << 10 // one read unit for each 4 KB, or part of them; half if eventually consistent
	// transactionalUnits is how many units a transaction consumes for one: one
	// to prepare and one to commit (Developer Guide, "Capacity management for
	// transactions").
	transactionalUnits = 2
)

// writeUnits returns the units of a write: those of the larger of the item before and
// after, and at least one.
func writeUnits(before, after int) float64 {
	return float64(max(started(max(before, after), writeUnitBytes), 1))
}

func readUnits(size int, consistent bool) float64 {
	units := float64(max(started(size, readUnitBytes), 1))
	if !consistent {
		units /= 2
	}
	return units
}

func started(size, unit int) int { return (size + unit - 1) / unit }

// limits are the units that each hash key sustains in a second; 0 is no limit.
type limits struct{ reads, writes int }

// takeReads consumes read units of a hash key and of its table, or of neither if one of
// them has too few: then it returns the limit. The partition is nil if it is not limited.
func (t *table) takeReads(p *partition, sort attribute.Value, units float64) throughput.Limit {
	return t.takeBoth(p.reading(), t.limits.reads, throughput.Read, []throughput.Share{{Key: t.throughputKey(p, sort), Units: units}})
}

// takeCollection is takeReads for a Query, whose items may lie in several partitions of the
// table.
func (t *table) takeCollection(p *partition, read *throughput.Collection, units float64) throughput.Limit {
	return t.takeBoth(p.reading(), t.limits.reads, throughput.Read, read.Shares(units))
}

// takeWrites does the same for write units.
func (t *table) takeWrites(p *partition, sort attribute.Value, units float64) throughput.Limit {
	return t.takeBoth(&p.writes, t.limits.writes, throughput.Write, []throughput.Share{{Key: t.throughputKey(p, sort), Units: units}})
}

// reading is the bucket of a hash key's reads; nil for a partition that is not limited.
func (p *partition) reading() *bucket {
	if p == nil {
		return nil
	}
	return &p.reads
}

// throughputKey is where an item lies among the table's partitions, if they have limits.
func (t *table) throughputKey(p *partition, sort attribute.Value) throughput.Key {
	if p == nil || !t.throughput.LimitsKeys() {
		return throughput.Key{}
	}
	return throughput.Key{Hash: p.hash, Sort: keyText(sort)}
}

// takeBoth takes the shares of a request from a hash key, which may be nil, and from the
// table.
func (t *table) takeBoth(key *bucket, rate int, side throughput.Side, shares []throughput.Share) throughput.Limit {
	units := 0.0
	for _, share := range shares {
		units += share.Units
	}
	if key != nil && !key.take(t.clock, units, rate, t.emptyAt) {
		return throughput.KeyRangeThroughput
	}
	limit := t.throughput.TakeAll(shares, side)
	if limit != throughput.None && key != nil {
		key.giveBack(units)
	}
	return limit
}

// bucket holds at most one second's worth of a hash key's units. The zero value is full.
type bucket struct {
	mu sync.Mutex
	throughput.Bucket
}

// take consumes units if the bucket is not empty, and reports whether it did. A rate of 0
// means no limit. A bucket that is used for the first time was empty at emptyAt; it is full
// if that is the zero time.
func (b *bucket) take(c clock.Clock, units float64, rate int, emptyAt time.Time) bool {
	if rate == 0 {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !emptyAt.IsZero() {
		b.Empty(emptyAt)
	}
	if !b.Refill(c.Now(), float64(rate), float64(rate)) {
		return false
	}
	b.Use(units)
	return true
}

// giveBack undoes a take.
func (b *bucket) giveBack(units float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.GiveBack(units)
}

// full returns when the bucket will be full if nothing more is taken.
func (b *bucket) full(rate int) time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	if rate == 0 {
		return time.Time{}
	}
	return b.FullAt(float64(rate), float64(rate))
}

// full returns when both buckets of a partition will be full.
func (p *partition) full(l limits) time.Time {
	reads, writes := p.reads.full(l.reads), p.writes.full(l.writes)
	if reads.After(writes) {
		return reads
	}
	return writes
}
