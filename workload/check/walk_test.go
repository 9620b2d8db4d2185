package check

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"contend/counter"
	"contend/internal/longtest"
	"contend/workload/history"
)

// lossy makes the operations of clients whose writes are conditional on the value
// that they read, each in one attempt, in the order in which they end. Some
// answers are lost, of writes that are made now, later, or never.
type lossy struct {
	random  *rand.Rand
	clients []looked
	now     int64
	state   history.State
	late    []sent
	op      history.Op

	deltas []int64
	// free: of how many writes one has no condition; 0: all have one.
	free int
	// stray: after so many operations, a lost write is made at a value that no
	// lost write was built on; 0: never.
	stray   int
	made    int
	byValue bool
}

// looked is what a client is about to do.
type looked struct {
	invoked, sequence int64
	before            history.State
	delta             int64
}

func newLossy(clients int, deltas ...int64) *lossy {
	l := &lossy{random: rand.New(rand.NewPCG(3, 4)), state: at(0, 1), deltas: deltas, clients: make([]looked, clients)}
	l.op.Attempts = make([]history.Attempt, 1)
	for i := range l.clients {
		l.begin(i)
	}
	return l
}

func (l *lossy) header() history.Header {
	return history.Header{Workers: len(l.clients), Ordered: true, Counters: []history.CounterStart{{Key: "c", Initial: l.told(at(0, 1))}}}
}

func (l *lossy) told(s history.State) history.State {
	if l.byValue {
		s.Version = 0
	}
	return s
}

func (l *lossy) begin(i int) {
	l.now++
	c := &l.clients[i]
	*c = looked{invoked: l.now, sequence: c.sequence + 1, before: l.state, delta: l.deltas[l.random.IntN(len(l.deltas))]}
	if l.free > 0 && l.random.IntN(l.free) == 0 {
		c.before = history.State{}
	}
}

// apply makes a write whose condition is true.
func (l *lossy) apply(s sent) bool {
	if s.built.Known && s.built.Value != l.state.Value {
		return false
	}
	l.state.Value += s.delta
	l.state.Version++
	return true
}

// take is the next operation that ends; its memory is used again.
func (l *lossy) take() *history.Op {
	if len(l.late) > 0 && l.random.IntN(8) == 0 {
		l.apply(l.late[0])
		l.late = l.late[1:]
	}
	i := l.random.IntN(len(l.clients))
	c := &l.clients[i]
	if l.random.IntN(4) > 0 && c.before.Known {
		c.before = l.state // it has read lately
	}
	l.now++
	l.made++
	o := &l.op
	*o = history.Op{Worker: i, Sequence: c.sequence, Invoked: c.invoked, Returned: l.now, Kind: history.Increment, Delta: c.delta, Ending: history.Applied, Attempts: o.Attempts}
	a := &o.Attempts[0]
	*a = history.Attempt{Invoked: c.invoked, Returned: l.now, Outcome: counter.Applied, Written: true, Before: l.told(c.before)}
	s := sent{delta: c.delta, built: c.before}
	switch lost := l.random.IntN(60); {
	case l.stray > 0 && l.made == l.stray:
		a.Outcome, o.Ending = counter.Unknown, history.Unknown
		a.Before.Value += 1000
		l.apply(sent{delta: c.delta})
	case lost < 3:
		a.Outcome, o.Ending = counter.Unknown, history.Unknown
		if lost == 0 {
			l.apply(s)
		}
		if lost == 1 {
			l.late = append(l.late, s)
		}
	case l.apply(s):
		a.After = l.told(l.state)
	default:
		a.Outcome, a.Saw, o.Ending = counter.Conflict, l.told(l.state), history.GaveUp
	}
	l.begin(i)
	return o
}

