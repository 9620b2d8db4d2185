package throughput

import "time"

// Bucket is a token bucket of capacity units that refills with time. The zero value is
// full.
type Bucket struct {
	filled time.Time
	tokens float64
}

// Refill adds the units that came since the last call, at a rate of units per second, until
// the bucket holds the most that it can. It reports whether any units are left.
func (b *Bucket) Refill(now time.Time, rate, most float64) bool {
	if b.filled.IsZero() {
		b.tokens = most
	} else {
		b.tokens = min(b.tokens+now.Sub(b.filled).Seconds()*rate, most)
	}
	b.filled = now
	return b.tokens > 0
}

// Empty makes a bucket that was never used start empty, at a moment.
func (b *Bucket) Empty(at time.Time) {
	if b.filled.IsZero() {
		b.filled, b.tokens = at, 0
	}
}

// Use takes units out of a refilled bucket. If fewer are left than a request needs, the
// bucket goes into debt, so that requests larger than the bucket are possible.
func (b *Bucket) Use(units float64) { b.tokens -= units }

// GiveBack undoes a Use.
func (b *Bucket) GiveBack(units float64) { b.tokens += units }

// FullAt returns when the bucket is full, if nothing more is taken: most is how many units
// it holds, and rate how many it gains per second. It returns the zero time for a bucket
// that was never used.
func (b *Bucket) FullAt(rate, most float64) time.Time {
	if b.filled.IsZero() {
		return time.Time{}
	}
	return b.filled.Add(time.Duration((most - b.tokens) / rate * float64(time.Second)))
}
