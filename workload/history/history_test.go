package history

import (
	"math"
	"reflect"
	"testing"

	"contend/counter"
)

func op(kind Kind, ending Ending, outcomes ...counter.Outcome) *Op {
	o := &Op{Kind: kind, Delta: kind.Delta(), Ending: ending}
	for _, outcome := range outcomes {
		o.Attempts = append(o.Attempts, Attempt{Outcome: outcome, Written: kind != Read})
	}
	return o
}

func TestEffect(t *testing.T) {
	unknown, conflict, applied := counter.Unknown, counter.Conflict, counter.Applied
	for _, c := range []struct {
		what      string
		op        *Op
		low, high int64
	}{
		{"acknowledged", op(Increment, Applied, applied), 1, 1},
		{"acknowledged after a conflict", op(Increment, Applied, conflict, applied), 1, 1},
		{"acknowledged after an unknown attempt: once or twice", op(Increment, Applied, unknown, applied), 1, 2},
		{"a decrement goes the other way", op(Decrement, Applied, unknown, unknown, applied), -3, -1},
		{"gave up after conflicts", op(Increment, GaveUp, conflict, conflict), 0, 0},
		{"unknown", op(Increment, Unknown, unknown), 0, 1},
		{"unknown twice", op(Decrement, Unknown, unknown, conflict, unknown), -2, 0},
		{"a read changes nothing", op(Read, GaveUp, unknown), 0, 0},
	} {
		if low, high := c.op.Writes().Effect(c.op.Delta); low != c.low || high != c.high {
			t.Errorf("%s: got [%d, %d], want [%d, %d]", c.what, low, high, c.low, c.high)
		}
	}
}

func TestAReadBeforeTheWriteIsNoUnknownWrite(t *testing.T) {
	o := op(Increment, GaveUp, counter.Unknown)
	o.Attempts[0].Written = false
	if low, high := o.Writes().Effect(o.Delta); low != 0 || high != 0 {
		t.Errorf("got [%d, %d]", low, high)
	}
}

func TestLedgerKeepsOnlyDoubtfulOperations(t *testing.T) {
	var one, two Ledger
	one.Record(op(Increment, Applied, counter.Applied))
	one.Record(op(Read, GaveUp, counter.Unknown))
	doubtful := op(Increment, Applied, counter.Unknown, counter.Applied)
	one.Record(doubtful)
	doubtful.Attempts[0].Outcome = counter.Conflict // the caller uses its memory again
	two.Record(op(Decrement, Unknown, counter.Unknown, counter.Unknown))
	two.Record(op(Read, Applied, counter.Applied))
	one.Merge(&two)
	if got := [...]int64{one.Operations, one.Updates, one.Applied}; got != [...]int64{5, 3, 2} {
		t.Errorf("operations, updates, applied: %v", got)
	}
	got := [...]int64{one.Acknowledged, one.Low, one.High, one.UnknownLow, one.UnknownHigh, int64(len(one.Doubtful))}
	if want := [...]int64{2, 0, 3, -1, 0, 2}; got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if one.Doubtful[0].Attempts[0].Outcome != counter.Unknown {
		t.Error("the ledger shares memory with its caller")
	}
}

