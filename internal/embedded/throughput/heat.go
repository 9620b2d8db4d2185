package throughput

import (
	"maps"
	"math"
	"slices"
	"time"
)

// heat is what a range was asked for since it first had too few units. The zero value is
// a range that had enough.
type heat struct {
	since time.Time
	asked map[place]float64 // units
}

func (h *heat) begin(now time.Time) {
	h.since, h.asked = now, map[place]float64{}
}

func (h *heat) note(p place, units float64) {
	if h.asked != nil {
		h.asked[p] += units
	}
}

// splitForHeat splits the i-th range so that its halves are asked for as nearly the same
// as possible. It reports false for a range of which a single item is asked: no split helps
// it.
func (t *Table) splitForHeat(i int, s Side) bool {
	asked := t.ranges[i].heat[s].asked
	places := slices.SortedFunc(maps.Keys(asked), place.compare)
	if len(places) < 2 {
		return false
	}
	var whole, below float64
	for _, p := range places {
		whole += asked[p]
	}
	best, off := 0, math.Inf(1)
	for k, p := range places[:len(places)-1] {
		below += asked[p]
		if d := math.Abs(below - whole/2); d < off {
			best, off = k+1, d
		}
	}
	t.split(i, places[best])
	return true
}
