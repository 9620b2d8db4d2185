package check

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"time"
)

// clocks looks for orders of states that no clocks explain. If A, on machine m, comes
// before B, on machine n, by their positions, then A began before B ended:
//
//	invoked(A) + o(m) ≤ returned(B) + o(n)
//
// where o is what must be added to a machine's clock to get true time. Each pair of
// machines has a tightest such limit for o(m) − o(n). If the limits around a circle of
// machines add up to less than 0, no o meets all of them (see [window.cycle]).
//
// A clock may run at a rate that is wrong by maxSkew, so o changes. The limits are
// therefore taken in short windows of time, and each is wider by what both clocks can have
// drifted since the middle of the window.
type clocks struct {
	sources []*source
	rings   [len(windowSpans)][windowsKept]*window
	last    *window // of the whole run, seen from the machines' ends
	found   *cycle  // the first; nil: none
}

const (
	// maxSkew is by how many parts per million a clock's rate may be wrong. The clocks of
	// Linux are slewed by at most 500 ppm (adjtimex(2), NTP's RFC 5905).
	maxSkew = 500
	// windowsKept is how many of the latest windows of one span are kept.
	windowsKept = 16
)

// windowSpans are the lengths of windows, in ns. Each begins when the one before it is
// half over.
var windowSpans = [...]int64{int64(100 * time.Millisecond), int64(time.Second), int64(10 * time.Second)}

// window has the tightest limits of one window of time.
type window struct {
	number  int64
	centers []int64      // by machine, in aligned time
	limits  []clockLimit // by the two machines
}

// clockLimit is the tightest limit for the clocks of two machines: o(m) − o(n) ≤ most.
type clockLimit struct {
	known         bool
	most          int64
	before, after entry
}

// cycle is a circle of limits that contradict each other.
type cycle struct {
	machines []int
	limits   []clockLimit
	lacking  int64
}

func newClocks(sources []*source) *clocks {
	k := &clocks{sources: sources, last: newWindow(len(sources))}
	for i, s := range sources {
		k.last.centers[i] = s.end() + s.align
	}
	return k
}

func newWindow(machines int) *window {
	return &window{centers: make([]int64, machines), limits: make([]clockLimit, machines*machines)}
}

// take takes a limit, as x and y are the aligned times of its ends.
func (w *window) take(m, n int, x, y int64, before, after *entry) {
	most := y - x + drifted(x-w.centers[m]) + drifted(y-w.centers[n])
	if l := &w.limits[m*len(w.centers)+n]; !l.known || most < l.most {
		*l = clockLimit{true, most, *before, *after}
	}
}

// limit takes a limit: before, on machine m, comes before after, on machine n.
func (k *clocks) limit(m, n int, before, after *entry) {
	x, y := before.invoked+k.sources[m].align, after.returned+k.sources[n].align
	for i, span := range windowSpans {
		half := span / 2
		low, high := floorDiv(min(x, y), half), floorDiv(max(x, y), half)
		for number := high - 1; number <= low; number++ {
			if w := k.window(i, number); w != nil {
				w.take(m, n, x, y, before, after)
			}
		}
	}
	k.last.take(m, n, x, y, before, after)
}

// window is the window with the number; nil if it has been judged.
func (k *clocks) window(span int, number int64) *window {
	slot := &k.rings[span][uint64(number)%windowsKept]
	w := *slot
	switch {
	case w != nil && w.number == number:
		return w
	case w != nil && w.number > number:
		return nil
	case w != nil:
		k.judge(w)
		clear(w.limits)
	default:
		w = newWindow(len(k.sources))
		*slot = w
	}
	w.number = number
	for i := range w.centers {
		w.centers[i] = (number + 1) * (windowSpans[span] / 2)
	}
	return w
}

func (k *clocks) judge(w *window) {
	if k.found == nil {
		k.found = w.cycle()
	}
}

// close judges all windows that are left, and returns what was found, once.
func (k *clocks) close() *cycle {
	for i := range k.rings {
		for _, w := range k.rings[i] {
			if w != nil {
				k.judge(w)
			}
		}
		clear(k.rings[i][:])
	}
	if k.judge(k.last); k.found != nil {
		clear(k.last.limits)
	}
	found := k.found
	k.found = nil
	return found
}

