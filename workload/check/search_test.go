package check

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"contend/counter"
	"contend/internal/longtest"
	"contend/workload/history"
)

// searchOf searches the operations, at once or as time goes on.
func searchOf(l *log, start int64, least *int64, streaming bool) *search {
	s := newSearch(value(start), least)
	for i := range l.ops {
		s.add(&l.ops[i])
	}
	for now := int64(0); streaming && now < 200*ms; now += ms {
		s.advance(now)
	}
	s.advance(afterAll)
	return s
}

// TestSearchFindsAnOrderOrSaysThatThereIsNone: the sums find nothing wrong with these
// histories.
func TestSearchFindsAnOrderOrSaysThatThereIsNone(t *testing.T) {
	applied, unknown, untold := counter.Applied, counter.Unknown, history.State{}
	for _, c := range []struct {
		what     string
		build    func(*log)
		evidence string // empty: there is an order
	}{
		{"one after another, both signs", func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, value(1))
			l.op(1, -1, 11*ms, 20*ms, applied, value(0))
			l.op(2, 5, 21*ms, 30*ms, applied, value(5))
			l.read(2, 31*ms, 32*ms, value(5), false)
		}, ""},
		{"one after another, a lost update", func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, value(1))
			l.op(1, -1, 11*ms, 20*ms, applied, value(0))
			l.op(2, 1, 21*ms, 30*ms, applied, value(1))
			l.op(2, 1, 31*ms, 40*ms, applied, value(1))
		}, "worker 2's increment (operation 4) was acknowledged as value 1 [31.000 ms to 40.000 ms], and no order of the operations explains that: the counter can only have held 1"},
		{"a change by 0 tells the value", func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, untold)
			l.op(1, 0, 11*ms, 20*ms, applied, value(0))
		}, "acknowledged as value 0"},
		{"at the same time, in one of two orders", func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, value(1))
			l.op(2, -1, 0, 10*ms, applied, value(0))
		}, ""},
		{"at the same time, in the other", func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, value(0))
			l.op(2, -1, 0, 10*ms, applied, value(-1))
		}, ""},
		{"at the same time, in neither", func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, value(1))
			l.op(2, -1, 0, 10*ms, applied, value(-1))
		}, "no order"},
		{"values that only +3 and −5 can make", func(l *log) {
			l.op(1, 3, 0, 10*ms, applied, untold)
			l.op(2, -5, 0, 10*ms, applied, untold)
			l.read(3, 1*ms, 2*ms, value(-2), false)
			l.read(4, 3*ms, 4*ms, value(-2), false)
		}, ""},
		{"a value within the band that nothing can make", func(l *log) {
			l.op(1, 3, 0, 10*ms, applied, untold)
			l.op(2, -5, 0, 10*ms, applied, untold)
			l.read(3, 1*ms, 2*ms, value(1), false)
		}, "saw value 1 [1.000 ms to 2.000 ms], and no order of the operations explains that: the counter can only have held -5, -2, 0, 3"},
		{"read back and forth", func(l *log) {
			l.op(1, 1, 0, 40*ms, applied, untold)
			l.op(2, -1, 0, 40*ms, applied, untold)
			l.read(3, 1*ms, 2*ms, value(1), false)
			l.read(3, 3*ms, 4*ms, value(0), false)
			l.read(3, 5*ms, 6*ms, value(1), false)
		}, "worker 3's strong read (operation 5)"},
		{"two readers who agree on no order", func(l *log) {
			l.op(1, 1, 0, 40*ms, applied, untold)
			l.op(2, -1, 0, 40*ms, applied, untold)
			l.read(3, 1*ms, 2*ms, value(1), false)
			l.read(4, 3*ms, 4*ms, value(-1), false)
		}, "worker 4's strong read (operation 4)"},
		{"a write without an answer, made or not, but not half", func(l *log) {
			l.op(1, 5, 0, 10*ms, unknown, untold)
			l.read(3, 20*ms, 21*ms, value(0), false)
			l.read(3, 22*ms, 23*ms, value(5), false)
		}, ""},
		{"half of it", func(l *log) {
			l.op(1, 5, 0, 10*ms, unknown, untold)
			l.read(3, 20*ms, 21*ms, value(3), false)
		}, "the counter can only have held 0, 5"},
		{"and not taken back", func(l *log) {
			l.op(1, 5, 0, 10*ms, unknown, untold)
			l.op(1, -1, 11*ms, 12*ms, applied, untold)
			l.read(3, 20*ms, 21*ms, value(4), false)
			l.read(3, 22*ms, 23*ms, value(-1), false)
		}, "saw value -1"},
		{"not before it was sent", func(l *log) {
			l.read(3, 20*ms, 21*ms, value(5), false)
			l.op(1, 5, 22*ms, 30*ms, unknown, untold)
		}, "the counter can only have held 0"},
		{"a conditional write without an answer fits one value", func(l *log) {
			l.op(1, 1, 0, 10*ms, unknown, untold).Before = value(0)
			l.op(2, 5, 11*ms, 12*ms, applied, untold)
			l.read(3, 20*ms, 21*ms, value(6), false)
		}, ""},
		{"which is over", func(l *log) {
			l.op(2, 5, 0, 5*ms, applied, untold)
			l.op(1, 1, 6*ms, 10*ms, unknown, untold).Before = value(0)
			l.read(3, 20*ms, 21*ms, value(6), false)
		}, "the counter can only have held 5"},
		{"a conditional write at the right value", func(l *log) {
			l.op(2, 5, 0, 5*ms, applied, untold)
			l.op(1, -1, 6*ms, 10*ms, applied, untold).Before = value(5)
		}, ""},
		{"a conditional write at another value", func(l *log) {
			l.op(2, 5, 0, 5*ms, applied, untold)
			l.op(1, -1, 6*ms, 10*ms, applied, untold).Before = value(4)
		}, "worker 1's decrement (operation 2) was acknowledged [6.000 ms to 10.000 ms], built on value 4"},
		{"a repeated write is one write", func(l *log) {
			l.retried(l.op(1, 1, 10*ms, 12*ms, applied, untold), 0, 5*ms)
			l.op(1, -1, 13*ms, 14*ms, applied, untold)
			l.read(2, 20*ms, 21*ms, value(1), false)
		}, "the counter can only have held 0"},
		{"a token's write may have come with its first attempt", func(l *log) {
			l.retried(l.op(1, 1, 10*ms, 12*ms, applied, value(1)), 0, 5*ms)
			l.op(2, -1, 6*ms, 8*ms, applied, value(0))
		}, ""},
		{"an eventual read is of no one moment", func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, untold)
			l.op(1, -1, 11*ms, 12*ms, applied, untold)
			l.read(2, 20*ms, 21*ms, value(1), true)
		}, ""},
	} {
		for _, streaming := range []bool{false, true} {
			l := &log{t: t}
			c.build(l)
			s := searchOf(l, 0, nil, streaming)
			if (s.broken != "") != (c.evidence != "") || !strings.Contains(s.broken, c.evidence) || s.missed > 0 || s.useless != "" {
				t.Errorf("%s: got %q, want %q; missed %d, %s", c.what, s.broken, c.evidence, s.missed, s.useless)
			}
		}
	}
}

