package check

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"

	"contend/workload/history"
)

// search looks for an order of what happened to a counter: of one whose states
// have no versions and whose values go both ways, and of any other, beside its
// positions, as long as its history is short. It goes through time and keeps every
// way in which the writes and readings under way can have been made so far; a
// write or reading is decided no later than at its end. So a sequential history
// keeps one way, and a moment at which nothing is under way forgets all but the
// values that the counter can have then.
//
// Writes that differ in nothing but their ends are made in the order of these:
// exchanging two of them changes nothing. A reading of what the counter holds is
// made at once: it changes nothing, and none is lost by it.
//
// With too much under way at a time the ways are too many. Then the search lets
// go, and takes hold again when nothing is under way: what was acknowledged has
// then been made, in whatever order.
type search struct {
	least  *int64  // what no decrement may go below; nil: none
	plain  *search // the same without least, if that is one
	coming []fact  // invoked later than time has come, in no order

	slots   [mostUnderWay]fact
	taken   uint64   // the slots in use
	ends    []ending // of what is under way, the earliest first
	classes []class  // of writes without an answer
	ways    []way
	lost    bool  // too much is under way
	settled int64 // the first value, and all acknowledged writes so far
	steps   int64 // acknowledged writes so far
	first   int64 // the version before the first operation; 0: versions are not compared
	budget  int64 // steps that are left

	held       int64 // writes and readings that found their place
	missed     int64 // those that were not searched
	cutAt      int64 // from here on, writes may be missing
	useless    string
	broken     string // the first that has no place in any order
	misread    bool   // it is a reading
	noPlaceFor entry  // it, as far as a picture shows it

	seen map[way]bool // memory that is used again
	next map[way]bool
	more []way
}

const (
	mostUnderWay = 64
	mostWays     = 1 << 11
	mostClasses  = 16
	// mostConditions bounds the classes that are conditional, so that there is
	// room for others; further conditions are not used.
	mostConditions = 12
	mostEnds       = 1 << 16
	mostOfClass    = math.MaxUint8
	// searchSteps bounds the time of all searches of one counter, beside a few
	// steps for each write and reading.
	searchSteps  = 1 << 22
	stepsForEach = 8
)

// way is one possible past.
type way struct {
	made  uint64 // slots whose write or reading has been made
	value int64
	steps int64              // writes that have been made: the versions since the start
	used  [mostClasses]uint8 // writes without an answer that have been made
}

// ending is when the fact of a slot has to have been made.
type ending struct {
	at   int64
	slot int // -1: it is not searched
}

// class is writes without an answer that are alike.
type class struct {
	delta, built int64
	isBuilt      bool
	sent         int
}

func newSearch(from history.State, least *int64) *search {
	start := from.Value
	s := &search{least: least, settled: start, first: from.Version, cutAt: math.MaxInt64, budget: searchSteps, seen: map[way]bool{}, next: map[way]bool{}}
	s.ways = []way{{value: start}}
	if start > farthest || start < -farthest {
		s.giveUp("its numbers are too large to be followed")
	}
	return s
}

func (s *search) giveUp(why string) {
	if s.useless == "" {
		s.useless = why
	}
	s.coming, s.ways, s.ends = nil, nil, nil
}

func (s *search) over() bool { return s.useless != "" || s.broken != "" }

// add enters an operation that has ended.
func (s *search) add(op *history.Op) { factsOf(op, s.tell) }

func (s *search) tell(f fact) {
	const most = farthest >> 20
	switch {
	case s.over() || f.refuse && s.least == nil:
	case f.delta > most || f.delta < -most || f.told && (f.value > farthest || f.value < -farthest):
		s.giveUp("its numbers are too large to be followed")
	default:
		s.coming = append(s.coming, f)
	}
}

// advance passes what was invoked before now. All of that must have been added.
func (s *search) advance(now int64) {
	if s.over() {
		return
	}
	now = min(now, s.cutAt)
	var begun []fact
	later := s.coming[:0]
	for i := range s.coming {
		if s.coming[i].invoked < now {
			begun = append(begun, s.coming[i])
		} else {
			later = append(later, s.coming[i])
		}
	}
	s.coming = later
	slices.SortStableFunc(begun, func(a, b fact) int { return cmp.Compare(a.invoked, b.invoked) })
	for i := range begun {
		s.end(begun[i].invoked)
		if s.begin(&begun[i]); s.over() {
			return
		}
	}
	s.end(now)
}

