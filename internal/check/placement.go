package check

import "slices"

// mostPlacements bounds how many ways to explain the missing states are kept.
const mostPlacements = 1024

// placement explains the missing states of one counter by its unknown writes.
//
// Unknown writes of the same delta are alike but for their invocation, and a
// missing state before an entry must have been made by a write that was invoked
// before that entry returned. So only the number used of each delta matters:
// the u-th write used must be among the u earliest, and the earliest u have to
// be invoked in time (Hall's condition for nested sets). One or two deltas leave
// one way to explain a gap of known length and sum; with more, all ways are
// followed, up to [mostPlacements] of them.
type placement struct {
	deltas    []int64
	invoked   [][]int64 // of each delta, sorted when clean
	clean     bool
	ways      [][]int // numbers used, by delta
	undecided bool    // there were too many ways
}

func (p *placement) add(w unknownWrite) {
	class := slices.Index(p.deltas, w.delta)
	if class < 0 {
		class = len(p.deltas)
		p.deltas = append(p.deltas, w.delta)
		p.invoked = append(p.invoked, nil)
		for i := range p.ways {
			p.ways[i] = append(p.ways[i], 0)
		}
	}
	p.invoked[class] = append(p.invoked[class], w.invoked)
	p.clean = false
}

func (p *placement) tidy() {
	if p.clean {
		return
	}
	for _, invoked := range p.invoked {
		slices.Sort(invoked)
	}
	p.clean = true
}

// gap is a stretch of missing states.
type gap struct {
	steps int64 // how many states; -1: not known
	sum   int64 // of the deltas
}

// fill extends every way by all numbers of writes, invoked by the time, that
// fill g. It reports false, and changes nothing, if there are none.
func (p *placement) fill(g gap, by int64) bool {
	if p.undecided {
		return true
	}
	p.tidy()
	ways := p.ways
	if ways == nil {
		ways = [][]int{make([]int, len(p.deltas))}
	}
	search := &filling{placement: p, by: by, budget: 64 * mostPlacements}
	for _, way := range ways {
		search.used = way
		search.extend(0, g)
	}
	if search.budget <= 0 || len(search.found) > mostPlacements {
		p.undecided = true
		return true
	}
	return p.keep(search.found)
}

// hold drops the ways that need a write invoked after the time. It reports
// false, and changes nothing, if none is left.
func (p *placement) hold(by int64) bool {
	if p.undecided || len(p.ways) == 0 {
		return true
	}
	p.tidy()
	late := func(way []int) bool { return !p.inTime(way, by) }
	if !slices.ContainsFunc(p.ways, late) {
		return true
	}
	return p.keep(slices.DeleteFunc(slices.Clone(p.ways), late))
}

func (p *placement) inTime(way []int, by int64) bool {
	for class, used := range way {
		if used > 0 && p.invoked[class][used-1] > by {
			return false
		}
	}
	return true
}

// keep replaces the ways unless none is left.
func (p *placement) keep(ways [][]int) bool {
	if len(ways) == 0 {
		return false
	}
	slices.SortFunc(ways, slices.Compare[[]int])
	p.ways = slices.CompactFunc(ways, slices.Equal[[]int])
	return true
}

// filling is the search for the ways to fill one gap.
type filling struct {
	*placement
	by     int64
	used   []int
	found  [][]int
	budget int
}

// extend fills g with writes of this class of deltas and the later ones.
func (f *filling) extend(class int, g gap) {
	if f.budget--; f.budget <= 0 {
		return
	}
	switch left := len(f.deltas) - class; {
	case left == 0:
		if g.sum == 0 && g.steps <= 0 {
			f.found = append(f.found, slices.Clone(f.used))
		}
	case left == 1:
		f.one(class, g)
	case left == 2 && g.steps >= 0:
		f.two(class, g)
	default:
		for n := 0; f.possible(class, n, g) && f.budget > 0; n++ {
			f.take(class, n, g)
		}
	}
}

// one is the only number of the last class that fills g.
func (f *filling) one(class int, g gap) {
	n := g.steps
	if delta := f.deltas[class]; n < 0 && delta != 0 {
		n = g.sum / delta
	}
	if n >= 0 && f.possible(class, int(n), g) {
		f.take(class, int(n), g)
	}
}

// two is the only number of the last but one class that leaves a filling for
// the last: of two equations, x + y = steps and ax + by = sum.
func (f *filling) two(class int, g gap) {
	a, b := f.deltas[class], f.deltas[class+1]
	if n := (g.sum - g.steps*b) / (a - b); n >= 0 && f.possible(class, int(n), g) {
		f.take(class, int(n), g)
	}
}

func (f *filling) take(class, n int, g gap) {
	way := f.used
	f.used = slices.Clone(way)
	f.used[class] += n
	g.sum -= int64(n) * f.deltas[class]
	if g.steps >= 0 {
		g.steps -= int64(n)
	}
	f.extend(class+1, g)
	f.used = way
}

// possible reports whether n more writes of the class are there in time and fit
// into g.
func (f *filling) possible(class, n int, g gap) bool {
	if g.steps >= 0 && int64(n) > g.steps {
		return false
	}
	if g.steps < 0 && magnitude(int64(n)*f.deltas[class]) > magnitude(g.sum) {
		return false
	}
	u := f.used[class] + n
	return n == 0 || u <= len(f.invoked[class]) && f.invoked[class][u-1] <= f.by
}

func magnitude(n int64) int64 { return max(n, -n) }
