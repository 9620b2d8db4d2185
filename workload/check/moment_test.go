package check

import (
	"fmt"
	"strings"
	"testing"

	"contend/counter"
	"contend/workload/history"
)

// TestEvidencePrintsOnlyTimesThatWereTold: the audit's bounds for "before everything"
// and "after everything" are not shown as times.
func TestEvidencePrintsOnlyTimesThatWereTold(t *testing.T) {
	open := func(l *log) {
		a := l.op(3, 1, 5*ms, 6*ms, counter.Unknown, history.State{})
		a.Returned, l.ops[len(l.ops)-1].Returned = history.NoEnd, history.NoEnd
	}
	for _, c := range []struct {
		what     string
		final    history.State
		build    func(*log)
		evidence string
	}{
		{"a final reading that is behind", at(1, 2), func(l *log) {
			l.op(1, 1, 0, 10*ms, counter.Applied, at(1, 2))
			l.op(1, 1, 11*ms, 12*ms, counter.Applied, at(2, 3))
		}, "began some time after worker 1's increment"},
		{"an acknowledgement that is not above the start", at(1, 2), func(l *log) {
			open(l)
			l.op(1, 1, 7*ms, 10*ms, counter.Applied, at(0, 1))
		}, "[before the load]"},
		{"states that nobody made", at(9, 10), func(l *log) {
			open(l)
			l.op(1, 1, 7*ms, 10*ms, counter.Applied, at(1, 2))
		}, "[after the load]"},
	} {
		l := &log{t: t}
		c.build(l)
		a := NewAudit(history.Header{Counters: []history.CounterStart{{Key: "c", Initial: at(0, 1)}}})
		for i := range l.ops {
			if err := a.Add(&l.ops[i]); err != nil {
				t.Fatal(err)
			}
		}
		f := a.Close(history.Footer{Finals: []history.CounterEnd{{Final: c.final}}}, false)
		text := fmt.Sprintf("%+v", f.Checks)
		if !strings.Contains(text, c.evidence) {
			t.Errorf("%s: %s lacks %q", c.what, text, c.evidence)
		}
		for _, v := range f.Violations {
			text += v.Text
		}
		for _, wrong := range []string{"922337", "-0.000"} {
			if strings.Contains(text, wrong) {
				t.Errorf("%s: %s has %q", c.what, text, wrong)
			}
		}
	}
}

// TestAWriteWithoutAnEndMayComeAnyTime: the worker goes on, and the order of
// what came after is judged.
func TestAWriteWithoutAnEndMayComeAnyTime(t *testing.T) {
	for _, c := range []struct {
		last history.State
		want Status
	}{{at(2, 3), Pass}, {at(1, 2), Pass}, {at(3, 4), Fail}} {
		l := &log{t: t}
		a := l.op(0, 1, 5*ms, 6*ms, counter.Unknown, history.State{})
		a.Returned, l.ops[0].Returned = history.NoEnd, history.NoEnd
		l.op(0, 1, 7*ms, 10*ms, counter.Applied, c.last)
		audit := NewAudit(history.Header{Workers: 1, Ordered: true, Counters: []history.CounterStart{{Key: "c", Initial: at(0, 1)}}})
		for i := range l.ops {
			if err := audit.Add(&l.ops[i]); err != nil {
				t.Fatal(err)
			}
		}
		f := audit.Close(history.Footer{Finals: []history.CounterEnd{{Final: c.last}}}, false)
		if got := result(t, f, "chain"); got.Status != c.want {
			t.Errorf("acknowledged as %+v: %+v", c.last, got)
		}
	}
}

// TestTimesTellMomentsApart: this holds even in histories written by hand, whose times
// are a few nanoseconds.
func TestTimesTellMomentsApart(t *testing.T) {
	for _, c := range []struct {
		from, to int64
		want     string
	}{
		{0, 0, "[0.000 ms to 0.000 ms]"},
		{0, 1, "[0 ns to 1 ns]"},
		{2, 3, "[2 ns to 3 ns]"},
		{0, 999, "[0 ns to 999 ns]"},
		{0, 1000, "[0.000 ms to 0.001 ms]"},
		{999, 1000, "[0.000999 ms to 0.001000 ms]"},
		{1300, 2400, "[0.001300 ms to 0.002400 ms]"},
		{5_000_001, 5_000_002, "[5.000001 ms to 5.000002 ms]"},
		{5_000_001, 6_000_002, "[5.000 ms to 6.000 ms]"},
		{0, 40 * ms, "[0.000 ms to 40.000 ms]"},
		{7, history.NoEnd, "[from 7 ns on]"},
	} {
		if got := interval(c.from, c.to); got != c.want {
			t.Errorf("%d to %d ns: got %s, want %s", c.from, c.to, got, c.want)
		}
	}
	if got, want := lapse(4, 7), "3 ns"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