// end decides what ends before the time.
func (s *search) end(before int64) {
	for len(s.ends) > 0 && s.ends[0].at < before && !s.over() {
		slot := s.ends[0].slot
		s.ends = s.ends[1:]
		switch {
		case slot >= 0 && !s.lost:
			s.decide(slot)
		default:
			s.missed++
		}
		if s.lost && len(s.ends) == 0 {
			s.takeHold()
		}
	}
}

// begin lets a write or reading be made from now on.
func (s *search) begin(f *fact) {
	s.budget += stepsForEach
	if f.open {
		s.send(f)
		return
	}
	if !f.isRead() {
		s.settled += f.delta
		s.steps++
	}
	if s.settled > farthest || s.settled < -farthest {
		s.giveUp("its numbers are too large to be followed")
		return
	}
	slot := -1
	if !s.lost {
		for slot = 0; slot < mostUnderWay && s.taken&(1<<slot) != 0; slot++ {
		}
		if slot == mostUnderWay {
			s.letGo()
			slot = -1
		} else {
			s.slots[slot], s.taken = *f, s.taken|1<<slot
		}
	}
	at := ending{f.returned, slot}
	place, _ := slices.BinarySearchFunc(s.ends, at, func(a, b ending) int { return cmp.Compare(a.at, b.at) })
	if s.ends = slices.Insert(s.ends, place, at); len(s.ends) > mostEnds {
		s.giveUp("too much was under way at a time")
	}
}

// send enters a write without an answer.
func (s *search) send(f *fact) {
	if f.delta == 0 && !f.isBuilt && s.first == 0 {
		return
	}
	if f.isBuilt && len(s.classes) >= mostConditions {
		f.isBuilt = false
	}
	same := func(c class) bool {
		return c.delta == f.delta && c.isBuilt == f.isBuilt && (!c.isBuilt || c.built == f.built)
	}
	i := slices.IndexFunc(s.classes, same)
	if i < 0 && len(s.classes) < mostClasses {
		i = len(s.classes)
		s.classes = append(s.classes, class{delta: f.delta, built: f.built, isBuilt: f.isBuilt})
	}
	if i < 0 || s.classes[i].sent == mostOfClass {
		s.giveUp("too many writes had no answer")
		return
	}
	s.classes[i].sent++
}

// letGo stops the search until nothing is under way.
func (s *search) letGo() {
	s.lost, s.taken, s.ways = true, 0, nil
	for i := range s.ends {
		s.ends[i].slot = -1
	}
}

// takeHold begins again, with all values that the counter can hold now.
func (s *search) takeHold() {
	ways := []way{{value: s.settled, steps: s.steps}}
	for i := range s.classes {
		c := &s.classes[i]
		for _, w := range ways {
			for n := 1; n <= c.sent && len(ways) <= mostWays; n++ {
				w.used[i]++
				w.value += c.delta
				w.steps++
				ways = append(ways, w)
			}
		}
	}
	if len(ways) <= mostWays {
		s.ways, s.lost = ways, false
	}
}

// decide keeps the ways in which the slot's fact has been made, and all those
// into which others lead by making it now, after any of what is under way.
func (s *search) decide(slot int) {
	clear(s.seen)
	clear(s.next)
	s.more = append(s.more[:0], s.ways...)
	for len(s.more) > 0 {
		w := s.more[len(s.more)-1]
		s.more = s.more[:len(s.more)-1]
		s.budget--
		w = s.readAll(w)
		if w.made&(1<<slot) != 0 {
			w.made &^= 1 << slot
			s.next[w] = true
			continue
		}
		if s.seen[w] {
			continue
		}
		s.seen[w] = true
		if s.budget < 0 || len(s.seen)+len(s.next) > mostWays {
			s.missed++
			s.letGo()
			return
		}
		s.extend(w, slot)
	}
	if len(s.next) == 0 {
		s.broken, s.misread, s.noPlaceFor = s.noPlace(slot), s.slots[slot].isRead(), s.slots[slot].entry
		return
	}
	s.held++
	s.taken &^= 1 << slot
	s.ways = s.ways[:0]
	for w := range s.next {
		s.ways = append(s.ways, w)
	}
}

// readAll makes every reading of what the counter holds.
func (s *search) readAll(w way) way {
	for left := s.taken &^ w.made; left != 0; left &= left - 1 {
		slot := lowest(left)
		if f := &s.slots[slot]; f.isRead() && s.reads(f, &w) {
			w.made |= 1 << slot
		}
	}
	return w
}

// reads reports whether a reading, or a refusal, fits a value.
func (s *search) reads(f *fact, w *way) bool {
	if f.refuse {
		return w.value+f.delta < *s.least
	}
	return f.value == w.value && s.versionFits(f, w.steps)
}