// drifted is by how much a clock can be wrong after some time, rounded up.
func drifted(since int64) int64 {
	const million = 1_000_000
	return magnitude(since)/(million/maxSkew) + 1
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// cycle returns limits that add up to less than 0 around a circle of machines; nil if
// there are none.
func (w *window) cycle() *cycle {
	machines := len(w.centers)
	way, next := w.ways()
	for m := range machines {
		if way[m*machines+m] < 0 {
			return w.around(m, machines, next)
		}
	}
	return nil
}

// farAway is the limit between machines of which none is known.
const farAway = math.MaxInt64 / 4

// ways returns what the limits together allow o(m) − o(n) to be at most, and the next
// machine on the way from m to n (Floyd and Warshall). It stops at the first circle that
// adds up to less than 0.
func (w *window) ways() (way []int64, next []int) {
	machines := len(w.centers)
	way, next = make([]int64, machines*machines), make([]int, machines*machines)
	for i := range way {
		way[i], next[i] = farAway, i%machines
		if w.limits[i].known {
			way[i] = max(w.limits[i].most, -farAway)
		}
	}
	for via := range machines {
		for m := range machines {
			first := way[m*machines+via]
			if first == farAway {
				continue
			}
			for n := range machines {
				if second := way[via*machines+n]; second < farAway && first+second < way[m*machines+n] {
					way[m*machines+n], next[m*machines+n] = first+second, next[m*machines+via]
				}
			}
			if way[m*machines+m] < 0 {
				return way, next
			}
		}
	}
	return way, next
}

// around follows the shortest way from a machine until it meets itself.
func (w *window) around(from, machines int, next []int) *cycle {
	var met []int
	at := from
	for !slices.Contains(met, at) {
		met = append(met, at)
		at = next[at*machines+from]
	}
	c := &cycle{machines: met[slices.Index(met, at):]}
	for i, m := range c.machines {
		l := w.limits[m*machines+c.machines[(i+1)%len(c.machines)]]
		c.limits = append(c.limits, l)
		c.lacking -= l.most
	}
	if c.lacking <= 0 || len(c.machines) < 2 {
		return nil
	}
	return c
}

// evidence names the operations around the circle.
func (c *cycle) evidence(sources []*source) []string {
	var lines []string
	for i := range c.limits {
		m, n := c.machines[i], c.machines[(i+1)%len(c.machines)]
		lines = append(lines, fmt.Sprintf("on %s, %s; on %s, %s, which comes later, so it ended after the other began",
			sources[m].name, c.limits[i].before.told(), sources[n].name, c.limits[i].after.told()))
	}
	return lines
}

// skyline has, of one counter and one machine, the entries that can be the tightest limit
// for another machine: of the entries below a position, the one that began last; of those
// above it, the one that ended first.
type skyline struct {
	begun, ended []entry // by rising position and rising time
}

// latestBelow is the entry below a place that began last.
func (s *skyline) latestBelow(place int64) *entry {
	i := sort.Search(len(s.begun), func(i int) bool { return s.begun[i].place() >= place })
	if i == 0 {
		return nil
	}
	return &s.begun[i-1]
}

// earliestAbove is the entry above a place that ended first.
func (s *skyline) earliestAbove(place int64) *entry {
	i := sort.Search(len(s.ended), func(i int) bool { return s.ended[i].place() > place })
	if i == len(s.ended) {
		return nil
	}
	return &s.ended[i]
}

// add enters an entry, and forgets what says less. At most keep entries of each kind stay.
func (s *skyline) add(e *entry, keep int) {
	place := e.place()
	if e.kind != eventualRead {
		end := sort.Search(len(s.begun), func(i int) bool { return s.begun[i].place() > place })
		if end == 0 || s.begun[end-1].invoked < e.invoked {
			rest := end
			for rest < len(s.begun) && s.begun[rest].invoked <= e.invoked {
				rest++
			}
			s.begun = trimmed(slices.Replace(s.begun, end, rest, *e), keep)
		}
	}
	from := sort.Search(len(s.ended), func(i int) bool { return s.ended[i].place() >= place })
	if from < len(s.ended) && s.ended[from].returned <= e.returned {
		return
	}
	first := from
	for first > 0 && s.ended[first-1].returned >= e.returned {
		first--
	}
	s.ended = trimmed(slices.Replace(s.ended, first, from, *e), keep)
}

// trimmed leaves the last entries, if there are twice as many as are kept.
func trimmed(entries []entry, keep int) []entry {
	if len(entries) < 2*keep {
		return entries
	}
	return append(entries[:0], entries[len(entries)-keep:]...)
}
