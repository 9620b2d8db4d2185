package check

import (
	"cmp"
	"slices"
	"sort"
)

// mostPlacements bounds how many ways to explain the missing states are kept,
// and mostSteps the search for the ways to fill one gap.
const (
	mostPlacements = 1024
	mostSteps      = 1 << 18
)

// placement explains the missing states of one counter by its hidden writes:
// those without an answer, and those that were acknowledged without a state.
//
// Writes without an answer are alike but for their delta and their invocation,
// and a missing state before an entry must have been made by a write that was
// invoked before that entry returned. So only the number used of each delta
// matters: the u-th write used must be among the u earliest, and the earliest u
// have to be invoked in time (Hall's condition for nested sets). One or two
// deltas leave one way to explain a gap of known length and sum; with more, the
// ways are followed, up to [mostPlacements] of them.
//
// A write that was acknowledged must have been made, and before every entry that
// began after its return: see [answered]. Where there are such writes, only one
// way is followed.
//
// Where some of the writes are conditional, a [walk] explains the missing states.
type placement struct {
	walk          *walk // nil: no condition is used
	unconditional bool  // conditions are no longer used
	deltas        []int64
	classes       map[int64]int // by delta
	invoked       [][]int64     // of writes without an answer, of each delta, sorted when clean
	answered      []answered    // of each delta
	clean         bool
	ways          [][]int // numbers used of those without an answer, by delta
	ranked        []int   // the classes by rising delta, when clean
	rank          []int   // of each class
	partial       bool    // there are more ways than are kept
	// undecided: nothing more can be said of the missing states.
	undecided bool
	ordered   bool  // the operations of a worker come one after another
	waiting   int64 // acknowledged writes that have no place yet
	placed    int64 // those that have one
}

// class finds the place of a delta.
func (p *placement) class(delta int64) int {
	class, known := p.classes[delta]
	if known {
		return class
	}
	if p.classes == nil {
		p.classes = map[int64]int{}
	}
	class = len(p.deltas)
	p.classes[delta] = class
	p.deltas = append(p.deltas, delta)
	p.invoked = append(p.invoked, nil)
	p.answered = append(p.answered, answered{})
	for i := range p.ways {
		p.ways[i] = append(p.ways[i], 0)
	}
	p.clean = false
	return class
}

// add enters a write without an answer.
func (p *placement) add(w unknownWrite) {
	if p.walk != nil || p.begins(w) {
		p.walk.add(w)
		return
	}
	class := p.class(w.delta)
	p.invoked[class] = append(p.invoked[class], w.invoked)
	p.clean = false
}

// acknowledge enters a write that was acknowledged without a state.
func (p *placement) acknowledge(e *entry) {
	p.forget()
	p.waiting++
	p.answered[p.class(e.delta)].add(e)
}

func (p *placement) tidy() {
	if p.clean {
		return
	}
	for _, invoked := range p.invoked {
		slices.Sort(invoked)
	}
	p.ranked, p.rank = make([]int, len(p.deltas)), make([]int, len(p.deltas))
	for class := range p.ranked {
		p.ranked[class] = class
	}
	slices.SortFunc(p.ranked, func(a, b int) int { return cmp.Compare(p.deltas[a], p.deltas[b]) })
	for rank, class := range p.ranked {
		p.rank[class] = rank
	}
	p.clean = true
}

// gap is a stretch of missing states.
type gap struct {
	steps int64 // how many states, or oneWay or anySteps
	sum   int64 // of the deltas
}

// Numbers of states that are not known.
const (
	oneWay   = -1 // but all deltas have one sign
	anySteps = -2
)

// fill extends every way by the numbers of writes, invoked by the time, that
// fill g, which begins at a value. It reports false, and changes nothing, if there
// are none.
func (p *placement) fill(from int64, g gap, by int64) bool {
	if p.walk != nil {
		switch p.walk.fill(from, g, by) {
		case possible:
			return true
		case impossible:
			return false
		}
		p.forget()
	}
	if p.undecided {
		return true
	}
	p.tidy()
	if p.ways == nil {
		p.ways = [][]int{make([]int, len(p.deltas))}
	}
	if p.waiting > 0 {
		return p.fillOnce(g, by)
	}
	search := filling{placement: p, by: by, budget: mostSteps}
	for _, way := range p.ways {
		search.begin(way)
		search.extend(0, g)
	}
	if len(search.found) == 0 {
		p.undecided = p.partial || search.budget <= 0
		return p.undecided
	}
	p.partial = p.partial || search.budget <= 0
	for _, way := range search.found {
		for class := range way.used {
			way.used[class] += way.base[class]
		}
	}
	p.keep(search.found)
	return true
}

