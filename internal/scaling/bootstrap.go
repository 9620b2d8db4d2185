package scaling

import (
	"math"
	"math/rand/v2"
	"slices"
)

// LeastRepeats is how often each N must have been observed if parameters are to have
// intervals.
const LeastRepeats = 3

// bound sets the intervals of the parameters by a bootstrap: at each N as many observations
// are drawn as there were, with replacement (Efron, "Bootstrap methods", 1979). The
// interval holds the middle 95 % of the parameters that such draws give. Draws from m
// observations vary less than new ones would, by √((m−1)/m): the interval is widened by as
// much (Hesterberg, "What teachers should know about the bootstrap", 2015).
func (c *Curve) bound(observations []Observation, counts map[float64]int, seed uint64) {
	const draws, tail = 400, 10
	fewest := len(observations)
	for _, n := range counts {
		fewest = min(fewest, n)
	}
	if fewest < LeastRepeats {
		return
	}
	wider := math.Sqrt(float64(fewest) / float64(fewest-1))
	groups := grouped(observations)
	random := rand.New(rand.NewPCG(seed, 0))
	values := make([][]float64, len(c.Parameters))
	for range draws {
		drawn := make([]Observation, 0, len(observations))
		for _, group := range groups {
			for range group {
				drawn = append(drawn, group[random.IntN(len(group))])
			}
		}
		again, ok := c.Model.fit(drawn)
		if !ok {
			return // draws without a curve leave no interval
		}
		for i, p := range again.Parameters {
			values[i] = append(values[i], p.Value)
		}
	}
	for i := range c.Parameters {
		slices.Sort(values[i])
		p := &c.Parameters[i]
		p.Low = max(p.Value-wider*(p.Value-values[i][tail]), 0)
		p.High, p.Bounded = p.Value+wider*(values[i][draws-1-tail]-p.Value), true
	}
}

// grouped splits observations by N, in ascending order.
func grouped(observations []Observation) [][]Observation {
	sorted := slices.Clone(observations)
	slices.SortStableFunc(sorted, func(a, b Observation) int {
		switch {
		case a.Workers < b.Workers:
			return -1
		case a.Workers > b.Workers:
			return 1
		}
		return 0
	})
	var groups [][]Observation
	for i, o := range sorted {
		if i == 0 || sorted[i-1].Workers != o.Workers {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], o)
	}
	return groups
}
