package check

import (
	"container/heap"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"contend/counter"
	"contend/workload/history"
)

// busy makes the operations of clients that are always busy on one counter, one
// in twenty a read, in the order in which they end. It takes no memory that
// grows, so that what the audit takes can be seen.
type busy struct {
	random *rand.Rand
	next   clients
	state  history.State
	op     history.Op
	both   bool // every other write of a client takes 1
}

// client is when a client's operation began, acts and ends.
type client struct {
	number                 int
	began, acts, ends, seq int64
	read                   bool
	told                   history.State
	acted                  bool
}

// clients is a heap by the time of the next event.
type clients []*client

func (c client) due() int64 {
	if c.acted {
		return c.ends
	}
	return c.acts
}
func (c clients) Len() int           { return len(c) }
func (c clients) Less(i, j int) bool { return c[i].due() < c[j].due() }
func (c clients) Swap(i, j int)      { c[i], c[j] = c[j], c[i] }
func (c *clients) Push(x any)        { *c = append(*c, x.(*client)) }
func (c *clients) Pop() any          { panic("clients stay") }

func newBusy(clients int) *busy {
	b := &busy{random: rand.New(rand.NewPCG(1, 2)), state: at(0, 1)}
	b.op.Attempts = make([]history.Attempt, 1)
	for i := range clients {
		c := &client{number: i}
		b.begin(c, 0)
		b.next = append(b.next, c)
	}
	heap.Init(&b.next)
	return b
}

func (b *busy) header() history.Header {
	return history.Header{Workers: len(b.next), Ordered: true, Counters: []history.CounterStart{{Key: "c", Initial: at(0, 1)}}}
}

func (b *busy) begin(c *client, now int64) {
	c.seq++
	c.began, c.acts, c.acted = now, now+1+b.random.Int64N(5000), false
	c.ends = c.acts + b.random.Int64N(5000)
	c.read = b.random.IntN(20) == 0
}

// take is the next operation that ends; its memory is used again.
func (b *busy) take() *history.Op {
	for {
		c := b.next[0]
		if !c.acted {
			c.acted = true
			if !c.read {
				b.state.Value += b.delta(c)
				b.state.Version++
			}
			c.told = b.state
			heap.Fix(&b.next, 0)
			continue
		}
		b.describe(c)
		b.begin(c, c.ends+1)
		heap.Fix(&b.next, 0)
		return &b.op
	}
}

func (b *busy) describe(c *client) {
	o := &b.op
	*o = history.Op{Worker: c.number, Sequence: c.seq, Invoked: c.began, Returned: c.ends, Ending: history.Applied, Attempts: o.Attempts}
	o.Attempts[0] = history.Attempt{Invoked: c.began, Returned: c.ends, Outcome: counter.Applied}
	if c.read {
		o.Kind, o.Attempts[0].Saw = history.Read, c.told
	} else {
		o.Delta, o.Attempts[0].Written, o.Attempts[0].After = b.delta(c), true, c.told
	}
}

func (b *busy) delta(c *client) int64 {
	if b.both && c.seq%2 == 0 {
		return -1
	}
	return 1
}

// each gives many operations to do, and then those that the store has already
// carried out, so that the history is whole.
func (b *busy) each(operations int, do func(*history.Op)) {
	for range operations {
		do(b.take())
	}
	for _, c := range b.next {
		if c.acted {
			b.describe(c)
			do(&b.op)
		}
	}
}

// BenchmarkAudit is the time for all five checks over operations of 64 clients
// that stand in memory one at a time, without reading a file. It prints the
// most memory the process had.
func BenchmarkAudit(b *testing.B) {
	for _, operations := range []int{1_000_000, 10_000_000} {
		b.Run(fmt.Sprintf("%d operations", operations), func(b *testing.B) {
			for b.Loop() {
				source := newBusy(64)
				making := timeToMake(operations)
				started := time.Now()
				audit := NewAudit(source.header())
				source.each(operations, func(op *history.Op) {
					if err := audit.Add(op); err != nil {
						b.Fatal(err)
					}
				})
				f := audit.Close(source.footer(), false)
				took := time.Since(started) - making
				if verdict := Judge(f.Checks...); verdict.Status != Pass {
					b.Fatalf("%+v", verdict)
				}
				b.ReportMetric(took.Seconds(), "s/judging")
				b.ReportMetric(float64(took.Nanoseconds())/float64(operations), "ns/operation")
				b.ReportMetric(peakMegabytes(b), "MB-peak")
			}
		})
	}
}

// timeToMake is the time that it takes to make the operations without judging them.
func timeToMake(operations int) time.Duration {
	source, started := newBusy(64), time.Now()
	source.each(operations, func(*history.Op) {})
	return time.Since(started)
}

func (b *busy) footer() history.Footer {
	return history.Footer{Finals: []history.CounterEnd{{Invoked: math.MaxInt64 - 2, Returned: math.MaxInt64 - 1, Final: b.state}}}
}

// peakMegabytes is the most memory that the process had at one time.
func peakMegabytes(b *testing.B) float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip("no /proc here")
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			var kilobytes float64
			if _, err := fmt.Sscan(rest, &kilobytes); err != nil {
				b.Fatal(err)
			}
			return kilobytes / 1024
		}
	}
	return 0
}

func allocatedMegabytes() float64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.TotalAlloc) / (1 << 20)
}

// BenchmarkPorcupine gives the same operations to both, and prints how much
// longer Porcupine takes.
func BenchmarkPorcupine(b *testing.B) {
	for _, operations := range []int{1_000, 10_000} {
		b.Run(fmt.Sprintf("%d operations", operations), func(b *testing.B) {
			for b.Loop() {
				var ops []history.Op
				source := newBusy(64)
				source.each(operations, func(op *history.Op) {
					o := *op
					o.Attempts = append([]history.Attempt(nil), o.Attempts...)
					ops = append(ops, o)
				})
				h := small{start: at(0, 1), ops: ops, final: source.footer().Finals[0]}
				allocated, started := allocatedMegabytes(), time.Now()
				if !h.looselyLinearizable() {
					b.Fatal("not linearizable")
				}
				search := time.Since(started)
				b.ReportMetric(allocatedMegabytes()-allocated, "MB-porcupine")
				started = time.Now()
				audit := NewAudit(source.header())
				for i := range ops {
					if err := audit.Add(&ops[i]); err != nil {
						b.Fatal(err)
					}
				}
				audit.Close(source.footer(), false)
				judging := time.Since(started)
				b.ReportMetric(search.Seconds()*1000, "ms/porcupine")
				b.ReportMetric(judging.Seconds()*1000, "ms/audit")
				b.ReportMetric(float64(search)/float64(judging), "porcupine/audit")
			}
		})
	}
}
