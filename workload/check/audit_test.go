package check

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"contend/counter"
	"contend/workload/history"
)

// log builds the operations of a hand-made history. Each operation has one attempt, and
// the operations of a worker never overlap.
type log struct {
	t   *testing.T
	ops []history.Op
}

func (l *log) op(worker int, delta, invoked, returned int64, outcome counter.Outcome, after history.State) *history.Attempt {
	kind, ending := history.Increment, history.Applied
	if delta < 0 {
		kind = history.Decrement
	}
	if outcome == counter.Unknown {
		ending = history.Unknown
	}
	if outcome.SurelyNotApplied() {
		ending = history.GaveUp
	}
	l.ops = append(l.ops, history.Op{
		Worker: worker, Sequence: int64(len(l.ops) + 1), Kind: kind, Delta: delta, Invoked: invoked, Returned: returned, Ending: ending,
		Attempts: []history.Attempt{{Invoked: invoked, Returned: returned, Outcome: outcome, Written: true, After: after}},
	})
	return &l.ops[len(l.ops)-1].Attempts[0]
}

func (l *log) read(worker int, invoked, returned int64, saw history.State, eventual bool) {
	l.ops = append(l.ops, history.Op{
		Worker: worker, Sequence: int64(len(l.ops) + 1), Kind: history.Read, Eventual: eventual, Invoked: invoked, Returned: returned, Ending: history.Applied,
		Attempts: []history.Attempt{{Invoked: invoked, Returned: returned, Outcome: counter.Applied, Saw: saw}},
	})
}

// retried puts an attempt without an answer before the last operation's, which
// found its write repeated.
func (l *log) retried(a *history.Attempt, invoked, returned int64) {
	op := &l.ops[len(l.ops)-1]
	unanswered := history.Attempt{Invoked: invoked, Returned: returned, Outcome: counter.Unknown, Written: true, Token: "t", Reason: "time-out"}
	a.Repeated, a.Token = true, "t"
	op.Invoked, op.Attempts = invoked, []history.Attempt{unanswered, *a}
}

func at(value, version int64) history.State {
	return history.State{Value: value, Version: version, Known: true}
}

const ms = 1_000_000

func (l *log) audit(start, final history.State) Findings {
	l.t.Helper()
	a := NewAudit(history.Header{Counters: []history.CounterStart{{Key: "c", Initial: start}}})
	for i := range l.ops {
		if err := a.Add(&l.ops[i]); err != nil {
			l.t.Fatal(err)
		}
	}
	return a.Close(history.Footer{Finals: []history.CounterEnd{{Invoked: 1000 * ms, Returned: 1001 * ms, Final: final}}}, false)
}

// statuses are the first letters of the five statuses.
func statuses(f Findings) string {
	var b strings.Builder
	for _, c := range f.Checks {
		b.WriteByte(string(c.Status)[0])
	}
	return b.String()
}

