package check

import (
	"cmp"
	"slices"
)

// maxPlacements bounds how many ways to explain the missing states are kept. maxSteps
// bounds the search for ways to fill one gap.
const (
	maxPlacements = 1024
	maxSteps      = 1 << 18
)

// placement explains the missing states of one counter by its hidden writes: writes
// without an answer, and writes that were acknowledged without a state.
//
// Writes without an answer differ only in their delta and their invocation. The write
// that made a missing state was invoked before the next entry returned. So only the
// number of writes used of each delta matters: the u-th write used must be among the u
// earliest, and the u earliest must have been invoked in time (Hall's condition for
// nested sets). With one or two deltas, there is only one way to explain a gap of known
// length and sum. With more, all ways are followed, up to [maxPlacements].
//
// An acknowledged write must have been made, and before every entry that began after
// the write returned: see [answered]. If there are such writes, only one way is
// followed.
//
// If some of the writes are conditional, a [walk] explains the missing states.
type placement struct {
	walk          *walk // nil: no condition is used
	unconditional bool  // conditions are no longer taken into account
	deltas        []int64
	classes       map[int64]int // by delta
	invoked       [][]int64     // the invocations of the writes without an answer, for each delta; sorted when clean
	answered      []answered    // for each delta
	clean         bool
	ways          [][]int // how many writes without an answer are used, for each delta
	ranked        []int   // the classes by rising delta, when clean
	rank          []int   // of each class
	partial       bool    // there are more ways than are kept
	// undecided is true if the missing states cannot be explained any more.
	undecided bool
	ordered   bool  // the operations of a worker come one after another
	waiting   int64 // acknowledged writes that have no place yet
	placed    int64 // those that have one
}

// class returns the index of a delta in the fields above.
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
	steps int64 // the number of states, or oneWay or anySteps
	sum   int64 // of the deltas
}

// Special values of steps, if the number of states is not known.
const (
	oneWay   = -1 // but all deltas have one sign
	anySteps = -2
)

// fill extends every way by numbers of writes, invoked by the given time, that fill g.
// The gap begins at the value from. If there are no such numbers, fill changes nothing
// and returns false.
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
	search := filling{placement: p, by: by, budget: maxSteps}
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

// keep replaces the ways by those that were found.
func (p *placement) keep(found []found) {
	ways := make([][]int, len(found))
	for i := range found {
		ways[i] = found[i].used
	}
	slices.SortFunc(ways, slices.Compare[[]int])
	ways = slices.CompactFunc(ways, slices.Equal[[]int])
	if len(ways) > maxPlacements {
		p.partial, ways = true, ways[:maxPlacements]
	}
	p.ways = ways
}

// fillOnce fills g while acknowledged writes wait for a place. It gives up if there is
// more than one way to do so.
func (p *placement) fillOnce(g gap, by int64) bool {
	for class := range p.answered {
		p.answered[class].arrive(by)
	}
	search := filling{placement: p, by: by, budget: maxSteps}
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

// take uses n writes of a class: first acknowledged ones, because they must have a
// place. It returns the latest of their invocations.
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

// cross gives up if a write of another delta has a place, but began after an
// acknowledged write without a place had ended. It is then unknown whether other
// choices would work; within one delta, the choice is always the best one.
func (p *placement) cross(invoked int64, class int) {
	for other := range p.answered {
		if a := &p.answered[other]; other != class && a.before(invoked) {
			p.undecided = true
		}
	}
}

// overdue removes the acknowledged writes that must stand before e, but have no place.
// It calls lost for each.
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

// release frees the acknowledged writes that may have been made before the first state
// that was returned: they may have a place, but need not have one.
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

// settle merges acknowledged writes that nothing later can distinguish.
func (p *placement) settle(after, before int64) {
	if p.waiting == 0 {
		return
	}
	for class := range p.answered {
		p.answered[class].settle(after, before)
	}
}

func magnitude(n int64) int64 { return max(n, -n) }
