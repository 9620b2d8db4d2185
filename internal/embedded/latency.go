package embedded

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
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
	of      []Latency // by worker; if nil, all workers have latency
	seed    uint64
	mu      sync.Mutex // guards the fields below
	random  *rand.Rand // for senders without a stream of their own
	// streams are the random numbers of each worker, by its number. They lie side by
	// side to take little of the processor's cache. others has the streams of numbers
	// outside [0, maxStreams).
	streams []rand.PCG
	others  map[int]*rand.PCG
}

// The second seeds of the streams. They are far from those of the load's workers, which
// count from 0.
const (
	commonStream = 1 << 63
	workerStream = 3 << 62
)

func newLatencySource(c *Config) *latencySource {
	return &latencySource{
		latency: c.Latency, of: c.LatencyOf, seed: c.Seed, random: rand.New(rand.NewPCG(c.Seed, commonStream)), others: map[int]*rand.PCG{},
	}
}

// WorkerHeader is the header with the number of the worker that sends a request, for
// [Config.LatencyOf]. A server without LatencyOf ignores it.
const WorkerHeader = "X-Contend-Worker"

// drawFrom draws the latency of one request over HTTP.
func (l *latencySource) drawFrom(header http.Header, operation string) wait {
	if l.of != nil {
		if worker, err := strconv.Atoi(header.Get(WorkerHeader)); err == nil && worker >= 0 && worker < len(l.of) {
			return l.drawFor(worker, operation)
		}
	}
	return l.draw(operation)
}

// isOf returns the latency of a worker's requests.
func (l *latencySource) isOf(worker int) Latency {
	if worker >= 0 && worker < len(l.of) {
		return l.of[worker]
	}
	return l.latency
}

// wait is the latency of one request.
type wait struct {
	before time.Duration // until the server decides
	held   time.Duration // how long a transaction holds its items; 0 for other requests
	after  time.Duration // from the change to the answer
	passed time.Time     // when the last of these that is over should have ended; before, when the request arrived
}

// until returns how long to sleep from now for a part of d. A sleep that ends late makes the
// next one shorter. So a transaction holds its items for as long as it should: from a late
// beginning to a late end.
func (w *wait) until(now time.Time, d time.Duration) time.Duration {
	w.passed = w.passed.Add(d)
	return w.passed.Sub(now)
}

// hold returns how long a transaction holds its items. If it is refused and does not hold
// them, that time passes after it.
func (w *wait) hold() time.Duration {
	held := w.held
	w.held = 0
	return held
}

// pass sleeps through a part of d of a request's latency, or until ctx ends.
func (s *Server) pass(ctx context.Context, w *wait, d time.Duration) {
	if d <= 0 {
		return
	}
	c := s.config.Clock
	c.Sleep(ctx, w.until(c.Now(), d))
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
	return l.latency.split(operation, l.random)
}

// drawFor is draw from the stream of a worker.
func (l *latencySource) drawFor(worker int, operation string) wait {
	latency := l.isOf(worker)
	if latency == (Latency{}) {
		return wait{}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return latency.split(operation, rand.New(l.stream(worker)))
}

// maxStreams bounds the numbers of the workers whose streams lie side by side.
const maxStreams = 1 << 20

// stream returns the stream of a sender, which is valid until the next call.
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
func (l Latency) split(operation string, random *rand.Rand) wait {
	z := random.NormFloat64()
	whole := max(l.Mean+time.Duration(z*float64(l.SD)), 0)
	if operation == transactWriteItems {
		return wait{before: whole / 4, held: whole / 2, after: whole - whole/4 - whole/2}
	}
	return wait{before: whole / 2, after: whole - whole/2}
}