// versionFits reports whether the version that was told is that after so many
// writes.
func (s *search) versionFits(f *fact, steps int64) bool {
	return s.first == 0 || f.version == 0 || f.version == s.first+steps
}

// extend adds the ways in which one more write has been made. Where nothing
// under way depends on a value, no write but the slot's own is needed.
func (s *search) extend(w way, slot int) {
	if f := &s.slots[slot]; !f.isRead() {
		s.write(w, slot)
		if s.free(f) && !s.dependent(w, slot) {
			return
		}
	}
	for left := s.taken &^ w.made &^ (1 << slot); left != 0; left &= left - 1 {
		other := lowest(left)
		if f := &s.slots[other]; !f.isRead() && !s.follows(w, other) {
			s.write(w, other)
		}
	}
	for i := range s.classes {
		c := &s.classes[i]
		if int(w.used[i]) == c.sent || c.isBuilt && c.built != w.value || !s.allowed(w.value, c.delta) || s.answers(w, c) {
			continue
		}
		after := w
		after.used[i]++
		after.value += c.delta
		after.steps++
		s.more = append(s.more, after)
	}
}

// write makes the write of a slot, if it can be made now.
func (s *search) write(w way, slot int) {
	f := &s.slots[slot]
	after := w.value + f.delta
	if f.isBuilt && f.built != w.value || f.told && (f.value != after || !s.versionFits(f, w.steps+1)) || !s.allowed(w.value, f.delta) {
		return
	}
	w.made |= 1 << slot
	w.value = after
	w.steps++
	s.more = append(s.more, w)
}

func (s *search) allowed(value, delta int64) bool {
	return s.least == nil || delta >= 0 || value+delta >= *s.least
}

// free reports whether a write can be made at any value.
func (s *search) free(f *fact) bool {
	return !f.isRead() && !f.told && !f.isBuilt && (s.least == nil || f.delta >= 0)
}

// dependent reports whether anything else that can be made depends on a value.
func (s *search) dependent(w way, slot int) bool {
	for i := range s.classes {
		if c := &s.classes[i]; c.isBuilt && int(w.used[i]) < c.sent {
			return true
		}
	}
	for left := s.taken &^ w.made &^ (1 << slot); left != 0; left &= left - 1 {
		if !s.free(&s.slots[lowest(left)]) {
			return true
		}
	}
	return false
}

// follows reports whether another write under way is alike and ends earlier.
func (s *search) follows(w way, slot int) bool {
	f := &s.slots[slot]
	if f.told || f.isBuilt {
		return false
	}
	for left := s.taken &^ w.made &^ (1 << slot); left != 0; left &= left - 1 {
		other := lowest(left)
		o := &s.slots[other]
		if o.isRead() || o.told || o.isBuilt || o.delta != f.delta {
			continue
		}
		if o.returned < f.returned || o.returned == f.returned && other < slot {
			return true
		}
	}
	return false
}

// answers reports whether a write under way is like those of the class, and has
// to be made by its end: it comes first.
func (s *search) answers(w way, c *class) bool {
	for left := s.taken &^ w.made; left != 0 && !c.isBuilt; left &= left - 1 {
		if f := &s.slots[lowest(left)]; !f.isRead() && !f.told && !f.isBuilt && f.delta == c.delta {
			return true
		}
	}
	return false
}

// noPlace says which values the counter can have held, of which none fits.
func (s *search) noPlace(slot int) string {
	var values []int64
	for w := range s.seen {
		values = append(values, w.value)
	}
	slices.Sort(values)
	values = slices.Compact(values)
	const most = 8
	var text []string
	for _, v := range values[:min(len(values), most)] {
		text = append(text, fmt.Sprint(v))
	}
	if more := len(values) - most; more > 0 {
		text = append(text, fmt.Sprintf("or one of %d others", more))
	}
	return fmt.Sprintf("%s, and no order of what was sent and acknowledged explains that: the counter can have held %s",
		s.slots[slot].text(), strings.Join(text, ", "))
}

// text is what the client was told, and when.
func (f *fact) text() string {
	switch {
	case f.refuse:
		return fmt.Sprintf("worker %d's %s (operation %d) was refused %s", f.worker, changeWord(f.delta), f.sequence, interval(f.invoked, f.returned))
	case f.told:
		e := f.entry
		e.at, e.versioned = f.version, f.version != 0
		return e.told()
	}
	text := fmt.Sprintf("%s was acknowledged %s", f.who(), interval(f.invoked, f.returned))
	if f.isBuilt {
		text += fmt.Sprintf(", built on value %d", f.built)
	}
	return text
}

func lowest(set uint64) int { return bits.TrailingZeros64(set) }
