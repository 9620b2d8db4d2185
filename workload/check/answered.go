package check

import (
	"cmp"
	"slices"
)

// hidden is a write, or some that are alike, that was acknowledged without a
// state: it was made within its interval.
type hidden struct {
	invoked, returned int64 // ns
	sequence          int64
	count             int64
	worker            int32
}

// sooner reports whether a write must have its place before another.
func (w *hidden) sooner(than *hidden) bool {
	return w.returned < than.returned || w.returned == than.returned && w.invoked < than.invoked
}

// answered holds the hidden writes of one delta that have no place yet. A place
// is a missing state; it has to be after every entry that ended before the write
// began, and before every entry that began after its end. Both bounds rise with
// the position, so the best choice for a place is the write whose end comes
// first (the earliest deadline of unit jobs).
type answered struct {
	coming []hidden // began after all states followed so far, by invocation if sorted
	sorted bool
	heap   []hidden // may stand in the next gap, by return
	ready  int      // writes in the heap
	taken  int64    // the latest return of one that was given a place
}

func (a *answered) add(e *entry) {
	a.coming = append(a.coming, hidden{invoked: e.invoked, returned: e.returned, sequence: e.sequence, count: 1, worker: e.worker})
	a.sorted = false
}

// arrive moves what was invoked by the time into the heap.
func (a *answered) arrive(by int64) {
	if !a.sorted {
		slices.SortFunc(a.coming, func(x, y hidden) int { return cmp.Compare(y.invoked, x.invoked) })
		a.sorted = true
	}
	for last := len(a.coming) - 1; last >= 0 && a.coming[last].invoked <= by; last-- {
		a.push(a.coming[last])
		a.coming = a.coming[:last]
	}
}

func (a *answered) push(w hidden) {
	a.ready += int(w.count)
	a.heap = append(a.heap, w)
	for i := len(a.heap) - 1; i > 0 && a.heap[i].sooner(&a.heap[(i-1)/2]); i = (i - 1) / 2 {
		a.heap[i], a.heap[(i-1)/2] = a.heap[(i-1)/2], a.heap[i]
	}
}

// remove takes a write out of the heap.
func (a *answered) remove(i int) hidden {
	w, last := a.heap[i], len(a.heap)-1
	a.ready -= int(w.count)
	rest := a.heap[last]
	a.heap = a.heap[:last]
	if i == last {
		return w
	}
	a.heap[i] = rest
	for ; i > 0 && a.heap[i].sooner(&a.heap[(i-1)/2]); i = (i - 1) / 2 {
		a.heap[i], a.heap[(i-1)/2] = a.heap[(i-1)/2], a.heap[i]
	}
	for {
		least := i
		for _, child := range []int{2*i + 1, 2*i + 2} {
			if child < last && a.heap[child].sooner(&a.heap[least]) {
				least = child
			}
		}
		if least == i {
			return w
		}
		a.heap[i], a.heap[least] = a.heap[least], a.heap[i]
		i = least
	}
}

// take gives up to n of the writes their places, and tells how many, and when
// the last of them was invoked.
func (a *answered) take(n int) (latest int64, taken int) {
	for taken < n && len(a.heap) > 0 {
		first := &a.heap[0]
		latest, a.taken = max(latest, first.invoked), max(a.taken, first.returned)
		if rest := int64(n - taken); first.count > rest {
			first.count -= rest
			a.ready -= int(rest)
			return latest, n
		}
		taken += int(a.remove(0).count)
	}
	return latest, taken
}

// before reports whether a write that may stand in the next gap ended before the
// time.
func (a *answered) before(time int64) bool { return len(a.heap) > 0 && a.heap[0].returned < time }

// next takes out a write that e comes after: that ended before e began, or, at
// the same time, one of the worker's own.
func (a *answered) next(e *entry, ordered bool) (w hidden, found bool) {
	if len(a.heap) == 0 || a.heap[0].returned > e.invoked {
		return hidden{}, false
	}
	if a.before(e.invoked) {
		return a.remove(0), true
	}
	// Another write that ended then may have been given the place.
	if !ordered || e.sequence == 0 || a.taken >= e.invoked {
		return hidden{}, false
	}
	own := slices.IndexFunc(a.heap, func(w hidden) bool {
		return w.returned == e.invoked && w.worker == e.worker && w.sequence < e.sequence
	})
	if own < 0 {
		return hidden{}, false
	}
	return a.remove(own), true
}

// settle counts as one the writes that began after the first time and ended
// before the second, if no entry that is yet to be followed can tell them apart.
func (a *answered) settle(after, before int64) {
	kept, one := a.coming[:0], hidden{}
	for _, w := range a.coming {
		switch {
		case w.invoked <= after || w.returned >= before:
			kept = append(kept, w)
		case one.count == 0:
			one = w
		default:
			one.count += w.count
			one.invoked, one.returned = max(one.invoked, w.invoked), min(one.returned, w.returned)
		}
	}
	if one.count > 0 {
		kept = append(kept, one)
	}
	a.coming, a.sorted = kept, false
}

// release takes out what was invoked by the time.
func (a *answered) release(by int64) []hidden {
	a.arrive(by)
	released := a.heap
	a.heap, a.ready = nil, 0
	return released
}