// audit judges the operations, and returns how long that took.
func (l *lossy) audit(t testing.TB, operations int) (Findings, *Audit, time.Duration) {
	t.Helper()
	a := NewAudit(l.header())
	var took time.Duration
	for range operations {
		op := l.take()
		began := time.Now()
		if err := a.Add(op); err != nil {
			t.Fatal(err)
		}
		took += time.Since(began)
	}
	end := history.CounterEnd{Invoked: l.now + 1, Returned: l.now + 2, Final: l.told(l.state)}
	began := time.Now()
	f := a.Close(history.Footer{Finals: []history.CounterEnd{end}}, false)
	return f, a, took + time.Since(began)
}

// lost is a write without an answer that was built on a value.
func (h *tellings) lost(delta, built int64) *history.Attempt {
	a := h.op(0, delta, 0, 1, counter.Unknown, history.State{})
	a.Before = at(built, 1)
	return a
}

// TestAConditionalWriteFollowsWhatItWasBuiltOn: without an answer, too. The
// condition compares the value, which may come back, and not the version.
func TestAConditionalWriteFollowsWhatItWasBuiltOn(t *testing.T) {
	applied, untold := counter.Applied, history.State{}
	// there goes from 0 to 1, where nobody was told of it, and further on.
	there := func(h *tellings) {
		h.op(1, 1, 10, 11, applied, at(2, 3))
		h.final = at(2, 3)
	}
	// again also goes back to 0, and to 1 as before.
	again := func(h *tellings) {
		h.op(1, -1, 10, 11, applied, at(0, 3))
		h.op(1, 1, 20, 21, applied, at(2, 5))
		h.final = at(2, 5)
	}
	judgeKinds(t, []kind{
		{"it was built on that value", at(0, 1), func(h *tellings) { h.lost(1, 0); there(h) }, "ippps"},
		{"on another", at(0, 1), func(h *tellings) { h.lost(1, 1); there(h) }, "ipfis"},
		{"one of both has no condition", at(0, 1), func(h *tellings) { h.lost(1, 1); h.lost(1, 0).Before = untold; there(h) }, "ippps"},
		{"the one without comes first", at(0, 1), func(h *tellings) { h.lost(1, 0).Before = untold; h.lost(1, 1); there(h) }, "ippps"},
		{"by value", value(0), func(h *tellings) {
			h.lost(1, 1)
			h.op(1, 1, 10, 11, applied, value(2))
			h.final = value(2)
		}, "ipfis"},
		{"by value, on that", value(0), func(h *tellings) {
			h.lost(1, 0)
			h.op(1, 1, 10, 11, applied, value(2))
			h.final = value(2)
		}, "ippps"},
		{"by value, one after the other", value(0), func(h *tellings) {
			h.lost(2, 1)
			h.lost(1, 0)
			h.op(1, 1, 10, 11, applied, value(4))
			h.final = value(4)
		}, "ippps"},
		{"by value, with a step left out", value(0), func(h *tellings) {
			h.lost(2, 0)
			h.lost(1, 0)
			h.op(1, 1, 10, 11, applied, value(4))
			h.final = value(4)
		}, "ipfis"},
		{"two gaps and one write", at(0, 1), func(h *tellings) { h.lost(1, 0); h.lost(1, 9); again(h) }, "ipfis"},
		{"two gaps and two writes", at(0, 1), func(h *tellings) { h.lost(1, 0); h.lost(1, 0); again(h) }, "ippps"},
		{"two gaps, and a request that was repeated below the program", at(0, 1), func(h *tellings) { h.lost(1, 0).AmbiguousWrites = 1; again(h) }, "fppps"},
		{"it arrives when the value is back", at(0, 1), func(h *tellings) {
			h.lost(1, 0)
			h.op(1, 1, 10, 11, applied, at(1, 2))
			h.op(1, -1, 20, 21, applied, at(0, 3))
			h.op(1, 1, 30, 31, applied, at(2, 5))
			h.final = at(2, 5)
		}, "ippps"},
		{"it was sent too late", at(0, 1), func(h *tellings) {
			h.op(1, 1, 10, 11, applied, at(2, 3))
			h.op(0, 1, 12, 13, counter.Unknown, untold).Before = at(0, 1)
			h.final = at(2, 3)
		}, "ipfis"},
		{"the first version is not known", at(0, 0), func(h *tellings) { h.lost(1, 0); there(h) }, "ippps"},
		{"the first version is not known, and it was built on another value", at(0, 0), func(h *tellings) { h.lost(1, 1); there(h) }, "ipfis"},
		{"nothing is known of the start", untold, func(h *tellings) { h.lost(1, 1); there(h) }, "iipps"},
		{"beside a write that was acknowledged without a state", at(0, 1), func(h *tellings) {
			h.lost(1, 5)
			h.op(2, 1, 0, 30, applied, untold)
			there(h)
		}, "ippps"},
		{"the history was cut off", at(0, 1), func(h *tellings) { h.lost(1, 1); there(h); h.ordered(3); h.cut = true }, "iipps"},
		{"its own write is the one that was found repeated", at(3, 1), func(h *tellings) {
			a := h.op(0, 1, 0, 90, applied, at(4, 2))
			a.Repeated = true
			first, second := *a, *a
			first.Outcome, first.Repeated, first.After, first.Before, first.Returned = counter.Unknown, false, untold, at(3, 1), 1
			second.Outcome, second.Repeated, second.After, second.Before, second.Returned = counter.Unknown, false, untold, at(9, 3), 1
			h.ops[0].Attempts = []history.Attempt{first, second, *a}
			h.op(1, 5, 10, 11, applied, at(9, 3))
			h.op(1, 5, 20, 21, applied, at(15, 5))
			h.final = at(15, 5)
		}, "fppps"},
	})
}