func TestAuditNamesWhatIsWrong(t *testing.T) {
	applied, unknown, conflict := counter.Applied, counter.Unknown, counter.Conflict
	for _, c := range []struct {
		what         string
		start, final history.State
		build        func(*log)
		statuses     string // of exactly-once, conservation, chain, linearizable, reads
		evidence     []string
	}{
		{"a clean history", at(0, 1), at(2, 3), func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, at(1, 2))
			l.read(2, 11*ms, 12*ms, at(1, 2), false)
			l.op(1, 1, 13*ms, 20*ms, applied, at(2, 3))
		}, "ppppp", nil},
		{"a lost update", at(0, 1), at(1, 2), func(l *log) {
			l.op(7, 1, 0, 10*ms, applied, at(1, 2))
			l.op(3, 1, 2*ms, 50*ms, applied, at(1, 2))
		}, "fffis", []string{
			"worker 7's increment (operation 1), acknowledged as version 2, is missing: worker 3's increment (operation 2) was acknowledged the same version 40.000 ms later"}},
		{"an update applied twice", at(0, 1), at(3, 4), func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, at(1, 2))
			l.op(2, 1, 20*ms, 30*ms, applied, at(3, 4))
		}, "fffis", []string{"version 3, a change by +1, is missing: worker 1's increment", "applied a write twice, or one that it had refused"}},
		{"a refused write applied that sets the value", at(5, 1), at(6, 3), func(l *log) {
			l.op(1, 1, 0, 10*ms, conflict, history.State{})
			l.op(2, 1, 20*ms, 30*ms, applied, at(6, 3))
		}, "ppfis", []string{"version 2, a change by +0, is missing"}},
		{"a stale read", at(0, 1), at(1, 2), func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, at(1, 2))
			l.read(2, 12*ms, 13*ms, at(0, 1), false)
		}, "pppff", []string{"worker 2's strong read (operation 2) began 2.000 ms after worker 1's increment (operation 1) was acknowledged as version 2"}},
		{"acknowledged out of order", at(0, 1), at(2, 3), func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, at(2, 3))
			l.op(2, 1, 20*ms, 30*ms, applied, at(1, 2))
		}, "pppfs", []string{"10.000 ms after that, worker 2's increment (operation 2) began and was acknowledged as version 2"}},
		{"the counter went back", at(0, 1), at(2, 3), func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, at(1, 2))
			l.op(1, 1, 11*ms, 20*ms, applied, at(2, 3))
			l.op(1, 1, 21*ms, 30*ms, applied, at(3, 4))
			l.op(2, 1, 40*ms, 50*ms, applied, at(2, 3))
		}, "fffff", []string{"the counter went back: worker 1's increment (operation 3) was acknowledged as version 4"}},
		{"a value that does not follow", at(0, 1), at(3, 3), func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, at(1, 2))
			l.op(2, 1, 20*ms, 30*ms, applied, at(3, 3))
		}, "fffis", []string{", an increment, does not continue version 2 with value 1"}},
		{"a missing version that an unknown write explains", at(0, 1), at(2, 3), func(l *log) {
			l.op(1, 1, 0, 10*ms, unknown, history.State{})
			l.op(2, 1, 20*ms, 30*ms, applied, at(2, 3))
		}, "ippps", nil},
		{"a missing version with an unknown write that was sent too late", at(0, 1), at(2, 3), func(l *log) {
			l.op(2, 1, 0, 10*ms, applied, at(2, 3))
			l.op(1, 1, 20*ms, 30*ms, unknown, history.State{})
		}, "ipfis", []string{"is missing"}},
		{"a missing version with an unknown write of another delta", at(0, 1), at(2, 3), func(l *log) {
			l.op(2, 1, 5*ms, 10*ms, applied, at(2, 3))
			l.op(1, -1, 0, 3*ms, unknown, history.State{})
		}, "fffis", nil},
		{"an acknowledged version above the final one", at(0, 1), at(1, 2), func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, at(1, 2))
			l.op(1, 1, 20*ms, 30*ms, applied, at(2, 3))
		}, "ffpff", nil},
		{"a repeated write, told of late", at(0, 1), at(2, 3), func(l *log) {
			l.op(2, 1, 5*ms, 10*ms, applied, at(2, 3))
			l.retried(l.op(1, 1, 20*ms, 30*ms, applied, at(1, 2)), 0, 3*ms)
		}, "ippps", nil},
		{"the same, not repeated", at(0, 1), at(2, 3), func(l *log) {
			l.op(2, 1, 5*ms, 10*ms, applied, at(2, 3))
			l.op(1, 1, 20*ms, 30*ms, applied, at(1, 2))
		}, "pppfs", []string{"10.000 ms after that, worker 1's increment (operation 2) began"}},
		{"a repeated write, sent too late", at(0, 1), at(2, 3), func(l *log) {
			l.op(2, 1, 5*ms, 10*ms, applied, at(2, 3))
			l.retried(l.op(1, 1, 20*ms, 30*ms, applied, at(1, 2)), 12*ms, 15*ms)
		}, "ippfs", []string{"2.000 ms after that, worker 1's increment (operation 2) began"}},
		{"a repeated write that is one of the operation's only one", at(0, 1), at(2, 3), func(l *log) {
			l.retried(l.op(1, 1, 20*ms, 30*ms, applied, at(2, 3)), 0, 10*ms)
		}, "fpfis", []string{"version 2, a change by +1, is missing"}},
		{"a repeated write whose state nobody knows", at(0, 1), at(2, 3), func(l *log) {
			l.retried(l.op(1, 1, 20*ms, 30*ms, applied, history.State{}), 0, 10*ms)
			l.op(2, 1, 40*ms, 50*ms, applied, at(2, 3))
		}, "ippps", nil},
		{"a repeated write and a later one that told no state either", at(0, 1), at(2, 3), func(l *log) {
			l.retried(l.op(1, 1, 10*ms, 30*ms, applied, history.State{}), 0, 8*ms)
			l.ops[0].Attempts[1].AmbiguousWrites = 1
			l.read(2, 12*ms, 13*ms, at(2, 3), false)
		}, "fpppp", nil},
		{"the same, seen before the later one was sent", at(0, 1), at(2, 3), func(l *log) {
			l.retried(l.op(1, 1, 10*ms, 30*ms, applied, history.State{}), 0, 8*ms)
			l.ops[0].Attempts[1].AmbiguousWrites = 1
			l.read(2, 5*ms, 6*ms, at(2, 3), false)
		}, "fpfip", []string{"versions 2 to 3, together a change by +2, are missing"}},
		{"a write that the SDK sent again explains a state", at(0, 1), at(2, 3), func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, at(2, 3)).AmbiguousWrites = 1
		}, "fppps", nil},
		{"by value, increments", at(10, 0), at(15, 0), func(l *log) {
			l.op(1, 2, 0, 10*ms, applied, at(12, 0))
			l.op(2, 3, 5*ms, 15*ms, applied, at(15, 0))
		}, "pppps", nil},
		{"by value, a lost update", at(0, 0), at(1, 0), func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, at(1, 0))
			l.op(2, 1, 5*ms, 15*ms, applied, at(1, 0))
		}, "fffis", []string{"acknowledged the same value"}},
		{"by value, both signs", at(0, 0), at(0, 0), func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, at(1, 0))
			l.op(2, -1, 20*ms, 25*ms, applied, at(0, 0))
		}, "ppsps", nil},
		{"by value, no change at all", at(3, 0), at(3, 0), func(l *log) {
			l.read(1, 0, 10*ms, at(3, 0), false)
		}, "iissp", nil},
		{"eventual reads are measured", at(0, 1), at(2, 3), func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, at(1, 2))
			l.op(1, 1, 11*ms, 20*ms, applied, at(2, 3))
			l.read(2, 30*ms, 31*ms, at(0, 1), true)
		}, "pppps", nil},
		{"an eventual read of what was not yet written", at(0, 1), at(1, 2), func(l *log) {
			l.read(2, 0, 1*ms, at(1, 2), true)
			l.op(1, 1, 5*ms, 10*ms, applied, at(1, 2))
		}, "pppfs", nil},
	} {
		t.Run(c.what, func(t *testing.T) {
			l := &log{t: t}
			c.build(l)
			f := l.audit(c.start, c.final)
			if got := statuses(f); got != c.statuses {
				t.Errorf("statuses %s, want %s: %+v", got, c.statuses, f.Checks)
			}
			var all strings.Builder
			for _, r := range f.Checks {
				all.WriteString(strings.Join(r.Evidence, "\n") + "\n")
			}
			for _, want := range c.evidence {
				if !strings.Contains(all.String(), want) {
					t.Errorf("evidence lacks %q:\n%s", want, all.String())
				}
			}
			if failed := strings.Contains(c.statuses[2:], "f"); failed != (len(f.Violations) > 0) {
				t.Errorf("%d violations", len(f.Violations))
			}
			for _, v := range f.Violations {
				draw(t, v, l.ops)
			}
		})
	}
}

