package check

import (
	"math"
	"strings"
	"testing"

	"contend/counter"
	"contend/workload/history"
)

// tellings is a hand-made history: its operations, its header and the final reading.
type tellings struct {
	log
	header history.Header
	final  history.State
	cut    bool
}

// judged makes a history and returns its checks. If its lines are ordered, it is judged
// while it is read. Judged at once, a history must have the same result, except for the
// name of a violation.
func judged(t *testing.T, start history.State, build func(*tellings)) Findings {
	t.Helper()
	h := &tellings{log: log{t: t}, header: history.Header{Counters: []history.CounterStart{{Key: "c", Initial: start}}}}
	build(h)
	whole := h.judge(h.header.Ordered)
	if h.header.Ordered {
		once, failed := h.judge(false), strings.Contains(statuses(whole), "f")
		for i, c := range once.Checks {
			if c.Status != whole.Checks[i].Status && !failed {
				t.Errorf("judged at once: %+v\nwhile reading: %+v", c, whole.Checks[i])
			}
		}
		if failed != strings.Contains(statuses(once), "f") {
			t.Errorf("judged at once: %+v\nwhile reading: %+v", once.Checks, whole.Checks)
		}
	}
	return whole
}

func (h *tellings) judge(streaming bool) Findings {
	a := NewAudit(h.header)
	for i := range h.ops {
		if err := a.Add(&h.ops[i]); err != nil {
			h.t.Fatal(err)
		}
		if streaming {
			a.advance(a.watermark(), false)
		}
	}
	f := history.Footer{}
	if h.final.Known {
		f.Finals = []history.CounterEnd{{Invoked: 1000 * ms, Returned: 1001 * ms, Final: h.final}}
	}
	return a.Close(f, h.cut)
}

// ordered says that the lines of so many workers stand in their order.
func (h *tellings) ordered(workers int) { h.header.Workers, h.header.Ordered = workers, true }

// kind is a history and the letters of its statuses: exactly-once, conservation,
// chain, linearizable, reads.
type kind struct {
	what  string
	start history.State
	build func(*tellings)
	want  string
}

func judgeKinds(t *testing.T, kinds []kind) {
	t.Helper()
	for _, c := range kinds {
		t.Run(c.what, func(t *testing.T) {
			f := judged(t, c.start, c.build)
			if got := statuses(f); got != c.want {
				t.Errorf("got %s, want %s: %+v", got, c.want, f.Checks)
			}
		})
	}
}