// TestThePictureHoldsAWriteToItsCondition: Porcupine finds no order either if the write
// without an answer was built on another value.
func TestThePictureHoldsAWriteToItsCondition(t *testing.T) {
	for built, want := range map[int64]bool{1: true, 2: false} {
		h := &tellings{log: log{t: t}}
		h.op(1, 1, 0, 5, counter.Applied, at(1, 2))
		h.lost(1, built)
		h.op(1, 1, 10, 11, counter.Applied, at(3, 4))
		v := Violation{From: 0, To: 11, low: 2, high: 4}
		scene := NewScene(v)
		for i := range h.ops {
			scene.Add(&h.ops[i])
		}
		if got := porcupine.CheckOperations(scene.model(), scene.operations()); got != want {
			t.Errorf("built on %d: got %t", built, got)
		}
	}
}

// TestWhichConditionalWritesFilledAGapShowsLater: if a gap can be filled in two ways,
// the writes that only one of them uses stay in doubt, until a later gap decides.
func TestWhichConditionalWritesFilledAGapShowsLater(t *testing.T) {
	applied := counter.Applied
	// round makes 0, then 3 with a state missing between, and then 0 again.
	round := func(h *tellings) {
		h.lost(1, 0)
		h.lost(2, 1)
		h.lost(2, 0)
		h.lost(1, 2)
		h.op(1, 10, 10, 11, applied, at(13, 4))
		h.op(1, -13, 20, 21, applied, at(0, 5))
	}
	judgeKinds(t, []kind{
		{"the one way", at(0, 1), func(h *tellings) {
			round(h)
			h.op(1, 5, 30, 31, applied, at(7, 7)) // 2 from 0
			h.final = at(7, 7)
		}, "ippps"},
		{"the other", at(0, 1), func(h *tellings) {
			round(h)
			h.op(1, 5, 30, 31, applied, at(6, 7)) // 1 from 0
			h.final = at(6, 7)
		}, "ippps"},
		{"the one, and what it left", at(0, 1), func(h *tellings) {
			round(h)
			h.op(1, 5, 30, 31, applied, at(8, 8)) // 2 from 0 and 1 from 2
			h.final = at(8, 8)
		}, "ippps"},
		{"both", at(0, 1), func(h *tellings) {
			round(h)
			h.op(1, -2, 30, 31, applied, at(0, 7)) // 2 from 0
			h.op(1, 5, 40, 41, applied, at(6, 9))  // 1 from 0
			h.final = at(6, 9)
		}, "ipfis"},
	})
}

