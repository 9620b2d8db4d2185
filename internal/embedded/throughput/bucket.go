package throughput

import "time"

// Bucket is a token bucket of capacity units that refills with time. The zero value is
// full.
type Bucket struct {
	filled time.Time
	tokens float64
}

// Refill adds what came since the last time, at a rate of units a second, up to the most
// that the bucket holds. It reports whether anything is left to take.
func (b *Bucket) Refill(now time.Time, rate, most float64) bool {
	if b.filled.IsZero() {
		b.tokens = most
	} else {
		b.tokens = min(b.tokens+now.Sub(b.filled).Seconds()*rate, most)
	}
	b.filled = now
	return b.tokens > 0
}

// Empty makes a bucket that was not used yet begin empty at a moment.
func (b *Bucket) Empty(at time.Time) {
	if b.filled.IsZero() {
		b.filled, b.tokens = at, 0
	}
}

// Use takes units out of a refilled bucket. A request that needs more than is left leaves a
// debt, so that requests larger than the bucket are possible.
func (b *Bucket) Use(units float64) { b.tokens -= units }

// GiveBack undoes a use.
func (b *Bucket) GiveBack(units float64) { b.tokens += units }

// FullAt returns when a bucket that holds at most most units is full if nothing more is
// taken; the zero time if it was never used.
func (b *Bucket) FullAt(rate, most float64) time.Time {
	if b.filled.IsZero() {
		return time.Time{}
	}
	return b.filled.Add(time.Duration((most - b.tokens) / rate * float64(time.Second)))
}
