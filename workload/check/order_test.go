package check

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"contend/counter"
	"contend/workload/history"
)

// TestOrder: packed into one integer or not, the order is that of a stable sort.
func TestOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for _, spread := range []int64{1, 10, 1 << 40, 1 << 61, math.MaxInt64} {
		for n := range 70 {
			entries := make([]entry, n)
			want := make([]uint64, n)
			for i := range entries {
				entries[i].invoked, want[i] = random.Int64N(spread)-spread/2, uint64(i)
			}
			key := func(e *entry) int64 { return e.invoked }
			slices.SortStableFunc(want, func(a, b uint64) int { return cmp.Compare(key(&entries[a]), key(&entries[b])) })
			if got := order(entries, key, nil); !slices.Equal(got, want) {
				t.Fatalf("%d entries within %d: got %v, want %v", n, spread, got, want)
			}
		}
	}
}

// TestHugeNumbersAreNotJudged: sums of positions would leave int64.
func TestHugeNumbersAreNotJudged(t *testing.T) {
	for _, huge := range []int64{math.MaxInt64, math.MinInt64, 1<<60 + 1} {
		l := &log{t: t}
		l.op(1, 1, 0, 10*ms, counter.Applied, history.State{Value: huge, Known: true})
		f := l.audit(history.State{Value: huge - 1, Known: true}, history.State{Value: huge, Known: true})
		if got := statuses(f)[2:]; got != "sss" {
			t.Errorf("%d: %s", huge, got)
		}
	}
}