// draw makes the picture of a violation.
func draw(t *testing.T, v Violation, ops []history.Op) {
	t.Helper()
	scene := NewScene(v)
	for i := range ops {
		scene.Add(&ops[i])
	}
	var page bytes.Buffer
	if err := scene.Draw(&page); err != nil {
		t.Error(err)
	}
	if !strings.Contains(page.String(), "<html") || !strings.Contains(page.String(), "worker") {
		t.Errorf("page of %d bytes", page.Len())
	}
}

// TestIdleCountersDoNotHideOthers: a counter on which nothing happened casts no doubt
// on the other counters.
func TestLateEventualRead(t *testing.T) {
	for _, c := range []struct {
		value int64
		want  Status
	}{{98, Pass}, {97, Fail}} {
		a := NewAudit(history.Header{Workers: 2, Ordered: true, Counters: []history.CounterStart{{Initial: at(0, 1)}}})
		l := &log{t: t}
		l.read(1, 0, 1, at(0, 1), true)
		for v := int64(2); v <= 200; v++ {
			l.op(0, 1, v*10, v*10+5, counter.Applied, at(v-1, v))
		}
		l.read(1, 3000, 3001, at(c.value, 99), true)
		for i := range l.ops {
			if err := a.Add(&l.ops[i]); err != nil {
				t.Fatal(err)
			}
			if i == len(l.ops)-2 {
				a.returned[1] = 2990 // worker 1 had been busy with other counters
			}
			a.advance(a.watermark(), false)
		}
		if got := a.Close(history.Footer{}, true).Checks[2]; got.Status != c.want {
			t.Errorf("value %d: %+v", c.value, got)
		}
	}
}

