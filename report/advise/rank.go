package advise

import (
	"slices"

	"contend/counter"
	"contend/workload/check"
)

const (
	// slower is how far below the highest throughput a cheaper candidate may be.
	slower = 0.9
	// dear is how many times as much as the cheapest a candidate may cost for its
	// throughput to count as the highest. Candidates with less than half of the highest
	// throughput do not count as the cheapest.
	dear, slow = 3, 0.5
	// alike is the ratio of costs within which p99 decides.
	alike = 1.05
	// A change is advised if throughput or cost becomes better by the factor worthwhile, or
	// p99, which varies more, by worthwhileP99.
	worthwhile, worthwhileP99 = 1.1, 2
)

// class orders candidates before any figure does: whether they count exactly, meet the
// thresholds, and keep up with an open loop. Less is better.
func (c *Candidate) class() [3]int {
	class := [3]int{2, 0, 0}
	switch {
	case c.Inexact:
	case c.Verdict == check.Pass:
		class[0] = 0
	case c.Verdict == check.Inconclusive:
		class[0] = 1
	}
	if len(c.Missed) > 0 {
		class[1] = 1
	}
	if c.Behind {
		class[2] = 1
	}
	return class
}

// rank gives each candidate its place.
func (a *Advice) rank() {
	left := a.among(func(*Candidate) bool { return true })
	for place := 1; len(left) > 0; place++ {
		best := a.best(left)
		a.Candidates[best].Rank = place
		left = slices.DeleteFunc(left, func(i int) bool { return i == best })
	}
}

// among lists the indices of some candidates.
func (a *Advice) among(has func(*Candidate) bool) []int {
	var list []int
	for i := range a.Candidates {
		if has(&a.Candidates[i]) {
			list = append(list, i)
		}
	}
	return list
}

// best is the best of some candidates, of which there is at least one.
func (a *Advice) best(of []int) int {
	at := func(i int) *Candidate { return &a.Candidates[i] }
	first := slices.MinFunc(of, func(i, j int) int {
		x, y := at(i).class(), at(j).class()
		return slices.Compare(x[:], y[:])
	})
	pool := keep(of, func(i int) bool { return at(i).class() == at(first).class() })
	if !a.Open || at(first).Behind {
		pool = a.fast(pool)
	}
	cheapest := extreme(pool, func(i int) float64 { return -at(i).cost() })
	pool = keep(pool, func(i int) bool { return at(i).cost() <= alike*at(cheapest).cost() })
	return extreme(pool, func(i int) float64 { return -valueOf(at(i).P99MS) })
}

// fast are the candidates that are about as fast as the fastest whose price is in
// proportion.
func (a *Advice) fast(pool []int) []int {
	speed := func(i int) float64 { return valueOf(a.Candidates[i].ThroughputPerS) }
	cost := func(i int) float64 { return a.Candidates[i].cost() }
	fastest := extreme(pool, speed)
	cheapest := extreme(keep(pool, func(i int) bool { return speed(i) >= slow*speed(fastest) }), func(i int) float64 { return -cost(i) })
	affordable := keep(pool, func(i int) bool { return cost(i) <= dear*cost(cheapest) })
	highest := speed(extreme(affordable, speed))
	return keep(affordable, func(i int) bool { return speed(i) >= slower*highest })
}

// extreme is the element with the largest value, the first of several.
func extreme(list []int, value func(int) float64) int {
	best := list[0]
	for _, i := range list[1:] {
		if value(i) > value(best) {
			best = i
		}
	}
	return best
}

func keep(list []int, wanted func(int) bool) []int {
	var kept []int
	for _, i := range list {
		if wanted(i) {
			kept = append(kept, i)
		}
	}
	return kept
}

func (c *Candidate) cost() float64 { return valueOf(c.USDPerMillion) }

// better reports whether a change is worth its trouble.
func (a *Advice) better(to, from *Candidate) bool {
	x, y := to.class(), from.class()
	if order := slices.Compare(x[:], y[:]); order != 0 {
		return order < 0
	}
	return !a.Open && valueOf(to.ThroughputPerS) >= worthwhile*valueOf(from.ThroughputPerS) ||
		worthwhile*to.cost() <= from.cost() && from.cost() > 0 ||
		worthwhileP99*valueOf(to.P99MS) <= valueOf(from.P99MS) && valueOf(from.P99MS) > 0
}

// recommend chooses the best policy for the design as it is, and the best design.
func (a *Advice) recommend() {
	own := a.Candidates[0].Strategy
	a.Policy = a.recommended(a.among(func(c *Candidate) bool { return c.Strategy == own }), 0)
	a.Design = a.recommended(a.among(func(c *Candidate) bool { return !a.NeedsOneProcess(c.Strategy) }), a.Policy.Candidate)
}

// NeedsOneProcess reports whether a design is never advised because it only helps if one
// process makes all operations, which it merges. A scenario that has that design says so.
func (a *Advice) NeedsOneProcess(strategy string) bool {
	return strategy == counter.CombiningName && a.Candidates[0].Strategy != strategy
}

// Ranked lists the indices of the candidates, the best first.
func (a *Advice) Ranked() []int {
	list := a.among(func(*Candidate) bool { return true })
	slices.SortFunc(list, func(i, j int) int { return a.Candidates[i].Rank - a.Candidates[j].Rank })
	return list
}

// recommended is the best of some candidates, unless one of them, from, is as good.
func (a *Advice) recommended(list []int, from int) Recommendation {
	r := Recommendation{Candidate: a.best(list)}
	if r.Candidate != from && a.better(&a.Candidates[r.Candidate], &a.Candidates[from]) {
		r.Change = true
	} else {
		r.Candidate = from
	}
	rest := keep(list, func(i int) bool { return i != r.Candidate })
	next := -1
	if len(rest) > 0 {
		next = a.best(rest)
	}
	a.explain(&r, from, next)
	return r
}
