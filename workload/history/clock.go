package history

import (
	"math"
	"math/bits"
	"slices"
	"sort"
)

// ClockReading relates the clock of one history to the common time of its run: when that clock
// shows At, the common time is At + Offset, with an error of at most Within. All three are
// nanoseconds; Within is not negative.
type ClockReading struct {
	At, Offset, Within int64
}

// farthestOffset and widestBound leave room to add a time, an offset and a bound.
const (
	farthestOffset = 1 << 61
	widestBound    = 1 << 60
)

// Timeline converts the times of one history to the common time of all histories of its run.
// Between two clock readings, the offset is interpolated linearly and rounded down, and the
// larger of the two bounds applies. Before the first and after the last reading, the nearest
// one applies. The zero value knows no common time. A Timeline may be used by several
// goroutines at once.
type Timeline struct {
	readings []ClockReading
	rising   []int64 // by reading: the latest that common time may have been by then
	falling  []int64 // the earliest that it may be from then on
	drift    int64   // by how much the bound grows after the last reading, in ppm
}

// NewTimeline returns the timeline of readings in ascending order of At. drift is the growth of
// the bound after the last reading, in parts per million of the time since then, for a history
// that was cut off; with 0, the last reading applies until the end.
func NewTimeline(readings []ClockReading, drift int64) *Timeline {
	t := &Timeline{readings: slices.Clone(readings), drift: drift}
	many := len(readings)
	t.rising, t.falling = make([]int64, many), make([]int64, many)
	for i, r := range readings {
		t.rising[i] = r.At + r.Offset + t.bound(i-1, i)
		if i > 0 {
			t.rising[i] = max(t.rising[i], t.rising[i-1])
		}
	}
	for i := many - 1; i >= 0; i-- {
		r := readings[i]
		t.falling[i] = r.At + r.Offset - t.bound(i, i+1)
		if i+1 < many {
			t.falling[i] = min(t.falling[i], t.falling[i+1])
		}
	}
	return t
}

// Known reports whether there is any reading.
func (t *Timeline) Known() bool { return len(t.readings) > 0 }

// Common returns the common time at the history's time own, and how far it may be wrong.
// Without a reading it returns own, and a bound so large that it says nothing.
func (t *Timeline) Common(own int64) (at, within int64) {
	if !t.Known() {
		return own, widestBound
	}
	i := t.after(own)
	return own + t.offset(i, own), t.bound(i-1, i) + t.drifted(own)
}

// Span returns the earliest and the latest common time that the history's time own may stand
// for. Neither decreases as own grows: later readings also bound earlier times.
func (t *Timeline) Span(own int64) (earliest, latest int64) {
	at, within := t.Common(own)
	earliest, latest = at-within, at+within
	if i := t.after(own); i < len(t.falling) {
		earliest = min(earliest, t.falling[i])
	}
	if i := t.after(own) - 1; i >= 0 && i < len(t.rising) {
		latest = max(latest, t.rising[i])
	}
	return earliest, latest
}

// after is the index of the first reading later than the time.
func (t *Timeline) after(own int64) int {
	return sort.Search(len(t.readings), func(i int) bool { return t.readings[i].At > own })
}

// offset is that of a time before the reading with the index after, and not before the one
// in front of it.
func (t *Timeline) offset(after int, own int64) int64 {
	switch last := len(t.readings) - 1; {
	case after == 0:
		return t.readings[0].Offset
	case after > last:
		return t.readings[last].Offset
	}
	a, b := t.readings[after-1], t.readings[after]
	return a.Offset + proportion(b.Offset-a.Offset, own-a.At, b.At-a.At)
}

// proportion is change × part / whole, rounded down; part is within [0, whole).
func proportion(change, part, whole int64) int64 {
	high, low := bits.Mul64(uint64(max(change, -change)), uint64(part))
	quotient, rest := bits.Div64(high, low, uint64(whole))
	switch {
	case change >= 0:
		return int64(quotient)
	case rest > 0:
		return -int64(quotient) - 1
	}
	return -int64(quotient)
}

// bound is the larger one of two neighbouring readings, of which one may not exist.
func (t *Timeline) bound(before, after int) int64 {
	var within int64
	if before >= 0 && before < len(t.readings) {
		within = t.readings[before].Within
	}
	if after >= 0 && after < len(t.readings) {
		within = max(within, t.readings[after].Within)
	}
	return within
}

// drifted is by how much the bound has grown since the last reading.
func (t *Timeline) drifted(own int64) int64 {
	const million = 1_000_000
	since := own - t.readings[len(t.readings)-1].At
	if since <= 0 || t.drift == 0 {
		return 0
	}
	return proportion(since, t.drift, million) + 1
}

func appendClock(dst []byte, clock []ClockReading) []byte {
	if len(clock) == 0 {
		return dst
	}
	dst = append(dst, `,"clock":[`...)
	for i, r := range clock {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendInteger(dst, `{"at_ns":`, r.At)
		dst = appendInteger(dst, `,"offset_ns":`, r.Offset)
		dst = append(appendInteger(dst, `,"within_ns":`, r.Within), '}')
	}
	return append(dst, ']')
}

// clock reads the readings of a clock, in order. Common time must not go back from one to
// the next.
func (m *members) clock() []ClockReading {
	var clock []ClockReading
	m.each("clock", func(inner members) error {
		inner.conform(readingShape)
		r := ClockReading{At: inner.natural("at_ns", latest), Within: inner.natural("within_ns", widestBound)}
		r.Offset, _ = inner.integer("offset_ns")
		for _, name := range [...]string{"at_ns", "offset_ns", "within_ns"} {
			if inner.get(name) == nil {
				inner.fail("%s is missing", name)
			}
		}
		if r.Offset < -farthestOffset || r.Offset > farthestOffset {
			inner.fail("offset_ns: %d is not within [%d, %d]", r.Offset, int64(-farthestOffset), int64(farthestOffset))
		}
		if last := len(clock) - 1; last >= 0 && inner.err == nil {
			switch before := clock[last]; {
			case r.At <= before.At:
				inner.fail("at_ns: %d is not after that of the reading before it, %d", r.At, before.At)
			case r.At+r.Offset < before.At+before.Offset:
				inner.fail("offset_ns: common time would go back, from %d to %d", before.At+before.Offset, r.At+r.Offset)
			}
		}
		clock = append(clock, r)
		return inner.err
	})
	return clock
}

func (m *members) source(h *Header) {
	h.Run, h.Sources = m.text("run"), int(m.natural("sources", maxNumbered))
	h.Source = int(m.natural("source", math.MaxInt32))
	if h.Source >= max(h.Sources, 1) {
		m.fail("source: %d of %d; they are numbered from 0", h.Source, h.Sources)
	}
}
