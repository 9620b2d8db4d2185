package check

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"contend/counter"
	"contend/workload/history"
)

func value(v int64) history.State { return history.State{Value: v, Known: true} }

// result finds a check by its name.
func result(t testing.TB, f Findings, name string) Result {
	t.Helper()
	for _, c := range f.Checks {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no check %q in %+v", name, f.Checks)
	return Result{}
}

// TestBand: if acknowledgements have no state, reads are checked against the sums.
func TestBand(t *testing.T) {
	applied, unknown, untold := counter.Applied, counter.Unknown, history.State{}
	for _, c := range []struct {
		what     string
		build    func(*log)
		want     Status
		evidence string
	}{
		{"a clean history", func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, untold)
			l.read(2, 11*ms, 12*ms, value(1), false)
			l.op(1, -1, 13*ms, 20*ms, applied, untold)
			l.read(2, 21*ms, 22*ms, value(0), false)
		}, Pass, ""},
		{"what is under way may be seen or not", func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, untold)
			l.op(2, 1, 5*ms, 30*ms, applied, untold)
			l.read(3, 10*ms, 20*ms, value(0), false)
			l.read(4, 11*ms, 20*ms, value(1), false)
			l.read(5, 11*ms, 20*ms, value(2), false)
		}, Pass, ""},
		{"a stale read", func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, untold)
			l.read(2, 11*ms, 12*ms, value(0), false)
		}, Fail, "worker 2's strong read (operation 2) saw value 0 [11.000 ms to 12.000 ms]: the changes acknowledged before it began make at least 1, which is 1 more"},
		{"a read ahead", func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, untold)
			l.op(1, 1, 13*ms, 20*ms, applied, untold)
			l.read(2, 11*ms, 12*ms, value(2), false)
		}, Fail, "saw value 2 [11.000 ms to 12.000 ms]: the changes sent by its end make at most 1, which is 1 less"},
		{"a read that forgets a decrement", func(l *log) {
			l.op(1, -1, 0, 10*ms, applied, untold)
			l.read(2, 11*ms, 12*ms, value(0), false)
		}, Fail, "make at most -1"},
		{"a read before a decrement", func(l *log) {
			l.op(1, 1, 0, 1*ms, applied, untold)
			l.read(2, 2*ms, 3*ms, value(0), false)
			l.op(1, -1, 4*ms, 10*ms, applied, untold)
		}, Fail, "make at least 1"},
		{"writes without an answer may be seen or not", func(l *log) {
			l.op(1, 1, 0, 10*ms, unknown, untold)
			l.op(1, 1, 11*ms, 12*ms, applied, untold).AmbiguousWrites = 1
			l.read(2, 20*ms, 21*ms, value(1), false)
			l.read(2, 22*ms, 23*ms, value(3), false)
		}, Pass, ""},
		{"a token counts once", func(l *log) {
			l.retried(l.op(1, 1, 10*ms, 12*ms, applied, untold), 0, 5*ms)
			l.op(1, 1, 13*ms, 14*ms, applied, untold)
			l.read(2, 20*ms, 21*ms, value(3), false)
		}, Fail, "make at most 2, which is 1 less"},
		{"a token counts once, sent twice below the program", func(l *log) {
			a := l.op(1, 1, 10*ms, 12*ms, applied, untold)
			a.Token, a.AmbiguousWrites = "t", 1
			l.read(2, 20*ms, 21*ms, value(2), false)
		}, Fail, "make at most 1, which is 1 less"},
		{"no token: it may count twice", func(l *log) {
			l.retried(l.op(1, 1, 10*ms, 12*ms, applied, untold), 0, 5*ms)
			attempts := l.ops[0].Attempts
			attempts[0].Token, attempts[1].Token, attempts[1].Repeated = "", "", false
			l.read(2, 20*ms, 21*ms, value(2), false)
		}, Pass, ""},
		{"a repeated write counts from its first attempt", func(l *log) {
			l.retried(l.op(1, 1, 10*ms, 12*ms, applied, untold), 0, 5*ms)
			l.op(1, 1, 13*ms, 14*ms, applied, untold)
			l.read(2, 6*ms, 7*ms, value(1), false)
		}, Pass, ""},
		{"an eventual read may be behind", func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, untold)
			l.read(2, 11*ms, 12*ms, value(0), true)
		}, Pass, ""},
		{"an eventual read ahead", func(l *log) {
			l.read(2, 0, 1*ms, value(1), true)
			l.op(1, 1, 5*ms, 10*ms, applied, untold)
		}, Fail, "worker 2's eventual read (operation 1)"},
		{"nothing was read", func(l *log) { l.op(1, 1, 0, 10*ms, applied, untold) }, Skipped, ""},
		{"too large", func(l *log) {
			l.op(1, math.MinInt64, 0, 10*ms, applied, untold)
			l.read(2, 11*ms, 12*ms, value(9), false)
		}, Skipped, ""},
		{"both signs, told without a version", func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, value(1))
			l.op(1, -1, 11*ms, 20*ms, applied, value(0))
			l.read(2, 21*ms, 22*ms, value(1), false)
		}, Fail, "make at most 0"},
	} {
		t.Run(c.what, func(t *testing.T) {
			l := &log{t: t}
			c.build(l)
			f := l.audit(value(0), untold)
			got := result(t, f, "reads")
			if evidence := strings.Join(got.Evidence, "\n"); got.Status != c.want || !strings.Contains(evidence, c.evidence) {
				t.Errorf("got %+v, want %s with %q", got, c.want, c.evidence)
			}
			want := c.want // the search finds the same, but leaves out eventual reads, and that a token counts once
			if strings.Contains(c.evidence, "eventual read") || c.what == "nothing was read" || strings.Contains(c.what, "sent twice below") {
				want = Pass
			}
			if order := result(t, f, "linearizable"); order.Status != want {
				t.Errorf("order: %+v", order)
			}
		})
	}
}