// TestAWriteWithoutAStateLeavesTheOrderOfTheOthers: only the position of a write whose
// acknowledgement has no state is unknown, but it has one.
func TestAWriteWithoutAStateLeavesTheOrderOfTheOthers(t *testing.T) {
	applied, untold := counter.Applied, history.State{}
	judgeKinds(t, []kind{
		{"a stale read before it", at(0, 1), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, at(1, 2))
			h.read(1, 2, 3, at(0, 1), false)
			h.op(0, 1, 4, 5, applied, untold)
			h.final = at(2, 3)
		}, "pppff"},
		{"the same with a read that is not stale", at(0, 1), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, at(1, 2))
			h.read(1, 2, 3, at(1, 2), false)
			h.op(0, 1, 4, 5, applied, untold)
			h.final = at(2, 3)
		}, "ppppp"},
		{"no version is left for it", at(0, 1), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, untold)
			h.op(0, 1, 2, 3, applied, at(1, 2))
			h.final = at(1, 2)
		}, "fffis"},
		{"a version is left, but only before it began", at(0, 1), func(h *tellings) {
			h.read(1, 0, 1, at(1, 2), false)
			h.op(0, 1, 2, 3, applied, untold)
			h.op(0, 1, 2, 3, counter.Unknown, untold)
			h.final = at(1, 2)
		}, "ipfip"},
		{"a version is left, but only after it ended", at(0, 1), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, untold)
			h.read(1, 2, 3, at(0, 1), false)
			h.final = at(1, 2)
		}, "ppfip"},
		{"a read while it is under way", at(0, 1), func(h *tellings) {
			h.op(0, 1, 0, 5, applied, untold)
			h.read(1, 2, 3, at(0, 1), false)
			h.read(1, 4, 5, at(1, 2), false)
			h.final = at(1, 2)
		}, "ppppp"},
		{"a missing version has another change", at(0, 1), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, untold)
			h.op(0, 1, 2, 3, applied, at(3, 3))
			h.final = at(3, 3)
		}, "fffis"},
		{"that whose end comes first has the first place", at(0, 1), func(h *tellings) {
			h.op(0, 1, 0, 9, applied, untold)
			h.op(1, 1, 0, 2, applied, untold)
			h.read(2, 3, 4, at(1, 2), false)
			h.final = at(2, 3)
		}, "ppppp"},
		{"both ended before a read of one", at(0, 1), func(h *tellings) {
			h.op(0, 1, 0, 2, applied, untold)
			h.op(1, 1, 0, 2, applied, untold)
			h.read(2, 3, 4, at(1, 2), false)
			h.final = at(2, 3)
		}, "ppfip"},
		{"a write without an answer takes the place of none that was acknowledged", at(0, 1), func(h *tellings) {
			h.op(1, 1, 0, 1, counter.Unknown, untold)
			h.op(0, 1, 0, 1, applied, untold)
			h.read(2, 3, 4, at(1, 2), false)
			h.final = at(1, 2)
		}, "ipppp"},
		{"by value, a place is missing", at(0, 0), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, at(1, 0))
			h.op(0, 1, 2, 3, applied, untold)
			h.op(0, 1, 4, 5, applied, at(2, 0))
			h.final = at(2, 0)
		}, "fffis"},
		{"by value, it has a place", at(0, 0), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, at(1, 0))
			h.op(0, 1, 2, 3, applied, untold)
			h.op(0, 1, 4, 5, applied, at(3, 0))
			h.final = at(3, 0)
		}, "pppps"},
		{"two changes that no sum tells apart", at(0, 0), func(h *tellings) {
			for _, delta := range []int64{1, 2, 3} {
				h.op(int(delta), delta, 0, 5, applied, untold)
			}
			h.read(7, 1, 2, at(3, 0), false)
			h.op(0, 1, 6, 7, applied, at(7, 0))
			h.final = at(7, 0)
		}, "ppspp"},
		{"while it is read: an answer that tells nothing, late", at(0, 1), func(h *tellings) {
			h.ordered(2)
			for v := int64(2); v < 40; v++ {
				h.op(0, 1, 10*v, 10*v+5, applied, at(v-1, v))
				h.op(1, 1, 10*v+1, 10*v+2, counter.Conflict, untold)
			}
			h.op(0, 1, 500, 505, applied, untold)
			h.read(1, 510, 511, at(39, 40), false)
			h.read(1, 512, 513, at(38, 39), false)
			h.final = at(39, 40)
		}, "pppff"},
		{"too large to be followed", at(0, 1), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, at(1, 2))
			h.read(1, 2, 3, at(0, 1), false)
			h.op(0, math.MinInt64, 4, 5, applied, untold)
		}, "iisss"},
		{"some acknowledgements carry no version", at(0, 1), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, at(1, 2))
			h.read(1, 2, 3, at(0, 1), false)
			h.op(0, 1, 4, 5, applied, at(2, 0))
			h.final = at(2, 3)
		}, "pppff"},
		{"some reads carry no version, and are held against the sums", at(0, 1), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, at(1, 2))
			h.read(1, 2, 3, at(0, 0), false)
			h.final = at(1, 2)
		}, "ppsff"},
		{"the last reading carries no version", at(0, 1), func(h *tellings) {
			h.op(0, 1, 0, 1, applied, at(1, 2))
			h.read(1, 2, 3, at(1, 2), false)
			h.final = at(1, 0)
		}, "ppppp"},
	})
}
