package throughput

import (
	"sync"

	"contend/internal/clock"
)

// Limit is the limit that a request met, in the words of DynamoDB's reasons for throttles
// ("Table" + side + limit + "Exceeded"). "" is none.
type Limit string

// The limits.
const (
	None                  Limit = ""
	ProvisionedThroughput Limit = "ProvisionedThroughput"
	AccountLimit          Limit = "AccountLimit"
	KeyRangeThroughput    Limit = "KeyRangeThroughput"
	MaxOnDemandThroughput Limit = "MaxOnDemandThroughput"
)

// Table is the throughput of one table. It is safe for use by several goroutines. Values
// come from [New].
type Table struct {
	config Config
	clock  clock.Clock
	seed   uint64

	mu     sync.Mutex
	sides  [2]side
	ranges []*keyRange // in the order of their keys; the first begins before all
}

// side is what a whole table has of reads or of writes.
type side struct {
	bucket Bucket
	growth growth
}

// New returns the throughput of a new table. The seed decides which keys share a
// partition.
func New(c Config, k clock.Clock, seed uint64) *Table {
	t := &Table{config: c, clock: k, seed: seed}
	t.ranges = evenly(c.atFirst())
	return t
}

// LimitsKeys reports whether partitions have limits.
func (t *Table) LimitsKeys() bool { return t.config.LimitsKeys() }

// Partitions returns how many partitions there are now.
func (t *Table) Partitions() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.ranges)
}

// Warm returns what the table takes at once now; zero if its growth is not limited.
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

// Take consumes units for the item of a key, from its partition and from its table, or
// from neither. It returns the limit that was met, [None] if the units were consumed.
func (t *Table) Take(k Key, s Side, units float64) Limit {
	if !t.isLimited(s) {
		return None
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock.Now()
	whole := &t.sides[s]
	allowed := t.allowed(s, now)
	t.grow(s, allowed.grown)
	r := t.serving(t.place(k), s, now, units)
	if r == nil {
		return KeyRangeThroughput
	}
	if allowed.rate > 0 && !whole.bucket.Refill(now, allowed.rate, allowed.rate*allowed.saved.Seconds()) {
		return allowed.by
	}
	r.buckets[s].Use(units)
	whole.bucket.Use(units)
	if t.config.Mode == OnDemand {
		whole.growth.note(now, t.config.PeakOver, allowed.rate, units)
	}
	return None
}

func (t *Table) isLimited(s Side) bool {
	c := &t.config
	if c.Mode == Provisioned {
		return c.Partition.Of(s) > 0 || c.Units.Of(s) > 0
	}
	return c.Partition.Of(s) > 0 || c.Warm.Of(s) > 0 || c.Maximum.Of(s) > 0 || c.Quota.Of(s) > 0
}
