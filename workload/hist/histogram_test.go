package hist

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// within reports whether got is exact, or above exact by no more than the
// precision and the rounding to microseconds.
func within(got, exact time.Duration) bool {
	return got >= exact && float64(got-exact) <= 0.001*float64(exact)+float64(time.Microsecond)
}

func of(durations ...time.Duration) *Histogram {
	h := new(Histogram)
	for _, d := range durations {
		h.Record(d)
	}
	return h
}

// TestAtIsAnOrderStatistic: percentile p of n values is the one at rank ⌈p·n/100⌉.
func TestAtIsAnOrderStatistic(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{1, 2, 3, 10, 16, 60, 99, 100, 101, 1000, 1001, 20000} {
		h := new(Histogram)
		var all []time.Duration
		for range n {
			d := time.Duration(math.Exp(random.Float64()*20)*1000) + 1 // 1 µs to 8 minutes
			all = append(all, d)
			h.Record(d)
		}
		slices.Sort(all)
		var sum time.Duration
		for _, d := range all {
			sum += d
		}
		for _, p := range []float64{0.001, 1, 25, 33.3, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99, 100} {
			rank := 1
			for float64(rank)*1e5 < math.Round(p*1000)*float64(n) { // fewer than p percent
				rank++
			}
			if got, want := h.At(p), all[rank-1]; !within(got, want) {
				t.Errorf("%d values: At(%v) is %v, want %v", n, p, got, want)
			}
		}
		if off := math.Abs(float64(h.Min() - all[0])); !within(h.Max(), all[n-1]) || off > 0.001*float64(all[0])+1000 {
			t.Errorf("%d values: from %v to %v, want %v to %v", n, h.Min(), h.Max(), all[0], all[n-1])
		}
		mean := float64(sum) / float64(n)
		if math.Abs(float64(h.Mean())-mean) > 0.001*mean+1000 {
			t.Errorf("%d values: mean %v, want %v", n, h.Mean(), time.Duration(mean))
		}
		if h.Count() != int64(n) || h.OutOfRange() != 0 {
			t.Errorf("%d values: count %d, out of range %d", n, h.Count(), h.OutOfRange())
		}
	}
}

// TestAQuantileIsNoPercentile: 0.99 is the 0.99th percentile, near the minimum, and not
// the 99th. For the 99th, write 99.
func TestAQuantileIsNoPercentile(t *testing.T) {
	h := new(Histogram)
	for i := range 1000 {
		h.Record(time.Duration(i+1) * time.Millisecond)
	}
	if got := h.At(0.99); !within(got, 10*time.Millisecond) {
		t.Errorf("At(0.99) is %v", got)
	}
	if got := h.At(99); !within(got, 990*time.Millisecond) {
		t.Errorf("At(99) is %v", got)
	}
}

func TestAtPanicsOutsideItsRange(t *testing.T) {
	for _, percentile := range []float64{0, -1, 100.0001, 101, math.NaN(), math.Inf(1)} {
		for _, h := range []*Histogram{new(Histogram), of(time.Second)} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("At(%v) of %d values did not panic", percentile, h.Count())
					}
				}()
				h.At(percentile)
			}()
		}
	}
}

func TestZeroValueIsEmpty(t *testing.T) {
	var h Histogram
	if h.Count() != 0 || h.Min() != 0 || h.Max() != 0 || h.Mean() != 0 || h.At(50) != 0 || h.CountsUpTo(time.Hour)[0] != 0 {
		t.Error("not empty")
	}
	h.Prepare()
	if h.Count() != 0 || h.Min() != 0 || h.Max() != 0 || h.Mean() != 0 || h.At(50) != 0 {
		t.Error("not empty after Prepare")
	}
}

