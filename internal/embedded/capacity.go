package embedded

import (
	"sync"
	"time"
)

const (
	writeUnitBytes = 1 << 10 // one write unit a started KB
	readUnitBytes  = 4 << 10 // one read unit a started 4 KB, half if eventually consistent
	// transactionalUnits is how many units a transaction consumes for one: one
	// to prepare and one to commit (Developer Guide, "Capacity management for
	// transactions").
	transactionalUnits = 2
)

// writeUnits is the price of a write: that of the larger of the item before and
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

// bucket is the capacity of one partition key, in units. It refills with time
// and holds at most one second's worth. The zero value is full.
type bucket struct {
	mu     sync.Mutex
	filled time.Time
	tokens float64
}

// take consumes units if there are any, and reports whether it did. A request
// larger than what is left is admitted and leaves a debt, so that one larger
// than a second's worth is possible. A rate of 0 is no limit.
func (b *bucket) take(units float64, rate int) bool {
	if rate == 0 {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if b.filled.IsZero() {
		b.tokens = float64(rate)
	} else {
		b.tokens = min(b.tokens+now.Sub(b.filled).Seconds()*float64(rate), float64(rate))
	}
	b.filled = now
	if b.tokens <= 0 {
		return false
	}
	b.tokens -= units
	return true
}
