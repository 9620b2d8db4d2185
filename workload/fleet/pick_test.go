package fleet

import (
	"math"
	"math/rand/v2"
	"testing"

	"contend/workload/scenario"
)

func counts(pick scenario.Pick, counters, workers int, draws int64) []int {
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
	for i, n := range counts(scenario.Pick{Kind: scenario.PickUniform}, 4, 1, draws) {
		near(t, "uniform", i, n, draws/4)
	}
	for i, n := range counts(scenario.Pick{Kind: scenario.PickRoundRobin}, 4, 2, 100) {
		check(t, "round-robin", n, 50)
		_ = i
	}
	for i, n := range counts(scenario.Pick{Kind: scenario.PickOwn}, 3, 5, 10) {
		check(t, "own", n, []int{20, 20, 10}[i])
	}
	for _, s := range []float64{0.5, 1, 1.1, 3} {
		const counters = 10
		sum := 0.0
		for k := 1; k <= counters; k++ {
			sum += math.Pow(float64(k), -s)
		}
		for i, n := range counts(scenario.Pick{Kind: scenario.PickZipf, Zipf: s}, counters, 1, draws) {
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
	p := newPicker(scenario.Pick{Kind: scenario.PickRoundRobin}, 3)
	for w := range 3 {
		check(t, "first of worker", p.next(nil, w, 0), w)
	}
}
