package check

import (
	"cmp"
	"slices"
	"sort"
)

// walk explains the missing states of one counter by hidden writes of which some
// are conditional. A conditional write of d that was built on u can only have
// been made where the counter held u: it is an edge from u to u+d. The condition
// is about the value and not the version, so it may hold again later. A write
// without a condition is an edge from every value. A gap is filled by a walk from
// the value before it to that after it, on edges that were sent in time.
//
// Usually there is one such walk, and looking up the values on the way finds it. If there
// are several, they are kept until a later gap decides between them. Gaps that compete for
// the same edges are kept together, others apart. If there are too many walks, the
// conditions are ignored: see [placement.forget].
type walk struct {
	edges  map[edgeKey]*edge
	from   map[int64]*edge // the first of the edges from a value
	free   []*edge         // those from every value
	all    []*edge         // by number
	most   int64           // the greatest size of a delta
	budget int             // steps that are left
}

// edgeKey identifies an edge.
type edgeKey struct {
	built, delta int64
	free         bool
}

// edge is a set of hidden writes that differ only in their invocation. As in [placement],
// the earliest of them are used, and these have to be invoked in time.
type edge struct {
	edgeKey
	number  int
	invoked []int64 // sorted if clean
	clean   bool
	used    int    // by every way that is kept
	taken   int    // by the walk that is being tried
	doubt   *doubt // nil: it is used as often as used says
	next    *edge  // another one from the same value
}

// filled is the result of filling a gap.
type filled uint8

const (
	tooMany    filled = iota // there are too many ways to follow them
	impossible               // there is none
	possible
)

const (
	// walkSteps bounds the time of all walks of one counter, beside a few steps
	// for each hidden write.
	walkSteps    = 1 << 22
	stepsForEdge = 16
)

func newWalk() *walk {
	return &walk{edges: map[edgeKey]*edge{}, from: map[int64]*edge{}, budget: walkSteps}
}

// add enters a hidden write.
func (w *walk) add(u unknownWrite) {
	w.budget += stepsForEdge
	e := w.edge(edgeKey{u.built, u.delta, !u.isBuilt})
	e.invoked, e.clean = append(e.invoked, u.invoked), false
}

// edge finds the edge of a key.
func (w *walk) edge(key edgeKey) *edge {
	if key.free {
		key.built = 0
	}
	if e := w.edges[key]; e != nil {
		return e
	}
	e := &edge{edgeKey: key, number: len(w.all)}
	if key.free {
		w.free = append(w.free, e)
	} else {
		e.next = w.from[key.built]
		w.from[key.built] = e
	}
	w.edges[key] = e
	w.all = append(w.all, e)
	w.most = max(w.most, magnitude(key.delta))
	return e
}

// left is how many writes of the edge, sent by the time, the walk may still use.
func (e *edge) left(by int64) int {
	if !e.clean {
		slices.Sort(e.invoked)
		e.clean = true
	}
	rest := e.invoked[e.used:]
	return sort.Search(len(rest), func(i int) bool { return rest[i] > by }) - e.taken
}

// fill keeps the ways that fill g from a value on. It changes nothing if there are
// none, or too many.
func (w *walk) fill(from int64, g gap, by int64) filled {
	s := walking{walk: w, by: by, budget: min(w.budget, maxSteps)}
	before := s.budget
	s.extend(from, g)
	w.budget -= before - s.budget
	if s.budget <= 0 {
		return tooMany
	}
	ways := distinct(s.found)
	met := doubtsOf(ways)
	for _, d := range met {
		var whole bool
		if ways, whole = w.combine(ways, d.ways, by); !whole {
			return tooMany
		}
	}
	if len(ways) == 0 {
		return impossible
	}
	if len(ways) > maxPlacements {
		return tooMany
	}
	for _, d := range met {
		d.mark(nil)
	}
	keep(ways)
	return possible
}

// keep uses the edges that all ways use, and leaves the others in doubt.
func keep(ways [][]*edge) {
	common := ways[0]
	for _, way := range ways[1:] {
		common = both(common, way)
	}
	for _, e := range common {
		e.used++
	}
	if len(ways) == 1 {
		return
	}
	d := &doubt{ways}
	for i := range ways {
		ways[i] = without(ways[i], common)
	}
	d.mark(d)
}

// combine joins every way with every one of others, if there are writes enough for
// both. It reports false if that is too much.
func (w *walk) combine(ways, others [][]*edge, by int64) (joined [][]*edge, whole bool) {
	for _, way := range ways {
		for _, other := range others {
			w.budget -= 1 + len(way) + len(other)
			if w.budget <= 0 || len(joined) > 2*maxPlacements {
				return nil, false
			}
			if one := inOrder(slices.Concat(way, other)); enough(one, by) {
				joined = append(joined, one)
			}
		}
	}
	return distinct(joined), true
}

