package check

import (
	"slices"
	"sort"
)

// found is a way to fill one gap.
type found struct{ base, used []int }

// filling is the search for the ways to fill one gap. It goes through the deltas
// from the least to the greatest.
type filling struct {
	*placement
	by     int64
	base   []int // numbers used before
	used   []int // and in this gap
	found  []found
	budget int

	available []int64 // of each class
	count     []int64 // available of the ranks before each one
	sum       []int64 // of their deltas
}

// begin looks for what can follow one way.
func (f *filling) begin(way []int) {
	many := len(f.deltas)
	f.base, f.used = way, make([]int, many)
	f.available, f.count, f.sum = make([]int64, many), make([]int64, many+1), make([]int64, many+1)
	for rank, class := range f.ranked {
		n, _ := slices.BinarySearch(f.invoked[class][way[class]:], f.by+1)
		f.available[class] = int64(n + f.answered[class].ready)
		f.count[rank+1] = f.count[rank] + f.available[class]
		f.sum[rank+1] = f.sum[rank] + f.available[class]*f.deltas[class]
	}
}

// extend fills g with writes of this rank of deltas and the higher ones.
func (f *filling) extend(rank int, g gap) {
	if g.sum == 0 && g.steps <= 0 {
		f.found = append(f.found, found{f.base, slices.Clone(f.used)})
		if g.steps != anySteps {
			return
		}
	}
	switch left := len(f.deltas) - rank; {
	case g.steps == 0 || left == 0:
		return
	case g.steps == 1:
		if only, known := f.classes[g.sum]; known && f.rank[only] >= rank {
			f.take(f.rank[only], 1, g)
		}
		return
	case left == 1 && f.deltas[f.ranked[rank]] != 0:
		f.one(rank, g)
		return
	case left == 2 && g.steps > 0:
		f.two(rank, g)
		return
	}
	for ; rank < len(f.deltas) && f.reachable(rank, g); rank++ {
		for n := int64(1); f.budget > 0 && f.take(rank, n, g); n++ {
		}
		if f.budget--; f.budget <= 0 || len(f.found) > 2*maxPlacements {
			f.budget = 0
			return
		}
	}
}

// reachable reports whether the sum is within the range that the ranks from this one on
// can make; not every sum in the range need be possible.
func (f *filling) reachable(rank int, g gap) bool {
	switch last := len(f.deltas); g.steps {
	case oneWay:
		return magnitude(f.sum[last]-f.sum[rank]) >= magnitude(g.sum)
	case anySteps:
		up, down := int64(0), int64(0)
		for _, class := range f.ranked[rank:] {
			up += max(f.deltas[class], 0) * f.available[class]
			down += min(f.deltas[class], 0) * f.available[class]
		}
		return down <= g.sum && g.sum <= up
	default:
		return f.count[last]-f.count[rank] >= g.steps && f.least(rank, g.steps) <= g.sum && g.sum <= f.most(rank, g.steps)
	}
}

// least returns the smallest sum of so many writes from the rank on.
func (f *filling) least(rank int, n int64) int64 {
	whole := rank + sort.Search(len(f.deltas)-rank, func(i int) bool { return f.count[rank+i+1]-f.count[rank] > n })
	sum := f.sum[whole] - f.sum[rank]
	if rest := n - (f.count[whole] - f.count[rank]); rest > 0 {
		sum += rest * f.deltas[f.ranked[whole]]
	}
	return sum
}

// most returns the largest sum of so many writes from the rank on.
func (f *filling) most(rank int, n int64) int64 {
	last := len(f.deltas)
	whole := rank + sort.Search(last-rank, func(i int) bool { return f.count[last]-f.count[rank+i] <= n })
	sum := f.sum[last] - f.sum[whole]
	if rest := n - (f.count[last] - f.count[whole]); rest > 0 {
		sum += rest * f.deltas[f.ranked[whole-1]]
	}
	return sum
}

// one returns the only number of writes of the last rank that fills g.
func (f *filling) one(rank int, g gap) {
	n := g.steps
	if n < 0 {
		n = g.sum / f.deltas[f.ranked[rank]]
	}
	if n > 0 {
		f.take(rank, n, g)
	}
}

// two returns the only number of writes of the last rank but one for which the last rank
// can fill the rest: the solution of x + y = steps and ax + by = sum.
func (f *filling) two(rank int, g gap) {
	if g.steps > f.count[rank+2]-f.count[rank] {
		return
	}
	a, b := f.deltas[f.ranked[rank]], f.deltas[f.ranked[rank+1]]
	if n := (g.sum - g.steps*b) / (a - b); n >= 0 {
		f.take(rank, n, g)
	}
}

// take uses n writes of the rank, and reports whether there are so many that fit
// into g.
func (f *filling) take(rank int, n int64, g gap) bool {
	class := f.ranked[rank]
	delta := f.deltas[class]
	switch {
	case g.steps >= 0 && n > g.steps, n > f.available[class]:
		return false
	case g.steps == oneWay && magnitude(n*delta) > magnitude(g.sum):
		return false
	}
	f.budget--
	g.sum -= n * delta
	if g.steps >= 0 {
		g.steps -= n
	}
	f.used[class] += int(n)
	f.extend(rank+1, g)
	f.used[class] -= int(n)
	return true
}
