package check

import "sort"

// realTime compares the order of positions with the order of time. It goes through the
// entries of one counter by time, and remembers the highest position that any client had
// seen. A write that began later and has no higher position, or a strong read that began
// later and saw a lower one, fits into no order that agrees with the clock.
type realTime struct {
	invoked, returned []entry // not yet passed by the clock, in no order

	begun, ended           []entry // being passed; memory that is used again
	begunOrder, endedOrder []uint64

	top       told // the highest position that a strong entry told of
	topSeen   told // eventual reads included: what anybody saw had been written
	staircase []told
	trimmed   bool // the staircase has lost its lowest steps

	writes    pairs // writes that began after their position was told of
	stale     pairs // strong reads behind a position told of before
	strong    int64 // reads examined
	staleness Staleness
}

// told is an entry whose answer had arrived.
type told struct {
	entry
	known bool
}

// pairs counts violations and keeps the first: late began after early had
// returned, and comes before it by position.
type pairs struct {
	count       int64
	early, late entry
}

func (p *pairs) add(early, late entry) {
	if p.count++; p.count == 1 {
		p.early, p.late = early, late
	}
}

// longestStaircase bounds how far back the lag of an eventual read is measured
// in time.
const longestStaircase = 1 << 16

func (r *realTime) add(e entry) {
	r.invoked = append(r.invoked, e)
	r.returned = append(r.returned, e)
}

// advance passes the entries that began before now. All entries that returned
// before now must have been added.
func (r *realTime) advance(now int64) {
	r.begun = split(&r.invoked, r.begun[:0], func(e *entry) bool { return e.invoked < now })
	r.ended = split(&r.returned, r.ended[:0], func(e *entry) bool { return e.returned < now })
	r.begunOrder = order(r.begun, func(e *entry) int64 { return e.invoked }, r.begunOrder)
	r.endedOrder = order(r.ended, func(e *entry) int64 { return e.returned }, r.endedOrder)
	next := 0
	for _, i := range r.begunOrder {
		e := &r.begun[i]
		for ; next < len(r.endedOrder) && r.ended[r.endedOrder[next]].returned < e.invoked; next++ {
			r.pass(&r.ended[r.endedOrder[next]])
		}
		r.examine(e)
	}
	for _, i := range r.endedOrder[next:] {
		r.pass(&r.ended[i])
	}
	if extra := len(r.staircase) - longestStaircase; extra > longestStaircase {
		r.staircase = append(r.staircase[:0], r.staircase[extra:]...)
		r.trimmed = true
	}
}

// certain is the time before which all entries that began had also ended by now.
func (r *realTime) certain(now int64) int64 {
	mark := now
	for i := range r.invoked {
		if e := &r.invoked[i]; e.returned >= now {
			mark = min(mark, e.invoked)
		}
	}
	return mark
}

// split moves the entries that match to taken.
func split(entries *[]entry, taken []entry, match func(*entry) bool) []entry {
	kept := (*entries)[:0]
	for i := range *entries {
		if e := &(*entries)[i]; match(e) {
			taken = append(taken, *e)
		} else {
			kept = append(kept, *e)
		}
	}
	*entries = kept
	return taken
}

// pass remembers what a client has been told.
func (r *realTime) pass(e *entry) {
	if !r.topSeen.known || e.at > r.topSeen.at {
		r.topSeen = told{*e, true}
	}
	if e.kind == eventualRead {
		return
	}
	if !r.top.known || e.at > r.top.at {
		r.top = told{*e, true}
		r.staircase = append(r.staircase, r.top)
	}
}

// examine compares an entry with what had been told when it began.
func (r *realTime) examine(e *entry) {
	switch e.kind {
	case acknowledged:
		if r.topSeen.known && r.topSeen.at > e.from {
			r.writes.add(r.topSeen.entry, *e)
		}
	case strongRead:
		r.strong++
		if r.topSeen.known && r.topSeen.at > e.at {
			r.stale.add(r.topSeen.entry, *e)
		}
	case eventualRead:
		r.measure(e)
	}
}

// measure finds how far an eventual read was behind, in positions and in time since a
// higher position had first been returned.
func (r *realTime) measure(e *entry) {
	var positions, time int64
	if r.top.known && r.top.at > e.at {
		positions = r.top.at - e.at
		first := sort.Search(len(r.staircase), func(i int) bool { return r.staircase[i].at > e.at })
		time = e.invoked - r.staircase[first].returned
		if first == 0 && r.trimmed {
			r.staleness.Older++
		}
	}
	r.staleness.add(positions, time)
}

// toldBy returns the entry with the highest position that had been returned before the
// time.
func (r *realTime) toldBy(time int64) (entry, bool) {
	after := sort.Search(len(r.staircase), func(i int) bool { return r.staircase[i].returned >= time })
	if after == 0 {
		return entry{}, false
	}
	return r.staircase[after-1].entry, true
}
