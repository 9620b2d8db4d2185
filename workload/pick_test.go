package workload

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"contend/internal/history"
)

func counts(pick Pick, counters, workers int, draws int64) []int {
	p, got := newPicker(pick, counters), make([]int, counters)
	for w := range workers {
		random := rand.New(rand.NewPCG(1, uint64(w)))
		for n := range draws {
			got[p.next(random, w, n)]++
		}
	}
	return got
}

func TestPick(t *testing.T) {
	const draws = 20000
	for i, n := range counts(Pick{Kind: PickUniform}, 4, 1, draws) {
		near(t, "uniform", i, n, draws/4)
	}
	for i, n := range counts(Pick{Kind: PickRoundRobin}, 4, 2, 100) {
		check(t, "round-robin", n, 50)
		_ = i
	}
	for i, n := range counts(Pick{Kind: PickOwn}, 3, 5, 10) {
		check(t, "own", n, []int{20, 20, 10}[i])
	}
	for _, s := range []float64{0.5, 1, 1.1, 3} {
		const counters = 10
		sum := 0.0
		for k := 1; k <= counters; k++ {
			sum += math.Pow(float64(k), -s)
		}
		for i, n := range counts(Pick{Kind: PickZipf, Zipf: s}, counters, 1, draws) {
			near(t, "zipf", i, n, draws*math.Pow(float64(i+1), -s)/sum)
		}
	}
}

// near allows five standard deviations of a Poisson count.
func near(t *testing.T, what string, i, got int, want float64) {
	t.Helper()
	if math.Abs(float64(got)-want) > 5*math.Sqrt(want)+1 {
		t.Errorf("%s: counter %d was picked %d times, want about %.0f", what, i, got, want)
	}
}

func TestRoundRobinSpreadsTheWorkers(t *testing.T) {
	p := newPicker(Pick{Kind: PickRoundRobin}, 3)
	for w := range 3 {
		check(t, "first of worker", p.next(nil, w, 0), w)
	}
}

func TestMixNeverPicksWeightZero(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	mix := Mix{history.Increment: 0, history.Decrement: 3, history.Read: 1}
	var got [3]int
	for range 10000 {
		got[mix.pick(random)]++
	}
	check(t, "increments", got[history.Increment], 0)
	near(t, "decrements", 1, got[history.Decrement], 7500)
}

func TestBuckets(t *testing.T) {
	for d := time.Microsecond; d < 2*time.Hour; d = d*5/4 + time.Microsecond {
		bound, middle := bucketEnd(bucketOf(d)), bucketMiddle(bucketOf(d))
		if d < time.Hour && (bound <= d || float64(bound) > float64(d)*1.063+2000) {
			t.Errorf("%v is in a bucket that ends at %v", d, bound)
		}
		if off := (middle - d).Abs(); d < time.Hour && off > d/32+time.Microsecond {
			t.Errorf("%v is in a bucket around %v", d, middle)
		}
	}
	check(t, "negative", bucketOf(-time.Second), 0)
	check(t, "huge", bucketOf(1000*time.Hour), buckets-1)
}
