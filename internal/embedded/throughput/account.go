package throughput

import (
	"sync"
	"time"

	"contend/internal/clock"
)

// Account limits the throughput of several tables together. It is safe for use by several
// goroutines. [NewAccount] makes one.
type Account struct {
	units  Units
	window time.Duration
	clock  clock.Clock

	mu      sync.Mutex
	buckets [2]Bucket
}

// NewAccount returns an account with the limits in Config.Account.
func NewAccount(c Config, k clock.Clock) *Account {
	return &Account{units: c.Account, window: c.Window, clock: k}
}

func (a *Account) limits(s Side) bool { return a.units.Of(s) > 0 }

// take consumes units, and reports false if none are left.
func (a *Account) take(s Side, now time.Time, units float64) bool {
	rate := float64(a.units.Of(s))
	if rate == 0 {
		return true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	b := &a.buckets[s]
	if !b.Refill(now, rate, rate*a.window.Seconds()) {
		return false
	}
	b.Use(units)
	return true
}