// enough reports whether there are as many writes of each edge, sent by the time,
// as a way uses.
func enough(way []*edge, by int64) bool {
	for first := 0; first < len(way); {
		next := first
		for next < len(way) && way[next] == way[first] {
			next++
		}
		if next-first > way[first].left(by) {
			return false
		}
		first = next
	}
	return true
}

func byNumber(a, b *edge) int { return cmp.Compare(a.number, b.number) }

func inOrder(way []*edge) []*edge {
	slices.SortFunc(way, byNumber)
	return way
}

// distinct leaves one of the ways that use the same edges.
func distinct(ways [][]*edge) [][]*edge {
	slices.SortFunc(ways, func(a, b []*edge) int { return slices.CompareFunc(a, b, byNumber) })
	return slices.CompactFunc(ways, slices.Equal[[]*edge])
}

// both is what two ways use, and without is what one uses beside a part of it.
func both(a, b []*edge) []*edge {
	var common []*edge
	for len(a) > 0 && len(b) > 0 {
		switch order := byNumber(a[0], b[0]); {
		case order < 0:
			a = a[1:]
		case order > 0:
			b = b[1:]
		default:
			common, a, b = append(common, a[0]), a[1:], b[1:]
		}
	}
	return common
}

func without(way, part []*edge) []*edge {
	var rest []*edge
	for _, e := range way {
		if len(part) > 0 && part[0] == e {
			part = part[1:]
			continue
		}
		rest = append(rest, e)
	}
	return rest
}

// used is how many writes one of the ways takes.
func (w *walk) used() int {
	n, seen := 0, map[*doubt]bool{}
	for _, e := range w.all {
		n += e.used
		if d := e.doubt; d != nil && !seen[d] {
			seen[d] = true
			n += len(d.ways[0])
		}
	}
	return n
}

// fits reports whether a write of the delta can be in the gap, judging by the signs alone.
func (g gap) fits(delta int64) bool {
	if g.steps != oneWay {
		return true
	}
	return delta != 0 && (delta > 0) == (g.sum > 0) && magnitude(delta) <= magnitude(g.sum)
}

// begins reports whether conditions are to be used from now on. What there is
// without one is entered.
func (p *placement) begins(u unknownWrite) bool {
	if !u.isBuilt || p.unconditional || p.undecided || p.partial || len(p.ways) > 1 {
		return false
	}
	p.walk = newWalk()
	p.tidy()
	for class, invoked := range p.invoked {
		e := p.walk.edge(edgeKey{delta: p.deltas[class], free: true})
		e.invoked, e.clean = invoked, true
		if p.ways != nil {
			e.used = p.ways[0][class]
		}
		p.walk.budget += stepsForEdge * len(invoked)
	}
	p.deltas, p.classes, p.invoked, p.answered, p.ways, p.clean = nil, nil, nil, nil, nil, false
	return true
}

// forget forgets the conditions, from now on and of what has been explained so
// far: what is left of the ways is how many writes of each delta they use.
func (p *placement) forget() {
	w := p.walk
	p.walk, p.unconditional = nil, true
	if w == nil {
		return
	}
	for _, e := range w.all {
		class := p.class(e.delta)
		p.invoked[class] = append(p.invoked[class], e.invoked...)
	}
	used := make([]int, len(p.deltas))
	for _, e := range w.all {
		used[p.classes[e.delta]] += e.used
	}
	p.ways, p.clean = [][]int{used}, false
	for _, e := range w.all {
		if d := e.doubt; d != nil {
			d.mark(nil)
			p.count(d)
		}
	}
}

// count extends the ways by those of a doubt, as numbers of writes of each delta.
func (p *placement) count(d *doubt) {
	numbers := make([][]int, len(d.ways))
	for i, way := range d.ways {
		for _, e := range way {
			numbers[i] = append(numbers[i], p.classes[e.delta])
		}
		slices.Sort(numbers[i])
	}
	slices.SortFunc(numbers, slices.Compare[[]int])
	numbers = slices.CompactFunc(numbers, slices.Equal[[]int])
	if len(numbers)*len(p.ways) > maxPlacements {
		p.undecided = true
		return
	}
	var ways [][]int
	for _, way := range p.ways {
		for _, more := range numbers {
			sum := slices.Clone(way)
			for _, class := range more {
				sum[class]++
			}
			ways = append(ways, sum)
		}
	}
	slices.SortFunc(ways, slices.Compare[[]int])
	p.ways = slices.CompactFunc(ways, slices.Equal[[]int])
}
