package embedded

import (
	"math/rand/v2"
	"sync"
	"time"
)

// Latency is a normal distribution cut off at 0; the zero value is none.
type Latency struct {
	Mean, SD time.Duration
}

// latencySource draws latencies. It is safe for use by several goroutines.
type latencySource struct {
	latency Latency
	mu      sync.Mutex
	random  *rand.Rand
}

func newLatencySource(latency Latency, seed uint64) *latencySource {
	const stream = 1 << 63 // apart from the streams of workers, which count from 0
	return &latencySource{latency: latency, random: rand.New(rand.NewPCG(seed, stream))}
}

// wait is the latency of one request.
type wait struct {
	before time.Duration // anything is decided
	held   time.Duration // what a transaction's items are held, 0 for others
	after  time.Duration // the change
}

// hold returns how long a transaction holds its items. If it is refused and does not hold
// them, that time passes after it.
func (w *wait) hold() time.Duration {
	held := w.held
	w.held = 0
	return held
}

// draw splits one latency: the half before the change and the half after it, or
// for a transaction a quarter before its items are held, and one after they
// were changed.
func (l *latencySource) draw(operation string) wait {
	if l.latency == (Latency{}) {
		return wait{}
	}
	l.mu.Lock()
	z := l.random.NormFloat64()
	l.mu.Unlock()
	whole := max(l.latency.Mean+time.Duration(z*float64(l.latency.SD)), 0)
	if operation == transactWriteItems {
		return wait{whole / 4, whole / 2, whole - whole/4 - whole/2}
	}
	return wait{before: whole / 2, after: whole - whole/2}
}