// TestSearchKeepsAFloor: an order that goes below the floor does not count.
func TestSearchKeepsAFloor(t *testing.T) {
	applied, untold := counter.Applied, history.State{}
	for _, c := range []struct {
		what     string
		build    func(*log)
		evidence string
	}{
		{"added in time", func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, untold)
			l.op(2, -2, 0, 10*ms, applied, untold)
		}, ""},
		{"two take what one could, and something is added that came too late", func(l *log) {
			l.op(1, -1, 0, 40*ms, applied, untold)
			l.read(3, 1*ms, 2*ms, value(0), false)
			l.op(2, -1, 5*ms, 9*ms, applied, untold)
			l.op(4, 1, 10*ms, 12*ms, applied, untold)
		}, "worker 2's decrement (operation 3) was acknowledged"},
		{"refused, though nobody had taken anything", func(l *log) {
			l.op(1, 1, 0, 40*ms, applied, untold)
			l.refused(2, -1, 5*ms, 6*ms, untold)
		}, "worker 2's decrement (operation 2) was refused [5.000 ms to 6.000 ms]"},
		{"refused, and then taken", func(l *log) {
			l.op(1, -1, 0, 40*ms, applied, untold)
			l.refused(2, -1, 5*ms, 6*ms, untold)
			l.read(3, 7*ms, 8*ms, value(0), false)
		}, ""},
		{"refused after it was seen to be there", func(l *log) {
			l.op(1, -1, 0, 4*ms, applied, untold)
			l.op(1, 1, 0, 40*ms, applied, untold)
			l.read(3, 5*ms, 6*ms, value(1), false)
			l.refused(2, -1, 7*ms, 8*ms, untold)
		}, "was refused"},
	} {
		l := &log{t: t}
		c.build(l)
		least := int64(0)
		if s := searchOf(l, 1, &least, false); (s.broken != "") != (c.evidence != "") || !strings.Contains(s.broken, c.evidence) {
			t.Errorf("%s: got %q, want %q", c.what, s.broken, c.evidence)
		}
		if s := searchOf(l, 1, nil, false); s.broken != "" {
			t.Errorf("%s: without a floor: %q", c.what, s.broken)
		}
	}
}

