package hist

import (
	"math"
	"math/big"
	"testing"
	"time"
)

func TestRankIsTheLeastThatPercentDoNotExceed(t *testing.T) {
	for _, c := range []struct {
		percentile float64
		count      int64
		want       int64
	}{
		{50, 0, 0},
		{50, 1, 1},
		{50, 2, 1},
		{50, 3, 2},
		{90, 16, 15}, // 14.4: the nearest rank would be the 14th
		{99, 60, 60},
		{99, 100, 99},
		{99, 101, 100},
		{99.9, 1000, 999}, // the float64 is above 99.9
		{99.9, 1001, 1000},
		{99.99, 10000, 9999},
		{0.07, 10000, 7},
		{1e-9, 5, 1},
		{100, 7, 7},
		{100, math.MaxInt64, math.MaxInt64},
		{50, math.MaxInt64, math.MaxInt64/2 + 1},
	} {
		if got := Rank(c.percentile, c.count); got != c.want {
			t.Errorf("percentile %v of %d: got rank %d, want %d", c.percentile, c.count, got, c.want)
		}
	}
}

// TestEveryRankIsFound: whatever the number of values, At gives exactly the value
// of the rank, never its neighbour.
func TestEveryRankIsFound(t *testing.T) {
	for _, count := range []int64{1, 2, 3, 7, 16, 97, 1000, 1023} {
		h := new(Histogram)
		for i := range count {
			h.Record(time.Duration(i+1) * time.Microsecond) // 1000 figures are told apart, up to 2048 µs
		}
		for rank := int64(1); rank <= count; rank++ {
			if got := h.counts.ValueAtPercentile(percentileOfRank(rank, count)); got != rank {
				t.Fatalf("rank %d of %d: got the %dth value", rank, count, got)
			}
		}
	}
}

// TestRankOfManyValues: the right rank is asked of hdrhistogram, even for counts that a
// float64 does not hold exactly.
func TestRankOfManyValues(t *testing.T) {
	for _, count := range []int64{1e9 + 7, 1 << 40, 1<<44 + 1} {
		for _, rank := range []int64{1, count / 3, count / 2, count - 1, count} {
			asked := int64(percentileOfRank(rank, count)/100*float64(count) + 0.5)
			if asked != rank {
				t.Errorf("rank %d of %d: hdrhistogram takes %d", rank, count, asked)
			}
		}
	}
}

func FuzzRank(f *testing.F) {
	f.Add(uint16(999), int64(1000))
	f.Add(uint16(900), int64(16))
	f.Fuzz(func(t *testing.T, permille uint16, count int64) {
		if permille == 0 || permille > 1000 || count < 1 {
			return
		}
		rank := Rank(float64(permille)/10, count)
		covers := func(rank int64) bool { // rank·1000 ≥ permille·count
			left, right := big.NewInt(rank), big.NewInt(count)
			return left.Mul(left, big.NewInt(1000)).Cmp(right.Mul(right, big.NewInt(int64(permille)))) >= 0
		}
		if !covers(rank) || rank > 1 && covers(rank-1) || rank < 1 || rank > count {
			t.Errorf("%d of 1000 of %d values: got rank %d", permille, count, rank)
		}
	})
}

func TestFewestValuesOfAPercentile(t *testing.T) {
	for percentile, want := range map[float64]int64{0.001: 2, 50: 2, 51: 3, 90: 10, 95: 20, 99: 100, 99.5: 200, 99.9: 1000, 99.99: 10000, 99.999999: 100000000, 100: 0} {
		got := Fewest(percentile)
		if got != want {
			t.Errorf("percentile %v: got %d, want %d", percentile, got, want)
		}
		if want > 1 && (Rank(percentile, got-1) != got-1 || Rank(percentile, got) == got) {
			t.Errorf("percentile %v: of %d values it is the %dth, of %d the %dth", percentile, got-1, Rank(percentile, got-1), got, Rank(percentile, got))
		}
	}
}