// TestTooManyWaysLeaveTheNumbersOfWrites: if conditions leave too many ways, only the
// number of writes of each delta counts.
func TestTooManyWaysLeaveTheNumbersOfWrites(t *testing.T) {
	many := func(sum int64) func(*tellings) {
		return func(h *tellings) {
			for v := range int64(60) {
				h.lost(1, v)
				h.lost(2, v)
			}
			h.op(1, 1, 10, 11, counter.Applied, at(sum+1, 26)) // 24 are missing
			h.op(1, -sum-1, 20, 21, counter.Applied, at(0, 27))
			h.op(1, 1, 30, 31, counter.Applied, at(3, 29)) // 2 from 0
			h.final = at(3, 29)
		}
	}
	judgeKinds(t, []kind{
		{"a sum that can be reached", at(0, 1), many(36), "ippps"},
		{"one that cannot", at(0, 1), many(49), "ipfis"},
	})
	p := &placement{}
	for v := range int64(60) {
		p.add(unknownWrite{delta: 1, built: v, isBuilt: true})
		p.add(unknownWrite{delta: 2, built: v, isBuilt: true})
	}
	for _, c := range []struct {
		from     int64
		g        gap
		want     bool
		walk     bool
		numbered int
	}{
		{0, gap{2, 3}, true, true, 2}, // in doubt
		{50, gap{1, 1}, true, true, 3},
		{50, gap{1, 1}, false, true, 3},
		{0, gap{24, 36}, true, false, 27},
		{50, gap{1, 1}, true, false, 28}, // another one's, as far as numbers tell
		{0, gap{200, 300}, false, false, 28},
	} {
		if got := p.fill(c.from, c.g, 10); got != c.want || (p.walk != nil) != c.walk || p.used() != c.numbered {
			t.Errorf("%+v: got %t, with a walk %t, of %d writes", c, got, p.walk != nil, p.used())
		}
	}
}

// TestLostConditionalWritesAtLength: with more operations than are searched, and
// with as many lost ones as may be. What is looked up costs a few steps for each.
func TestLostConditionalWritesAtLength(t *testing.T) {
	operations := longtest.Count(10_000, 30_000)
	for _, c := range []struct {
		what    string
		deltas  []int64
		byValue bool
		free    int
		stray   bool
		want    string
		walks   bool
	}{
		{"increments", []int64{1}, false, 0, false, "p", true},
		{"increments by value", []int64{1}, true, 0, false, "p", true},
		{"of several sizes", []int64{1, 2, 3, 4, 5}, false, 0, false, "p", true},
		{"of several sizes by value", []int64{-1, -2, -3}, true, 0, false, "p", true},
		{"both ways", []int64{1, -1}, false, 0, false, "p", true},
		{"both ways, of several sizes", []int64{1, 2, -3, 4, -5}, false, 0, false, "p", true},
		{"some without a condition", []int64{1}, false, 20, false, "p", true},
		{"some of several sizes", []int64{2, 1}, false, 20, false, "p", true},
		{"one whose condition was false", []int64{1}, false, 0, true, "f", true},
		{"one of several sizes", []int64{1, 2, 3, 4, 5}, false, 0, true, "f", true},
		{"one by value", []int64{1}, true, 0, true, "f", true},
	} {
		t.Run(c.what, func(t *testing.T) {
			l := newLossy(16, c.deltas...)
			l.byValue, l.free = c.byValue, c.free
			if c.stray {
				l.stray = operations / 2
			}
			f, a, _ := l.audit(t, operations)
			hidden := &a.counters[0].chain.hidden
			if got := string(statuses(f)[2]); got != c.want || f.Checks[0].Status == Fail {
				t.Errorf("got %+v", f.Checks)
			}
			if walks := hidden.walk != nil; walks != c.walks || walks && hidden.walk.budget < walkSteps {
				t.Errorf("walks %t: %d steps more than the writes allow", walks, walkSteps-hidden.walk.budget)
			}
			if hidden.used() < operations/100 {
				t.Errorf("only %d lost writes were made", hidden.used())
			}
		})
	}
}

