package clock

// agenda is what happens next: a heap with four children a node, which has half the
// levels of one with two.
type agenda []entry

// entry is a moment at which somebody has a turn. It is small, because the agenda of a
// hundred thousand processes does not fit into the processor's cache.
type entry struct {
	at    int64
	order uint64 // of entries of the same moment
	turn  *turn
}

// turn is who has one: a process that goes on, or something else that happens.
type turn struct {
	process *process
	do      func() // instead of a process; nil if there is one
	order   uint64 // of the entry that counts
}

// isStale reports whether another entry has taken the place of this one.
func (e *entry) isStale() bool { return e.order != e.turn.order }

func (e *entry) before(other *entry) bool {
	return e.at < other.at || e.at == other.at && e.order < other.order
}

const children = 4

func (a *agenda) add(e entry) {
	*a = append(*a, e)
	h := *a
	i := len(h) - 1
	for i > 0 {
		parent := (i - 1) / children
		if !e.before(&h[parent]) {
			break
		}
		h[i] = h[parent]
		i = parent
	}
	h[i] = e
}

// next takes the first entry; false if there is none.
func (a *agenda) next() (first entry, ok bool) {
	h := *a
	if len(h) == 0 {
		return entry{}, false
	}
	first = h[0]
	last := len(h) - 1
	moved := h[last]
	h[last] = entry{}
	h = h[:last]
	*a = h
	if last > 0 {
		h.sink(moved)
	}
	return first, true
}

// sink puts an entry in the place of the first, or below.
func (a agenda) sink(e entry) {
	i := 0
	for {
		least := i*children + 1
		if least >= len(a) {
			break
		}
		for c := least + 1; c < min(i*children+1+children, len(a)); c++ {
			if a[c].before(&a[least]) {
				least = c
			}
		}
		if !a[least].before(&e) {
			break
		}
		a[i] = a[least]
		i = least
	}
	a[i] = e
}