func TestIdleCountersDoNotHideOthers(t *testing.T) {
	a := NewAudit(history.Header{Counters: []history.CounterStart{{Key: "idle", Initial: at(0, 1)}, {Key: "busy", Initial: at(0, 1)}}})
	l := &log{t: t}
	l.op(1, 1, 0, 10*ms, counter.Applied, at(1, 2))
	l.ops[0].Counter = 1
	if err := a.Add(&l.ops[0]); err != nil {
		t.Fatal(err)
	}
	f := a.Close(history.Footer{Finals: []history.CounterEnd{{Final: at(0, 1)}, {Counter: 1, Final: at(1, 2)}}}, false)
	if got := statuses(f); got != "pppps" {
		t.Errorf("got %s: %+v", got, f.Checks)
	}
	if want := "1 of 2 counters, the others show nothing: "; !strings.HasPrefix(f.Checks[2].Reason, want) {
		t.Errorf("chain: %s", f.Checks[2].Reason)
	}
}

func TestStaleness(t *testing.T) {
	l := &log{t: t}
	for i := range int64(10) {
		l.op(1, 1, i*10*ms, (i*10+5)*ms, counter.Applied, at(i+1, i+2))
	}
	l.read(2, 100*ms, 101*ms, at(7, 8), true) // version 9 was acknowledged at 75 ms
	l.read(2, 102*ms, 103*ms, at(10, 11), true)
	s := l.audit(at(0, 1), at(10, 11)).Staleness
	if s.Reads != 2 || s.Stale != 1 || s.MaxVersions != 3 || s.MaxNanos != 25*ms {
		t.Errorf("got %d reads, %d stale, at most %d versions and %d ns", s.Reads, s.Stale, s.MaxVersions, s.MaxNanos)
	}
	if s.Versions[0] != 1 || s.Versions[2] != 1 {
		t.Errorf("versions %v", s.Versions[:4])
	}
}

// TestCutHistory: a contradiction that a lost line could explain is not called a
// violation, and any other is.
func TestCutHistory(t *testing.T) {
	for _, c := range []struct {
		what string
		skip int64 // the version whose operation is not in the history
		want Status
	}{
		{"lost long before the end", 5, Fail},
		{"in flight at the end", 96, Pass},
	} {
		a := NewAudit(history.Header{Workers: 2, Ordered: true, Counters: []history.CounterStart{{Initial: at(0, 1)}}})
		l := &log{t: t}
		l.op(1, 1, 0, 1, counter.Applied, at(1, 2))
		for v := int64(3); v <= 100; v++ {
			if v != c.skip {
				l.op(0, 1, v*10, v*10+5, counter.Applied, at(v-1, v))
			}
			if v == 90 {
				l.op(1, 1, v*10, v*10+5, counter.Conflict, history.State{})
			}
		}
		for i := range l.ops {
			if err := a.Add(&l.ops[i]); err != nil {
				t.Fatal(err)
			}
		}
		f := a.Close(history.Footer{}, true)
		if f.Checks[2].Status != c.want || f.Checks[0].Status != Inconclusive {
			t.Errorf("%s: %+v", c.what, f.Checks)
		}
	}
}

func TestAuditRefusesDisorder(t *testing.T) {
	a := NewAudit(history.Header{Workers: 2, Ordered: true, Counters: []history.CounterStart{{Initial: at(0, 1)}}})
	l := &log{t: t}
	l.op(1, 1, 10, 20, counter.Applied, at(1, 2))
	l.op(1, 1, 15, 30, counter.Applied, at(2, 3))
	l.op(2, 1, 15, 30, counter.Applied, at(2, 3))
	l.ops[1].Counter = 0
	if err := a.Add(&l.ops[0]); err != nil {
		t.Fatal(err)
	}
	for _, op := range l.ops[1:] {
		if err := a.Add(&op); err == nil {
			t.Errorf("%s: no error", op)
		}
	}
	op := l.ops[0]
	op.Counter = 1
	op.Invoked, op.Returned = 40, math.MaxInt64
	if err := a.Add(&op); err == nil {
		t.Error("a counter that was not announced: no error")
	}
}