func TestRecordAllocatesOnlyOnce(t *testing.T) {
	var h Histogram
	h.Prepare()
	if n := testing.AllocsPerRun(100, func() { h.Record(time.Millisecond) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestOutOfRangeIsCounted(t *testing.T) {
	for _, c := range []struct {
		d        time.Duration
		recorded bool
	}{
		{-1, false},
		{math.MinInt64, false},
		{0, true},
		{1, true},
		{Lowest, true},
		{Highest, true},
		{Highest + 1, false},
		{math.MaxInt64, false},
	} {
		h := of(c.d)
		if recorded := h.Count() == 1; recorded != c.recorded || h.Count()+h.OutOfRange() != 1 {
			t.Errorf("%d ns: count %d, out of range %d", c.d, h.Count(), h.OutOfRange())
		}
	}
	if got := of(1).Max(); got != time.Microsecond {
		t.Errorf("a nanosecond is %v, not rounded up", got)
	}
}

func TestMergeIsRecordingAll(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	var all, merged Histogram
	for range 8 {
		var part Histogram
		for range random.IntN(500) {
			d := time.Duration(random.Int64N(int64(2 * Highest)))
			all.Record(d)
			part.Record(d)
		}
		merged.Merge(&part)
	}
	merged.Merge(new(Histogram))
	if merged.Count() != all.Count() || merged.OutOfRange() != all.OutOfRange() || all.OutOfRange() == 0 {
		t.Errorf("count %d and %d out of range, want %d and %d", merged.Count(), merged.OutOfRange(), all.Count(), all.OutOfRange())
	}
	for p := 1.0; p <= 100; p++ {
		if merged.At(p) != all.At(p) {
			t.Errorf("At(%v) is %v, want %v", p, merged.At(p), all.At(p))
		}
	}
}

// TestMergeCountsWhatItCannotHold: nothing disappears when the counts reach their
// limit.
func TestMergeCountsWhatItCannotHold(t *testing.T) {
	h := of(time.Second)
	if err := h.counts.RecordValues(1, math.MaxInt64-1); err != nil {
		t.Fatal(err)
	}
	h.Merge(of(time.Second, time.Second))
	if h.Count() != math.MaxInt64 || h.OutOfRange() != 2 {
		t.Errorf("count %d, out of range %d", h.Count(), h.OutOfRange())
	}
}

func TestMergeLeavesTheOther(t *testing.T) {
	one, two := of(time.Second), of(time.Minute, -1)
	one.Merge(two)
	one.Record(time.Hour)
	if two.Count() != 1 || two.OutOfRange() != 1 || !within(two.Max(), time.Minute) {
		t.Errorf("the other holds %d up to %v", two.Count(), two.Max())
	}
}

func TestCountsUpTo(t *testing.T) {
	h := of(time.Millisecond, 2*time.Millisecond, 2*time.Millisecond, time.Second)
	var bounds []time.Duration
	var all []int64
	for _, c := range []struct {
		d    time.Duration
		want int64
	}{
		{0, 0},
		{999 * time.Microsecond, 0},
		{time.Millisecond, 1},
		{1990 * time.Microsecond, 1},
		{2 * time.Millisecond, 3},
		{999 * time.Millisecond, 3},
		{time.Second, 4},
		{Highest, 4},
		{math.MaxInt64, 4},
	} {
		if got := h.CountsUpTo(c.d); !slices.Equal(got, []int64{c.want}) {
			t.Errorf("up to %v: got %d, want %d", c.d, got, c.want)
		}
		bounds, all = append(bounds, c.d), append(all, c.want)
	}
	if got := h.CountsUpTo(bounds...); !slices.Equal(got, all) {
		t.Errorf("up to each of them: got %d, want %d", got, all)
	}
}

func TestWriteHGRM(t *testing.T) {
	var b strings.Builder
	if err := of(time.Millisecond, 20*time.Millisecond).WriteHGRM(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\n       1.000 ", "\n      20.", "#[Mean    =", "Total count    =            2]"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

func TestRecordManyIsRecordingOften(t *testing.T) {
	var h Histogram
	h.RecordMany(time.Second, 3)
	h.RecordMany(-1, 2)
	h.RecordMany(time.Minute, 0)
	if h.Count() != 3 || h.OutOfRange() != 2 || !within(h.Max(), time.Second) {
		t.Errorf("%d values up to %v, %d out of range", h.Count(), h.Max(), h.OutOfRange())
	}
}

// TestAddShareKeepsTheShape: the given share of a histogram is added, evenly over its
// distribution.
func TestAddShareKeepsTheShape(t *testing.T) {
	part := new(Histogram)
	for i := range 1000 {
		part.Record(time.Duration(i+1) * time.Millisecond)
	}
	for _, share := range []float64{0, 0.001, 0.25, 0.5, 1, 1.5, 3} {
		h := new(Histogram)
		h.AddShare(part, share)
		if want := int64(math.Round(1000 * share)); h.Count() != want {
			t.Errorf("share %v: got %d, want %d", share, h.Count(), want)
		}
		if got := h.At(50); share >= 0.25 && (got < 490*time.Millisecond || got > 510*time.Millisecond) {
			t.Errorf("share %v: the median is %v", share, got)
		}
	}
	part.AddShare(new(Histogram), 1)
	if part.Count() != 1000 {
		t.Errorf("%d values after none were added", part.Count())
	}
}

// TestAbsorbedIsNotChangedByTheOther: the two share memory until one of them records.
func TestAbsorbedIsNotChangedByTheOther(t *testing.T) {
	for what, record := range map[string]func(h, other *Histogram){
		"neither": func(_, _ *Histogram) {},
		"the one": func(h, _ *Histogram) { h.Record(time.Second) },
		"other":   func(_, other *Histogram) { other.Record(time.Second) },
		"both":    func(h, other *Histogram) { h.Record(time.Second); other.Merge(of(time.Minute, time.Hour)) },
	} {
		var h, third Histogram
		other := of(time.Millisecond, -1)
		h.Absorb(other)
		third.Absorb(&h)
		record(&h, other)
		want := map[string][2]int64{"neither": {1, 1}, "the one": {2, 1}, "other": {1, 2}, "both": {2, 3}}[what]
		if h.Count() != want[0] || other.Count() != want[1] || third.Count() != 1 || h.OutOfRange() != 1 {
			t.Errorf("%s records: %d, %d and %d durations, want %v and 1", what, h.Count(), other.Count(), third.Count(), want)
		}
		third.Absorb(other)
		if third.Count() != 1+want[1] || other.Count() != want[1] {
			t.Errorf("%s records: absorbed twice: %d durations, and %d are left", what, third.Count(), other.Count())
		}
	}
}

func TestAbsorbingTakesNoMemory(t *testing.T) {
	other := of(time.Millisecond)
	if n := testing.AllocsPerRun(100, func() { var h Histogram; h.Absorb(other) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