// keep replaces the ways.
func (p *placement) keep(found []found) {
	ways := make([][]int, len(found))
	for i := range found {
		ways[i] = found[i].used
	}
	slices.SortFunc(ways, slices.Compare[[]int])
	ways = slices.CompactFunc(ways, slices.Equal[[]int])
	if len(ways) > mostPlacements {
		p.partial, ways = true, ways[:mostPlacements]
	}
	p.ways = ways
}

// fillOnce fills g where acknowledged writes wait for a place. It gives up if
// there is more than one way.
func (p *placement) fillOnce(g gap, by int64) bool {
	for class := range p.answered {
		p.answered[class].arrive(by)
	}
	search := filling{placement: p, by: by, budget: mostSteps}
	search.begin(p.ways[0])
	search.extend(0, g)
	switch {
	case len(p.ways) > 1, p.partial, search.budget <= 0, len(search.found) > 1:
		p.undecided = true
		return true
	case len(search.found) == 0:
		return false
	}
	used := search.found[0].used
	latest := make([]int64, len(used))
	for class, n := range used {
		if n > 0 {
			latest[class] = p.take(class, n)
		}
	}
	for class, n := range used {
		if n > 0 {
			p.cross(latest[class], class)
		}
	}
	return true
}

// take uses writes of a class, acknowledged ones first, which cannot wait for
// ever. It returns the latest invocation of them.
func (p *placement) take(class, n int) (latest int64) {
	latest, taken := p.answered[class].take(n)
	p.waiting -= int64(taken)
	p.placed += int64(taken)
	if rest := n - taken; rest > 0 {
		p.ways[0][class] += rest
		latest = max(latest, p.invoked[class][p.ways[0][class]-1])
	}
	return latest
}

// cross gives up if an acknowledged write of another delta than that of a write
// that has its place ended before that one began, and has no place yet: whether
// other choices would do is not known. Of one delta, the choice is the best.
func (p *placement) cross(invoked int64, class int) {
	for other := range p.answered {
		if a := &p.answered[other]; other != class && a.before(invoked) {
			p.undecided = true
		}
	}
}

// overdue takes out the acknowledged writes without a place that must stand
// before e.
func (p *placement) overdue(e *entry, lost func(delta int64, w hidden)) {
	if p.waiting == 0 || p.undecided {
		return
	}
	for class := range p.answered {
		a := &p.answered[class]
		a.arrive(e.invoked)
		for w, found := a.next(e, p.ordered); found; w, found = a.next(e, p.ordered) {
			p.waiting -= w.count
			lost(p.deltas[class], w)
		}
	}
}

// release frees the acknowledged writes that may have been made before the first
// state that was told: each may have a place, and need not.
func (p *placement) release(by int64) {
	for class := range p.answered {
		for _, w := range p.answered[class].release(by) {
			p.waiting -= w.count
			for range w.count {
				p.invoked[class] = append(p.invoked[class], w.invoked)
			}
			p.clean = false
		}
	}
}

// settle counts acknowledged writes as one that nothing will tell apart.
func (p *placement) settle(after, before int64) {
	if p.waiting == 0 {
		return
	}
	for class := range p.answered {
		p.answered[class].settle(after, before)
	}
}

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
		if f.budget--; f.budget <= 0 || len(f.found) > 2*mostPlacements {
			f.budget = 0
			return
		}
	}
}

// reachable reports whether the ranks from this one on can make the sum, but for
// gaps in what they can make.
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

// least is the least sum of so many writes from the rank on.
func (f *filling) least(rank int, n int64) int64 {
	whole := rank + sort.Search(len(f.deltas)-rank, func(i int) bool { return f.count[rank+i+1]-f.count[rank] > n })
	sum := f.sum[whole] - f.sum[rank]
	if rest := n - (f.count[whole] - f.count[rank]); rest > 0 {
		sum += rest * f.deltas[f.ranked[whole]]
	}
	return sum
}

// most is the greatest sum of so many writes from the rank on.
func (f *filling) most(rank int, n int64) int64 {
	last := len(f.deltas)
	whole := rank + sort.Search(last-rank, func(i int) bool { return f.count[last]-f.count[rank+i] <= n })
	sum := f.sum[last] - f.sum[whole]
	if rest := n - (f.count[last] - f.count[whole]); rest > 0 {
		sum += rest * f.deltas[f.ranked[whole-1]]
	}
	return sum
}

// one is the only number of the last rank that fills g.
func (f *filling) one(rank int, g gap) {
	n := g.steps
	if n < 0 {
		n = g.sum / f.deltas[f.ranked[rank]]
	}
	if n > 0 {
		f.take(rank, n, g)
	}
}

// two is the only number of the last but one rank that leaves a filling for the
// last: of two equations, x + y = steps and ax + by = sum.
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

func magnitude(n int64) int64 { return max(n, -n) }