// TestSearchAgreesWithAnExhaustiveOne: small histories without versions, right and
// wrong, with deltas of both signs, and answers with and without states.
func TestSearchAgreesWithAnExhaustiveOne(t *testing.T) {
	many := longtest.Count(10_000, 30_000)
	var right, wrong int
	for seed := range uint64(many) {
		r := rand.New(rand.NewPCG(seed, 11))
		h := tell(r)
		h.everyState(func(s *history.State) { s.Version = 0 })
		h.header.Counters[0].Initial.Version, h.final.Final.Version = 0, 0
		h.header.Floor = nil
		if r.IntN(2) == 0 {
			h.everyAfter(func(s *history.State) { *s = history.State{} })
		}
		if r.IntN(2) == 0 {
			h.spoil(r)
		}
		initial := h.header.Counters[0].Initial
		if !initial.Known || h.cut || slices.ContainsFunc(h.ops, hasToken) {
			continue
		}
		for i := range h.ops { // neither is part of the search
			h.ops[i].Attempts = slices.Clone(h.ops[i].Attempts)
			for j := range h.ops[i].Attempts {
				if a := &h.ops[i].Attempts[j]; a.Outcome == counter.Conflict && a.LookReturned == 0 {
					a.Before = history.State{}
				} else if a.Outcome == counter.Conflict {
					a.Outcome = counter.Throttled
				}
			}
		}
		h.ops = slices.DeleteFunc(h.ops, func(o history.Op) bool { return o.Eventual })
		for _, streaming := range []bool{false, true} {
			s := newSearch(initial, nil)
			a := NewAudit(h.header)
			for i := range h.ops {
				s.add(&h.ops[i])
				if err := a.follow(&h.ops[i]); err != nil {
					streaming = false
				}
				if streaming {
					s.advance(a.watermark())
				}
			}
			if final := h.final; final.Final.Known {
				if final.Returned == 0 {
					final.Invoked, final.Returned = afterAll, afterAll
				}
				s.tell(fact{entry: entry{kind: strongRead, value: final.Final.Value, invoked: final.Invoked, returned: final.Returned}, told: true})
			}
			s.advance(history.NoEnd)
			want := explains(h, reading{})
			if s.missed > 0 || s.useless != "" {
				t.Fatalf("seed %d: missed %d %s\n%s", seed, s.missed, s.useless, h)
			}
			if (s.broken == "") != want {
				t.Fatalf("seed %d: an order exists: %t; the search: %q\n%s", seed, want, s.broken, h)
			}
			if want {
				right++
			} else {
				wrong++
			}
		}
	}
	t.Logf("%d with an order, %d without", right, wrong)
	if right < many/20 || wrong < many/20 {
		t.Errorf("%d with an order, %d without: the generator shows too little", right, wrong)
	}
}

func hasToken(o history.Op) bool {
	return slices.ContainsFunc(o.Attempts, func(a history.Attempt) bool { return a.Token != "" })
}

// TestSearchIsBounded: too large a part is left out, and the result says so. The search
// goes on at the next moment at which nothing is under way.
func TestSearchIsBounded(t *testing.T) {
	started := time.Now()
	r := rand.New(rand.NewPCG(1, 1))
	s := newSearch(value(0), nil)
	l := &log{t: t}
	for range 60 { // all deltas differ, nobody is told, and everybody reads
		l.op(r.IntN(100), 1<<r.IntN(30), 0, 100*ms, counter.Applied, history.State{})
	}
	l.read(1, 50*ms, 51*ms, value(1<<31), false)
	sum := int64(0)
	for i := range l.ops {
		sum += l.ops[i].Delta
		s.add(&l.ops[i])
	}
	l.ops = nil
	l.read(1, 110*ms, 120*ms, value(sum), false)
	l.op(1, -1, 130*ms, 140*ms, counter.Applied, history.State{})
	l.read(1, 150*ms, 160*ms, value(sum-2), false)
	for i := range l.ops {
		s.add(&l.ops[i])
	}
	s.advance(140 * ms)
	if s.missed < 60 || s.held != 1 || s.broken != "" || s.lost {
		t.Errorf("missed %d, held %d, lost %t, %q", s.missed, s.held, s.lost, s.broken)
	}
	s.advance(afterAll)
	if !strings.Contains(s.broken, "the counter can only have held") {
		t.Errorf("after it, a wrong read is not seen: %q", s.broken)
	}
	if took := time.Since(started); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
}
