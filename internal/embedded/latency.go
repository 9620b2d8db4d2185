package embedded

import (
	"context"
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

// draw splits one latency into what passes before and after the item is
// changed.
func (l *latencySource) draw() (before, after time.Duration) {
	if l.latency == (Latency{}) {
		return 0, 0
	}
	l.mu.Lock()
	z := l.random.NormFloat64()
	l.mu.Unlock()
	whole := max(l.latency.Mean+time.Duration(z*float64(l.latency.SD)), 0)
	return whole / 2, whole - whole/2
}

// sleep returns after a pause, or when the context ends.
func sleep(ctx context.Context, pause time.Duration) {
	if pause <= 0 {
		return
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
