package embedded

import (
	"sync"
	"time"

	"contend/internal/clock"
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

// burstSeconds is how many seconds' worth of unused provisioned throughput a
// table has for a burst (Developer Guide, "Burst capacity"); a new table has all
// of it.
const burstSeconds = 300

// provision is a table's own throughput on one side; its zero value is no limit.
type provision struct {
	bucket
	rate int
}

func (p *provision) take(c clock.Clock, units float64) bool {
	return p.bucket.take(c, units, p.rate, burstSeconds)
}

// shortage says which limit a request exceeded.
type shortage string

const (
	enough      shortage = ""
	ofKeyRange  shortage = "KeyRange"
	ofProvision shortage = "Provisioned"
)

// takeReads consumes read units of a hash key and of its table, or of neither if one of
// them has too few. The partition is nil if it is not limited.
func (t *table) takeReads(p *partition, units float64) shortage {
	var key *bucket
	if p != nil {
		key = &p.reads
	}
	return t.takeBoth(key, t.limits.reads, &t.reads, units)
}

// takeWrites does the same for write units.
func (t *table) takeWrites(p *partition, units float64) shortage {
	return t.takeBoth(&p.writes, t.limits.writes, &t.writes, units)
}

func (t *table) takeBoth(key *bucket, rate int, whole *provision, units float64) shortage {
	if key != nil && !key.take(t.clock, units, rate, 1) {
		return ofKeyRange
	}
	if whole.take(t.clock, units) {
		return enough
	}
	if key != nil {
		key.giveBack(units)
	}
	return ofProvision
}

// bucket is a token bucket of capacity units. It refills with time and holds at most a
// few seconds' worth. The zero value is full.
type bucket struct {
	mu     sync.Mutex
	filled time.Time
	tokens float64
}

// take consumes units if the bucket is not empty, and reports whether it did. A request
// that needs more than is left is admitted and leaves a debt, so that requests larger
// than the bucket are possible. A rate of 0 means no limit.
func (b *bucket) take(c clock.Clock, units float64, rate, seconds int) bool {
	if rate == 0 {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now, most := c.Now(), float64(rate)*float64(seconds)
	if b.filled.IsZero() {
		b.tokens = most
	} else {
		b.tokens = min(b.tokens+now.Sub(b.filled).Seconds()*float64(rate), most)
	}
	b.filled = now
	if b.tokens <= 0 {
		return false
	}
	b.tokens -= units
	return true
}

// giveBack undoes a take.
func (b *bucket) giveBack(units float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tokens += units
}

// full returns when a bucket of one second's worth will be full if nothing more is
// taken.
func (b *bucket) full(rate int) time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	if rate == 0 || b.filled.IsZero() {
		return time.Time{}
	}
	missing := (float64(rate) - b.tokens) / float64(rate)
	return b.filled.Add(time.Duration(missing * float64(time.Second)))
}

// full returns when both buckets of a partition will be full.
func (p *partition) full(l limits) time.Time {
	reads, writes := p.reads.full(l.reads), p.writes.full(l.writes)
	if reads.After(writes) {
		return reads
	}
	return writes
}
