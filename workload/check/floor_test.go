package check

import (
	"math"
	"strings"
	"testing"

	"contend/counter"
	"contend/workload/history"
)

// refused enters a refusal at the floor.
func (l *log) refused(worker int, delta, invoked, returned int64, saw history.State) {
	a := l.op(worker, delta, invoked, returned, counter.Failed, history.State{})
	a.Reason, a.Saw = counter.ReasonFloor, saw
}

func TestFloor(t *testing.T) {
	applied, untold := counter.Applied, history.State{}
	for _, c := range []struct {
		what         string
		start, final history.State
		build        func(*log)
		want         Status
		reason       string
		evidence     string
	}{
		{"refused when it had to be", at(1, 1), at(0, 2), func(l *log) {
			l.op(1, -1, 0, 10*ms, applied, at(0, 2))
			l.refused(2, -1, 11*ms, 12*ms, at(0, 2))
			l.refused(2, -3, 13*ms, 14*ms, at(0, 2))
		}, Pass, "never below 0: 2 changes were refused, each when it had to be", ""},
		{"refused without need", at(1, 1), at(1, 1), func(l *log) {
			l.refused(2, -1, 11*ms, 12*ms, at(1, 1))
		}, Fail, "1 refusal though there was enough",
			"worker 2's decrement (operation 1) was refused [11.000 ms to 12.000 ms], although it saw value 1, which leaves 0"},
		{"acknowledged below", at(0, 1), at(0, 3), func(l *log) {
			l.op(1, -1, 0, 10*ms, applied, at(-1, 2))
			l.op(2, 1, 11*ms, 20*ms, applied, at(0, 3))
		}, Fail, "1 state below 0", "worker 1's decrement (operation 1) was acknowledged as version 2 with value -1"},
		{"read below", at(0, 0), at(0, 0), func(l *log) {
			l.op(1, -1, 0, 10*ms, applied, untold)
			l.op(1, 1, 11*ms, 20*ms, applied, untold)
			l.read(2, 5*ms, 15*ms, value(-1), true)
		}, Fail, "1 state below 0", "worker 2's eventual read (operation 3) saw value -1"},
		{"the last value is below", at(0, 0), at(-1, 0), func(l *log) {
			l.op(1, -1, 0, 10*ms, applied, untold)
		}, Fail, "1 state below 0; more was taken than the counter can have held", `"c" began at 0; all that was acknowledged and everything that may have been added leave at most -1`},
		{"more was taken than the counter can have held", at(1, 0), at(0, 0), func(l *log) {
			l.op(1, -1, 0, 10*ms, applied, untold)
			l.op(2, -1, 0, 10*ms, applied, untold)
		}, Fail, "more was taken than the counter can have held", "leave at most -1"},
		{"an increment without an answer may have been there", at(1, 0), at(0, 0), func(l *log) {
			l.op(1, -1, 0, 10*ms, applied, untold)
			l.op(2, -1, 0, 10*ms, applied, untold)
			l.op(3, 1, 0, 10*ms, counter.Unknown, untold)
		}, Pass, "never seen below 0: nothing was refused", ""},
		{"only decrements: the last value is the least", at(2, 0), at(0, 0), func(l *log) {
			l.op(1, -1, 0, 10*ms, applied, untold)
			l.op(2, -1, 0, 10*ms, applied, untold)
			l.refused(2, -1, 11*ms, 12*ms, untold)
		}, Pass, "never below 0: 1 refusal came without a state, and the sums do not contradict that", ""},
		{"by some moment more was taken than the counter can have held", at(1, 0), at(0, 0), func(l *log) {
			l.op(1, -1, 0, 10*ms, applied, untold)
			l.op(2, -1, 0, 12*ms, applied, untold)
			l.op(3, 1, 13*ms, 20*ms, applied, untold)
		}, Fail, "more was taken than the counter can have held", "worker 2's decrement (operation 2) was acknowledged [0.000 ms to 12.000 ms]; even if " +
			"everything that may have been added was there, the decrements acknowledged by then leave at most -1, below 0"},
		{"something may have been added just in time", at(1, 0), at(0, 0), func(l *log) {
			l.op(1, -1, 0, 10*ms, applied, untold)
			l.op(2, -1, 0, 12*ms, applied, untold)
			l.op(3, 1, 12*ms, 20*ms, applied, untold)
		}, Pass, "never seen below 0", ""},
		{"the last taking may have come after the addition", at(1, 0), at(0, 0), func(l *log) {
			l.op(1, -1, 0, 10*ms, applied, untold)
			l.op(2, -1, 0, 20*ms, applied, untold)
			l.op(3, 1, 13*ms, 15*ms, applied, untold)
		}, Pass, "never seen below 0", ""},
		{"more was taken than had been seen", at(2, 0), at(0, 0), func(l *log) {
			l.op(9, -2, 0, 4*ms, counter.Unknown, untold)
			l.read(10, 5*ms, 6*ms, at(0, 0), false)
			l.op(11, -1, 10*ms, 12*ms, applied, untold)
			l.op(11, 1, 13*ms, 20*ms, applied, untold)
		}, Fail, "more was taken than the counter can have held", "leave at most -1 of what worker 10's strong read (operation 2) saw value 0 [5.000 ms to 6.000 ms], below 0"},
		{"refused without need, and told nothing", at(5, 0), at(4, 0), func(l *log) {
			l.op(1, -1, 0, 10*ms, applied, untold)
			l.refused(2, -4, 5*ms, 6*ms, untold)
		}, Fail, "1 refusal though there was enough", "worker 2's change by -4 (operation 2) was refused [5.000 ms to 6.000 ms], although there was 4 at least, which leaves 0"},
		{"refused when it may have been needed, and told nothing", at(5, 0), at(4, 0), func(l *log) {
			l.op(1, -1, 0, 10*ms, applied, untold)
			l.refused(2, -5, 10*ms, 16*ms, untold)
		}, Pass, "never below 0: 1 refusal came without a state", ""},
		{"it began below", at(-5, 1), at(-5, 1), func(l *log) {
			l.refused(2, -1, 11*ms, 12*ms, at(-5, 1))
		}, Pass, "1 change was refused, when it had to be", ""},
		{"it began below and went on", at(-5, 1), at(-6, 2), func(l *log) {
			l.op(1, -1, 0, 10*ms, applied, at(-6, 2))
		}, Fail, "2 states below -5; more was taken than the counter can have held", "value -6"},
		{"only increments", at(5, 1), at(6, 2), func(l *log) {
			l.op(1, 1, 0, 10*ms, applied, at(6, 2))
		}, Skipped, "nothing was to be taken away", ""},
		{"the ends of int64", at(math.MinInt64, 1), at(math.MinInt64, 1), func(l *log) {
			l.refused(2, -1, 11*ms, 12*ms, at(math.MinInt64, 1))
			l.refused(2, math.MinInt64, 11*ms, 12*ms, at(0, 1))
		}, Pass, "2 changes were refused", ""},
		{"the end is not known", at(5, 1), untold, func(l *log) {
			l.op(1, -1, 0, 10*ms, applied, at(4, 2))
		}, Inconclusive, "not known", ""},
		{"the beginning is not known", untold, at(0, 1), func(l *log) {
			l.op(1, -1, 0, 10*ms, applied, at(4, 2))
		}, Skipped, "not known", ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			l := &log{t: t}
			c.build(l)
			least := int64(0)
			a := NewAudit(history.Header{Floor: &least, Counters: []history.CounterStart{{Key: "c", Initial: c.start}}})
			for i := range l.ops {
				if err := a.Add(&l.ops[i]); err != nil {
					t.Fatal(err)
				}
			}
			f := a.Close(history.Footer{Finals: []history.CounterEnd{{Invoked: 1000 * ms, Returned: 1001 * ms, Final: c.final}}}, false)
			got := result(t, f, "floor")
			if evidence := strings.Join(got.Evidence, "\n"); got.Status != c.want || !strings.Contains(got.Reason, c.reason) || !strings.Contains(evidence, c.evidence) {
				t.Errorf("got %+v, want %s, %q with %q", got, c.want, c.reason, c.evidence)
			}
		})
	}
}

// TestNoFloorNoCheck: the check is there for counters with a floor alone.
func TestNoFloorNoCheck(t *testing.T) {
	l := &log{t: t}
	if f := l.audit(at(0, 1), at(0, 1)); len(f.Checks) != 5 {
		t.Errorf("got %+v", f.Checks)
	}
}