// TestOneValueOfManyLostWritesIsSearchedInBounds: the search stays bounded, however
// many writes were built on one value.
func TestOneValueOfManyLostWritesIsSearchedInBounds(t *testing.T) {
	const many = 20_000
	p := &placement{}
	for n := range int64(many) {
		p.add(unknownWrite{delta: n + 1, built: 0, isBuilt: true})
		p.add(unknownWrite{delta: 3, built: n + 1, isBuilt: true})
	}
	for n := range int64(many) {
		if p.fill(0, gap{1, n + 1}, 10); p.walk == nil {
			t.Fatalf("gap %d was not looked up", n)
		}
	}
	if p.fill(0, gap{1, 1}, 10) || p.walk.budget < walkSteps {
		t.Errorf("a write was made twice, or %d steps were too many", walkSteps-p.walk.budget)
	}
	for n := int64(0); n < many && p.walk != nil; n++ { // every edge of the value is tried for each of these
		p.fill(0, gap{2, n + 4}, 10)
	}
	if p.walk != nil {
		t.Error("the search has no bound")
	}
}

// TestConditionsAgreeWithTheModel compares the chain with an exhaustive search for an
// explanation. It uses small histories of which no order is searched.
func TestConditionsAgreeWithTheModel(t *testing.T) {
	many, failed := tales(), 0
	for seed := range uint64(many) {
		r := rand.New(rand.NewPCG(seed, 5))
		h := tell(r)
		if r.IntN(2) == 0 {
			h.spoil(r)
		}
		a := NewAudit(h.header)
		a.counters[0].search = nil
		if a.floor != nil && a.counters[0].floor != nil {
			a.counters[0].floor.search = nil
		}
		for i := range h.ops {
			if err := a.Add(&h.ops[i]); err != nil {
				t.Fatalf("%v\n%s", err, h)
			}
		}
		footer := history.Footer{}
		if h.final.Final.Known {
			footer.Finals = []history.CounterEnd{h.final}
		}
		checks := a.Close(footer, h.cut).Checks
		if !breaks(checks) || a.counters[0].chain.hidden.walk == nil {
			continue
		}
		failed++
		if explains(h, reading{once: true, fresh: true}) {
			t.Fatalf("seed %d: a false alarm: %s\n%s", seed, summary(checks), h)
		}
	}
	if failed < many/200 {
		t.Errorf("only %d of %d histories with conditions failed", failed, many)
	}
}

// BenchmarkLostConditionalWrites is the time for a long history of which one
// write in twenty has no answer, and what the audit holds at its end.
func BenchmarkLostConditionalWrites(b *testing.B) {
	const operations = 1_000_000
	for _, deltas := range [][]int64{{1}, {1, -1}, {1, 2, 3, 4, 5}} {
		b.Run(fmt.Sprint(deltas), func(b *testing.B) {
			for b.Loop() {
				f, a, took := newLossy(16, deltas...).audit(b, operations)
				if f.Checks[2].Status != Pass {
					b.Fatalf("%+v", f.Checks)
				}
				runtime.GC()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				runtime.KeepAlive(a)
				b.ReportMetric(took.Seconds(), "s/judging")
				b.ReportMetric(float64(m.HeapAlloc)/(1<<20), "MB-held")
			}
		})
	}
}