func TestLedgerKeepsAHundredOfEachClass(t *testing.T) {
	var one, two Ledger
	for range 150 {
		one.Record(op(Increment, Unknown, counter.Unknown))
		two.Record(op(Increment, Unknown, counter.Unknown))
		two.Record(op(Decrement, Applied, counter.Unknown, counter.Applied))
	}
	two.Record(op(Increment, Applied, counter.Unknown, counter.Applied))
	one.Merge(&two)
	got := [...]int64{int64(len(one.Doubtful)), one.Omitted(true, true), one.Omitted(false, false), one.Omitted(false, true), one.Omitted(true, false)}
	if want := [...]int64{201, 200, 50, 0, 0}; got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestMergeAddsEveryCount: even a count that is added to the struct later is summed up.
func TestMergeAddsEveryCount(t *testing.T) {
	var one, two, want Ledger
	for i := range reflect.TypeFor[Counts]().NumField() {
		reflect.ValueOf(&one.Counts).Elem().Field(i).SetInt(int64(i) + 1)
		reflect.ValueOf(&two.Counts).Elem().Field(i).SetInt(100)
		reflect.ValueOf(&want.Counts).Elem().Field(i).SetInt(int64(i) + 101)
	}
	one.Merge(&two)
	if one.Counts != want.Counts {
		t.Errorf("got %+v, want %+v", one.Counts, want.Counts)
	}
}

// TestMergeAddsEverySum: this holds even if one of them leaves int64.
func TestMergeAddsEverySum(t *testing.T) {
	for _, base := range []int64{100, math.MaxInt64 - 1} {
		var one, two Ledger
		for i := range reflect.TypeFor[Sums]().NumField() {
			reflect.ValueOf(&one.Sums).Elem().Field(i).SetInt(int64(i))
			reflect.ValueOf(&two.Sums).Elem().Field(i).SetInt(base)
		}
		one.Merge(&two)
		for i := range reflect.TypeFor[Sums]().NumField() {
			want := int64(math.MaxInt64)
			if int64(i) <= math.MaxInt64-base {
				want = base + int64(i)
			}
			if got := reflect.ValueOf(one.Sums).Field(i).Int(); got != want {
				t.Errorf("%s of %d: got %d, want %d", reflect.TypeFor[Sums]().Field(i).Name, base, got, want)
			}
		}
	}
}

func TestBandEndsWithInt64(t *testing.T) {
	l := Ledger{Initial: math.MaxInt64 - 1, Sums: Sums{High: 5}}
	if got := l.Highest(); got != math.MaxInt64 {
		t.Errorf("highest %d", got)
	}
	l = Ledger{Initial: math.MinInt64 + 1, Sums: Sums{Low: -5}}
	if got := l.Lowest(); got != math.MinInt64 {
		t.Errorf("lowest %d", got)
	}
}

func TestMayChange(t *testing.T) {
	unknown, applied := counter.Unknown, counter.Applied
	acked, twice := op(Increment, Applied, applied), op(Increment, Applied, unknown, applied)
	lostUp, lostDown := op(Increment, Unknown, unknown), op(Decrement, Unknown, unknown)
	for _, c := range []struct {
		what  string
		ops   []*Op
		final int64
		want  bool
	}{
		{"every write was answered", []*Op{acked, acked}, 2, false},
		{"the lost increment is not there yet", []*Op{acked, lostUp}, 1, true},
		{"the lost increment is there", []*Op{acked, lostUp}, 2, false},
		{"one of two is there", []*Op{acked, lostUp, lostUp}, 2, true},
		{"tried again, and only one of the two is there", []*Op{twice}, 1, true},
		{"tried again, and both are there", []*Op{twice}, 2, false},
		{"the lost decrement is not there yet", []*Op{acked, lostDown}, 1, true},
		{"the lost decrement is there", []*Op{acked, lostDown}, 0, false},
		{"both ways: nobody can tell", []*Op{lostUp, lostDown}, 1, true},
		{"a lost read changes nothing", []*Op{op(Read, GaveUp, unknown)}, 0, false},
	} {
		l := Ledger{Final: c.final, FinalKnown: true}
		for _, o := range c.ops {
			l.Record(o)
		}
		if got := l.MayChange(); got != c.want {
			t.Errorf("%s: got %t", c.what, got)
		}
	}
}

func TestTraced(t *testing.T) {
	unknown, applied := counter.Unknown, counter.Applied
	lost := func(o *Op, token string, unheard ...int) *Op {
		for i, n := range unheard {
			a := &o.Attempts[i]
			a.Settled, a.Faults = 1, []Fault{{Kind: "lost-reply", Write: true, AppliedUnacknowledged: n}}
		}
		for i := range o.Attempts {
			o.Attempts[i].Token = token
		}
		return o
	}
	for _, c := range []struct {
		what            string
		op              *Op
		effect, unheard int64
		ok              bool
	}{
		{"acknowledged", op(Increment, Applied, applied), 1, 0, true},
		{"nobody knows", op(Increment, Unknown, unknown), 0, 0, false},
		{"accepted without an answer", lost(op(Increment, Unknown, unknown), "", 1), 1, 1, true},
		{"refused without an answer", lost(op(Increment, Unknown, unknown), "", 0), 0, 0, true},
		{"twice", lost(op(Decrement, Applied, unknown, applied), "", 1), -2, 1, true},
		{"once, by its token", lost(op(Decrement, Applied, unknown, applied), "t", 1), -1, 0, true},
		{"once without an answer, by its token", lost(op(Increment, Unknown, unknown, unknown), "t", 1, 1), 1, 1, true},
		{"one of two is known", lost(op(Increment, Unknown, unknown, unknown), "", 1), 1, 1, false},
		{"a read", lost(op(Read, Unknown, unknown), "", 1), 0, 0, true},
	} {
		w := c.op.Writes()
		if effect, ok := w.Traced*c.op.Delta, w.Open == 0; effect != c.effect || ok != c.ok || w.AppliedUnacknowledged() != c.unheard {
			t.Errorf("%s: got %+d, %t, %d unheard; want %+d, %t, %d", c.what, effect, ok, w.AppliedUnacknowledged(), c.effect, c.ok, c.unheard)
		}
		var one, sum Ledger
		one.Record(c.op)
		sum.Merge(&one)
		if sum.Traced != c.effect || sum.AppliedUnacknowledged != c.unheard || (sum.Untraced == 0) != c.ok {
			t.Errorf("%s: ledger %+d, %d unheard, %d untraced", c.what, sum.Traced, sum.AppliedUnacknowledged, sum.Untraced)
		}
	}
}
