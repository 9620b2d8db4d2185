package bench_test

import (
	"container/heap"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"contend/counter"
	"contend/workload/retry"
)

// The one-shot model of "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015),
// as its simulator has it (aws-samples/aws-arch-backoff-simulator): each of N clients
// makes one conditional update of the same item. It reads, writes if nobody wrote
// since, and if somebody did, waits and begins again. A message takes |N(10, 2)| ms.

// oneShot is the model with one policy; event is the moment of a client's next message
// at the server.
type oneShot struct {
	policy  retry.Policy
	random  *rand.Rand
	events  []event
	version int
	clients []client
}

type event struct {
	at     float64 // in ms
	client int
	writes bool
}

type client struct {
	seen, attempts int
	lastWait       time.Duration
}

func (o *oneShot) Len() int           { return len(o.events) }
func (o *oneShot) Less(i, j int) bool { return o.events[i].at < o.events[j].at }
func (o *oneShot) Swap(i, j int)      { o.events[i], o.events[j] = o.events[j], o.events[i] }
func (o *oneShot) Push(e any)         { o.events = append(o.events, e.(event)) }
func (o *oneShot) Pop() any {
	last := o.events[len(o.events)-1]
	o.events = o.events[:len(o.events)-1]
	return last
}

// hop is the time of one message.
func (o *oneShot) hop() float64 { return math.Abs(10 + 2*o.random.NormFloat64()) }

// run returns when the last client has its answer, in ms, and how many writes were sent.
func (o *oneShot) run(clients int) (end float64, calls int) {
	o.version, o.events, o.clients = 0, o.events[:0], make([]client, clients)
	for i := range clients {
		o.events = append(o.events, event{at: o.hop(), client: i})
	}
	heap.Init(o)
	for len(o.events) > 0 {
		e := &o.events[0]
		c := &o.clients[e.client]
		if !e.writes {
			c.seen, e.writes = o.version, true
			e.at += o.hop() + o.hop() // the answer, and the write
			heap.Fix(o, 0)
			continue
		}
		calls++
		answered := e.at + o.hop()
		if c.seen == o.version {
			o.version++
			end = max(end, answered)
			heap.Pop(o)
			continue
		}
		c.attempts++
		attempt := retry.Attempt{Number: c.attempts, Outcome: counter.Conflict, LastWait: c.lastWait}
		decision, _ := o.policy.Decide(attempt, retry.Memory{}, o.random.Float64())
		c.lastWait = decision.Wait
		e.at, e.writes = answered+decision.Wait.Seconds()*1e3+o.hop(), false
		heap.Fix(o, 0)
	}
	return end, calls
}

// published are the means of 2 000 trials of the simulator: the time in ms and the calls,
// for 10, 100 and 190 clients.
var published = []struct {
	kind  retry.Kind
	base  time.Duration // the simulator counts the exponent from 1: twice its base of 5 ms
	means map[int][2]float64
}{
	{retry.Immediate, 0, map[int][2]float64{10: {380, 51}, 100: {2028, 2422}, 190: {3538, 8006}}},
	{retry.Exponential, 10 * time.Millisecond, map[int][2]float64{10: {3484, 51}, 100: {63496, 1855}, 190: {101232, 5165}}},
	{retry.EqualJitter, 10 * time.Millisecond, map[int][2]float64{10: {732, 43}, 100: {6595, 812}, 190: {9415, 1760}}},
	{retry.FullJitter, 10 * time.Millisecond, map[int][2]float64{10: {463, 39}, 100: {4916, 795}, 190: {7451, 1772}}},
	{retry.DecorrelatedJitter, 5 * time.Millisecond, map[int][2]float64{10: {438, 38}, 100: {4612, 1001}, 190: {7890, 2433}}},
}

// means are those of some trials, made on all processors.
func means(policy retry.Policy, clients, trials int) (end, calls float64) {
	var mu sync.Mutex
	var working sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		working.Go(func() {
			for trial := w; trial < trials; trial += workers {
				o := oneShot{policy: policy, random: rand.New(rand.NewPCG(uint64(clients), uint64(trial)))}
				e, c := o.run(clients)
				mu.Lock()
				end, calls = end+e/float64(trials), calls+float64(c)/float64(trials)
				mu.Unlock()
			}
		})
	}
	working.Wait()
	return end, calls
}

// farthest compares the policies with the published figures, and returns the largest
// deviation as a share. Numbers of clients that have none are run as well.
func farthest(t testing.TB, clients ...int) float64 {
	most := 0.0
	for _, p := range published {
		policy := retry.Policy{Kind: p.kind, Base: p.base, Cap: 2 * time.Second, Factor: 2, On: retry.Outcomes(counter.Conflict)}
		for _, n := range clients {
			want, isPublished := p.means[n]
			end, calls := means(policy, n, map[bool]int{false: 100, true: 400}[isPublished])
			if !isPublished {
				continue
			}
			t.Logf("%s, %d clients: %.0f ms and %.0f calls, published %.0f and %.0f", p.kind, n, end, calls, want[0], want[1])
			most = max(most, math.Abs(end/want[0]-1), math.Abs(calls/want[1]-1))
		}
	}
	return most
}

const mostOff = 0.02

// BenchmarkPublishedBackoff makes the whole table of the blog.
func BenchmarkPublishedBackoff(b *testing.B) {
	var clients []int
	for n := 10; n <= 190; n += 10 {
		clients = append(clients, n)
	}
	for range b.N {
		off := farthest(b, clients...)
		if off > mostOff {
			b.Errorf("the farthest mean is %.1f %% off", 100*off)
		}
		b.ReportMetric(100*off, "%-farthest")
	}
}

// TestPublishedBackoff makes its smallest part.
func TestPublishedBackoff(t *testing.T) {
	if off := farthest(t, 10); off > mostOff {
		t.Errorf("the farthest mean is %.1f %% off", 100*off)
	}
}
