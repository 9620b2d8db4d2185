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
	seed    uint64
	mu      sync.Mutex
	random  *rand.Rand
	// streams are those of workers, by number, which only the direct door knows. They lie
	// side by side to take little of the processor's cache. others are of all other senders.
	streams []rand.PCG
	others  map[int]*rand.PCG
}

// The first number of a stream, apart from those of the workers' own streams, which
// count from 0.
const (
	commonStream = 1 << 63
	workerStream = 3 << 62
)

func newLatencySource(latency Latency, seed uint64) *latencySource {
	return &latencySource{
		latency: latency, seed: seed, random: rand.New(rand.NewPCG(seed, commonStream)), others: map[int]*rand.PCG{},
	}
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

// whole returns the latency.
func (w *wait) whole() time.Duration { return w.before + w.held + w.after }

// draw draws the latency of one request.
func (l *latencySource) draw(operation string) wait {
	if l.latency == (Latency{}) {
		return wait{}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.split(operation, l.random)
}

// drawFor is draw from the stream of a worker.
func (l *latencySource) drawFor(worker int, operation string) wait {
	if l.latency == (Latency{}) {
		return wait{}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.split(operation, rand.New(l.stream(worker)))
}

// maxStreams bounds the numbers of the workers whose streams lie side by side.
const maxStreams = 1 << 20

// stream returns the stream of a sender; until the next call it may be drawn from.
func (l *latencySource) stream(worker int) *rand.PCG {
	begun := func(worker int) *rand.PCG { return rand.NewPCG(l.seed, workerStream+uint64(worker)) }
	if worker < 0 || worker >= maxStreams {
		if l.others[worker] == nil {
			l.others[worker] = begun(worker)
		}
		return l.others[worker]
	}
	for len(l.streams) <= worker {
		l.streams = append(l.streams, *begun(len(l.streams)))
	}
	return &l.streams[worker]
}

// split splits one latency: the half before the change and the half after it, or for a
// transaction a quarter before its items are held, and one after they were changed.
func (l *latencySource) split(operation string, random *rand.Rand) wait {
	z := random.NormFloat64()
	whole := max(l.latency.Mean+time.Duration(z*float64(l.latency.SD)), 0)
	if operation == transactWriteItems {
		return wait{whole / 4, whole / 2, whole - whole/4 - whole/2}
	}
	return wait{before: whole / 2, after: whole - whole/2}
}
