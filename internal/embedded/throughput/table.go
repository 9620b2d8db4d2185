package throughput

import (
	"sync"
	"sync/atomic"
	"time"

	"contend/internal/clock"
)

// Limit names the limit that throttled a request, as DynamoDB does in its reasons for
// throttling: "Table" + side + limit + "Exceeded". "" is none.
type Limit string

// The limits.
const (
	None                  Limit = ""
	ProvisionedThroughput Limit = "ProvisionedThroughput"
	AccountLimit          Limit = "AccountLimit"
	KeyRangeThroughput    Limit = "KeyRangeThroughput"
	MaxOnDemandThroughput Limit = "MaxOnDemandThroughput"
)

// Table limits the throughput of one table. It is safe for use by several goroutines. [New]
// and [Account.Table] make one.
type Table struct {
	account    *Account
	clock      clock.Clock
	seed       uint64
	partitions bool // have limits
	limited    [2]atomic.Bool

	mu     sync.Mutex
	config Config
	sides  [2]side
	ranges []*keyRange // in the order of their keys; the first begins before all
}

// side is what a whole table has of reads or of writes.
type side struct {
	bucket Bucket
	growth growth
}

// New returns a Table that is the only one of its account. The seed decides which keys share
// a partition.
func New(c Config, k clock.Clock, seed uint64) *Table { return NewAccount(c, k).Table(c, seed) }

// Table does the same as [New] for a table that shares the account's limits with others.
func (a *Account) Table(c Config, seed uint64) *Table {
	t := &Table{account: a, clock: a.clock, seed: seed, config: c, partitions: c.LimitsKeys()}
	t.ranges = evenly(c.atFirst())
	if c.BurstUsed {
		t.empty(a.clock.Now())
	}
	t.note(&c)
	return t
}

// empty takes away everything that a new table has saved.
func (t *Table) empty(now time.Time) {
	for _, s := range []Side{Read, Write} {
		t.sides[s].bucket.Empty(now)
		for _, r := range t.ranges {
			r.buckets[s].Empty(now)
		}
	}
}

// note remembers which sides have any limit, for [Table.Take] to see without a lock.
func (t *Table) note(c *Config) {
	for _, s := range []Side{Read, Write} {
		t.limited[s].Store(c.limits(s) || t.account.limits(s))
	}
}

// Change gives the table other limits from now on. Partitions are added if the table now
// serves more at once than before, and never removed. If the mode changes, the saved
// throughput is that of a new table; otherwise it is kept. The limits of a partition cannot
// be changed.
func (t *Table) Change(c Config) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if c.Mode != t.config.Mode {
		t.sides[Read].bucket, t.sides[Write].bucket = Bucket{}, Bucket{}
	}
	c.Partition = t.config.Partition
	before := t.config.neededAtOnce()
	t.config = c
	t.note(&c)
	if needed := c.neededAtOnce(); needed > before {
		t.growTo(needed)
	}
}

// LimitsKeys reports whether partitions have limits.
func (t *Table) LimitsKeys() bool { return t.partitions }

// Partitions returns how many partitions there are now.
func (t *Table) Partitions() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.ranges)
}

// Warm returns what the table serves at once now; zero if its growth is not limited.
func (t *Table) Warm() Units {
	t.mu.Lock()
	defer t.mu.Unlock()
	warm := t.config.Warm
	if t.config.Mode == OnDemand && warm != (Units{}) {
		now := t.clock.Now()
		warm.Write = max(warm.Write, int(2*t.sides[Write].growth.previous(now)))
		warm.Read = max(warm.Read, int(2*t.sides[Read].growth.previous(now)))
	}
	return warm
}

// Take consumes units for the item with a key: from its partition, its table and the
// account, or from none of them if one has too few. It returns the limit that refused the
// units; [None] if they were consumed.
func (t *Table) Take(k Key, s Side, units float64) Limit {
	return t.TakeAll([]Share{{k, units}}, s)
}

// Share is the part of a request's units that one partition serves. Key is the key of an item
// in that partition.
type Share struct {
	Key   Key
	Units float64
}

// TakeAll does the same as [Table.Take] for a request for items in several partitions. It
// consumes all shares or none.
func (t *Table) TakeAll(shares []Share, s Side) Limit {
	if !t.limited[s].Load() {
		return None
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock.Now()
	allowed := t.allowed(s, now)
	t.grow(s, allowed.grown)
	units := 0.0
	for _, share := range shares {
		if t.serving(t.place(share.Key), s, now, share.Units) == nil {
			return KeyRangeThroughput
		}
		units += share.Units
	}
	whole := &t.sides[s]
	if allowed.rate > 0 && !whole.bucket.Refill(now, allowed.rate, allowed.rate*allowed.saved.Seconds()) {
		return allowed.by
	}
	if !t.account.take(s, now, units) {
		return AccountLimit
	}
	for _, share := range shares {
		t.ranges[t.at(t.place(share.Key))].buckets[s].Use(share.Units)
	}
	if allowed.rate > 0 {
		whole.bucket.Use(units)
	}
	if t.config.Mode == OnDemand {
		whole.growth.note(now, t.config.PeakOver, allowed.rate, units)
	}
	return None
}

func (c *Config) limits(s Side) bool {
	if c.Mode == Provisioned {
		return c.Partition.Of(s) > 0 || c.Units.Of(s) > 0
	}
	return c.Partition.Of(s) > 0 || c.Warm.Of(s) > 0 || c.Maximum.Of(s) > 0 || c.Quota.Of(s) > 0
}
