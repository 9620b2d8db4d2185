package fleet

import (
	"math"
	"math/rand/v2"
	"sort"

	"contend/workload/scenario"
)

// picker chooses counters. It is read-only and shared by all workers.
type picker struct {
	pick  scenario.Pick
	count int
	// cumulative[k] is the probability of a rank of at most k, for zipf.
	cumulative []float64
}

func newPicker(pick scenario.Pick, count int) *picker {
	p := &picker{pick: pick, count: count}
	if pick.Kind != scenario.PickZipf {
		return p
	}
	p.cumulative = make([]float64, count)
	sum := 0.0
	for k := range p.cumulative {
		sum += math.Pow(float64(k+1), -pick.Zipf)
		p.cumulative[k] = sum
	}
	for k := range p.cumulative {
		p.cumulative[k] /= sum
	}
	return p
}

// other is a counter that is not the given one, each with the same probability.
func (p *picker) other(random *rand.Rand, counter int) int {
	other := random.IntN(p.count - 1)
	if other >= counter {
		other++
	}
	return other
}

// next is the counter of a worker's n-th operation, counted from 0. Round-robin
// starts worker w at counter w, so that the workers are spread from the start.
func (p *picker) next(random *rand.Rand, worker int, n int64) int {
	switch p.pick.Kind {
	case scenario.PickOwn:
		return worker % p.count
	case scenario.PickRoundRobin:
		return int((int64(worker) + n) % int64(p.count))
	case scenario.PickZipf:
		return min(sort.SearchFloat64s(p.cumulative, random.Float64()), p.count-1)
	}
	return random.IntN(p.count)
}
