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

// search looks for an order of the writes and readings of one counter that explains all
// answers. It is needed for counters whose states have no versions and whose values go
// both up and down. Other counters are searched too, in addition to their positions, as
// long as the history is short.
//
// The search goes through time. It keeps every way in which the writes and readings in
// progress can have been made so far, and decides each one at its end at the latest. So
// a sequential history has a single way, and whenever nothing is in progress, only the
// possible values of the counter have to be remembered.
//
// Of writes that differ only in their ends, the one that ends first is made first:
// swapping two of them changes nothing. A reading that fits the current value is made at
// once: it changes nothing either, so no way is lost.
//
// If too much is in progress at once, there are too many ways. Then the search stops
// until nothing is in progress. All acknowledged writes have been made by then, in
// whatever order, and it continues from the values that are possible.
type search struct {
	least  *int64  // what no decrement may go below; nil: none
	plain  *search // the same without least, if that is one
	coming []fact  // invoked later than time has come, in no order
	begun  []fact  // being passed; memory that is used again

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
	// maxConditions bounds the classes that are conditional, so that there is
	// room for others; further conditions are not used.
	maxConditions = 12
	mostEnds      = 1 << 16
	mostOfClass   = math.MaxUint8
	// searchSteps bounds the time of all searches of one counter, beside a few
	// steps for each write and reading.
	searchSteps  = 1 << 22
	stepsForEach = 8
)

// class is a set of writes without an answer that do not differ.
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
		s.giveUp(tooLarge)
	}
	return s
}

func (s *search) giveUp(why string) {
	if s.useless == "" {
		s.useless = why
	}
	s.coming, s.begun, s.ways, s.ends = nil, nil, nil, nil
}

func (s *search) over() bool { return s.useless != "" || s.broken != "" }

// add enters an operation that has ended.
func (s *search) add(op *history.Op) { factsOf(op, s.tell) }

func (s *search) tell(f fact) {
	const most = farthest >> 20
	switch {
	case s.over() || f.refuse && s.least == nil:
	case f.delta > most || f.delta < -most || f.told && (f.value > farthest || f.value < -farthest):
		s.giveUp(tooLarge)
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
	begun, later := s.begun[:0], s.coming[:0]
	for i := range s.coming {
		if s.coming[i].invoked < now {
			begun = append(begun, s.coming[i])
		} else {
			later = append(later, s.coming[i])
		}
	}
	s.coming, s.begun = later, begun
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
		s.giveUp(tooLarge)
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
		s.giveUp("too many operations were in progress at a time")
	}
}

// send enters a write without an answer.
func (s *search) send(f *fact) {
	if f.delta == 0 && !f.isBuilt && s.first == 0 {
		return
	}
	if f.isBuilt && len(s.classes) >= maxConditions {
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

// letGo stops the search until nothing is in progress.
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
	return fmt.Sprintf("%s, and no order of the operations explains that: the counter can only have held %s",
		s.slots[slot].text(), strings.Join(text, ", "))
}

// text says which answer the client got, and when.
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
