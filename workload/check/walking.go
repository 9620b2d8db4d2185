package check

import "slices"

// doubt is the ways to fill some gaps, of which one was taken. Each is the edges
// that it uses beside those that all use, by number.
type doubt struct{ ways [][]*edge }

// mark says of every edge of the doubt in which doubt it is.
func (d *doubt) mark(now *doubt) {
	for _, way := range d.ways {
		for _, e := range way {
			e.doubt = now
		}
	}
}

// doubtsOf finds the doubts that the ways meet, in the order of the edges.
func doubtsOf(ways [][]*edge) []*doubt {
	var met []*doubt
	for _, way := range ways {
		for _, e := range way {
			if e.doubt != nil && !slices.Contains(met, e.doubt) {
				met = append(met, e.doubt)
			}
		}
	}
	return met
}

// walking is the search for the walks that fill one gap.
type walking struct {
	*walk
	by     int64
	path   []*edge
	found  [][]*edge
	budget int
}

// extend walks on from a value.
func (s *walking) extend(value int64, g gap) {
	if g.sum == 0 && g.steps <= 0 {
		s.budget -= len(s.path)
		s.found = append(s.found, inOrder(slices.Clone(s.path)))
		if len(s.found) > 2*maxPlacements {
			s.budget = 0
		}
		if g.steps != anySteps {
			return
		}
	}
	switch {
	case g.steps == 0 || g.steps > 0 && s.most == 0 && g.sum != 0:
	case g.steps > 0 && g.sum != 0 && (magnitude(g.sum)-1)/s.most >= g.steps:
	case g.steps == 1:
		s.try(s.edges[edgeKey{value, g.sum, false}], value, g)
		s.tryFree(s.edges[edgeKey{0, g.sum, true}], value, g)
	default:
		for e := s.from[value]; e != nil; e = e.next {
			s.try(e, value, g)
		}
		for _, e := range s.free {
			s.tryFree(e, value, g)
		}
	}
}

// try takes an edge if there is one and it fits into g.
func (s *walking) try(e *edge, value int64, g gap) {
	s.budget--
	if e == nil || s.budget <= 0 || !g.fits(e.delta) || e.left(s.by) <= 0 {
		return
	}
	e.taken++
	s.path = append(s.path, e)
	rest := gap{g.steps, g.sum - e.delta}
	if g.steps > 0 {
		rest.steps--
	}
	s.extend(value+e.delta, rest)
	s.path = s.path[:len(s.path)-1]
	e.taken--
}

// tryFree takes an edge from every value. One from this value alone is as good
// where it is there to be taken, since the other is of use elsewhere too.
func (s *walking) tryFree(e *edge, value int64, g gap) {
	if e == nil {
		return
	}
	own := s.edges[edgeKey{value, e.delta, false}]
	if own != nil && own.doubt == nil && own.left(s.by) > 0 {
		return
	}
	s.try(e, value, g)
}