// TestBandOfACutHistory: a contradiction that a lost line could explain is not called a
// violation.
func TestBandOfACutHistory(t *testing.T) {
	for _, c := range []struct {
		invoked int64
		want    Status
	}{{20 * ms, Fail}, {120 * ms, Skipped}} {
		a := NewAudit(history.Header{Workers: 2, Ordered: true, Counters: []history.CounterStart{{Initial: value(0)}}})
		l := &log{t: t}
		l.op(0, 1, 0, 10*ms, counter.Applied, history.State{})
		l.op(1, 1, 0, 10*ms, counter.Applied, history.State{})
		l.read(0, c.invoked, c.invoked+ms, value(3), false)
		l.op(0, 1, c.invoked+50*ms, c.invoked+60*ms, counter.Conflict, history.State{})
		l.op(1, 1, 100*ms, 110*ms, counter.Applied, history.State{})
		for i := range l.ops {
			if err := a.Add(&l.ops[i]); err != nil {
				t.Fatal(err)
			}
		}
		if got := result(t, a.Close(history.Footer{}, true), "reads"); got.Status != c.want {
			t.Errorf("read at %s: %+v", millis(c.invoked), got)
		}
	}
}

// TestBandForgets: in an ordered history, memory does not grow with its length.
func TestBandForgets(t *testing.T) {
	a := NewAudit(history.Header{Workers: 1, Ordered: true, Counters: []history.CounterStart{{Initial: value(0)}}})
	const operations = 4 * advanceEvery
	for n := range int64(operations) {
		l := &log{t: t}
		l.op(0, 1, 10*n, 10*n+5, counter.Applied, history.State{})
		if n%2 == 1 {
			l.ops = nil
			l.read(0, 10*n, 10*n+5, value((n+1)/2), false)
		}
		if err := a.Add(&l.ops[0]); err != nil {
			t.Fatal(err)
		}
		if b := a.counters[0].band; len(b.events) > 2*advanceEvery {
			t.Fatalf("%d events are held after %d operations", len(b.events), n)
		}
	}
	f := a.Close(history.Footer{Finals: []history.CounterEnd{{Final: value(operations / 2)}}}, false)
	if got := result(t, f, "reads"); got.Status != Pass || !strings.Contains(got.Reason, fmt.Sprintf("%d strong reads", operations/2)) {
		t.Errorf("got %+v", got)
	}
}

// TestRepeatsWithoutStates: acknowledgements of repeated writes without a state do not
// stop the check of the others' order, and must have a place in it.
func TestRepeatsWithoutStates(t *testing.T) {
	l := &log{t: t}
	l.retried(l.op(1, 1, 20*ms, 30*ms, counter.Applied, history.State{}), 0, 10*ms)
	f := l.audit(at(0, 1), at(1, 2))
	if got := result(t, f, "chain"); got.Status != Pass || !strings.Contains(got.Reason, "a place for each of the 1 updates") {
		t.Errorf("got %+v", got)
	}
	if got := result(t, l.audit(at(0, 1), at(0, 1)), "chain"); got.Status != Fail {
		t.Errorf("without a place: got %+v", got)
	}
	l.read(2, 40*ms, 50*ms, at(0, 1), false)
	l.read(3, 30*ms, 39*ms, at(1, 2), false)
	if got := result(t, l.audit(at(0, 1), at(1, 2)), "reads"); got.Status != Fail {
		t.Errorf("a stale read: got %+v", got)
	}
}
