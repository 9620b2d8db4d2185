package rendezvous

import (
	"slices"
	"time"

	"contend/workload/history"
)

// fix is the span of a clock's offset at one of its own moments.
type fix struct {
	at time.Duration
	span
}

// track is where the offset was at all moments: between two fixes next to each other it is
// within the larger of their reaches of the line between their middles.
type track struct {
	fixes  []fix
	reach  []time.Duration // by fix
	breaks []clockBreak
}

// clockBreak is where limits contradict each other: the clock, or that of machine 0, jumped
// or ran wrong between the two moments, by at least the step.
type clockBreak struct{ from, to, step time.Duration }

// track follows the offset through all limits until a moment.
func (b *bounds) track(until time.Duration) track {
	var t track
	for rest := b.limits; len(rest) > 0; {
		fit, next := consistent(rest)
		t.follow(fixesOf(fit))
		rest = next
	}
	if last := len(t.fixes) - 1; last >= 0 && until > t.fixes[last].at {
		f := fix{until, t.fixes[last].after(until - t.fixes[last].at)}
		t.fixes, t.reach = append(t.fixes, f), append(t.reach, f.width()/2+1)
		t.bend(last + 1)
	}
	return t
}

// consistent splits limits at the first contradiction: before the later limit of a pair
// that no offset fits, and after the earlier one of the last such pair. What lies between
// is left out, because nobody knows on which side of the jump it is. Limits that fit have
// no next.
func consistent(limits []limit) (fit, next []limit) {
	// The offset that the limits so far allow at the moment of the last one.
	s := anywhere
	for i, l := range limits {
		if i > 0 {
			far := drifted(l.at - limits[i-1].at)
			s = span{max(s.low-far, -unbounded), min(s.high+far, unbounded)}
		}
		narrower := s.narrow(l, l.at)
		if narrower.low <= narrower.high {
			s = narrower
			continue
		}
		for j := i - 1; j >= 0; j-- {
			if pair := anywhere.narrow(limits[j], l.at).narrow(l, l.at); pair.low > pair.high {
				return limits[:j+1], limits[i:]
			}
		}
		s = narrower // rounding alone made it a contradiction
	}
	return limits, nil
}

// fixesOf returns the spans of the offset at the moments of limits that fit each other.
func fixesOf(limits []limit) []fix {
	fixes := make([]fix, len(limits))
	s := anywhere
	for i, l := range limits { // what the past says
		if i > 0 {
			s = s.after(l.at - limits[i-1].at)
		}
		s = s.narrow(l, l.at)
		fixes[i] = fix{l.at, s}
	}
	s = anywhere
	for i := len(limits) - 1; i >= 0; i-- { // what the future says
		l := limits[i]
		if i < len(limits)-1 {
			s = s.after(limits[i+1].at - l.at)
		}
		s = s.narrow(l, l.at)
		fixes[i].low, fixes[i].high = max(fixes[i].low, s.low), min(fixes[i].high, s.high)
	}
	return fixes
}

// after is the span that the drift makes of a span after or before a time.
func (s span) after(d time.Duration) span {
	far := drifted(d)
	return span{max(s.low-far, -unbounded), min(s.high+far, unbounded)}
}

// follow adds fixes, before which the clock jumped if there are others.
func (t *track) follow(fixes []fix) {
	first := len(t.fixes)
	for i, f := range fixes {
		if !f.isBounded() {
			f.span = anywhere
		}
		t.fixes, t.reach = append(t.fixes, f), append(t.reach, f.width()/2+1)
		if i > 0 {
			t.bend(first + i)
		}
	}
	if first > 0 {
		t.jump(first)
	}
}

// bend widens the reach of a fix and of the one before it: between the two, the offset may
// leave the line by half the drift.
func (t *track) bend(i int) {
	a, b := t.fixes[i-1], t.fixes[i]
	needed := max(a.width(), b.width())/2 + drifted(b.at-a.at)/2 + 2
	t.reach[i-1], t.reach[i] = max(t.reach[i-1], needed), max(t.reach[i], needed)
}

// jump widens the reach of a fix and of the one before it, between which the clock jumped,
// so that the line between them is near enough to what either says about the moments
// between.
func (t *track) jump(i int) {
	from, to := t.fixes[i-1], t.fixes[i]
	t.breaks = append(t.breaks, clockBreak{from.at, to.at, max(to.low-from.high, from.low-to.high, 0)})
	gap := to.at - from.at
	start, end := from.hull(to.after(gap)), to.hull(from.after(gap))
	needed := max(start.high-from.middle(), from.middle()-start.low, end.high-to.middle(), to.middle()-end.low) + 1
	t.reach[i-1], t.reach[i] = max(t.reach[i-1], needed), max(t.reach[i], needed)
}

// maxReadings bounds what a history's footer holds.
const maxReadings = 512

// readings returns the track as readings at times since began, whose offsets lead to times
// since start on machine 0's clock.
func (t *track) readings(began, start time.Duration) []history.ClockReading {
	if len(t.fixes) == 0 {
		return nil
	}
	places := t.places()
	readings := make([]history.ClockReading, len(places))
	for i, place := range places {
		f := t.fixes[place]
		readings[i] = history.ClockReading{At: int64(f.at - began), Offset: int64(began + f.middle() - start), Within: int64(t.reach[place])}
		if i > 0 && place > places[i-1]+1 {
			needed := t.reachOf(places[i-1], place)
			readings[i-1].Within, readings[i].Within = max(readings[i-1].Within, needed), max(readings[i].Within, needed)
		}
	}
	return forward(since(readings))
}

// places chooses the fixes that become readings: not too many, and one of each moment.
func (t *track) places() (places []int) {
	step := (len(t.fixes)-1)/(maxReadings-1) + 1
	last := len(t.fixes) - 1
	for i := 0; i <= last; i += step {
		if len(places) == 0 || t.fixes[i].at > t.fixes[places[len(places)-1]].at {
			places = append(places, i)
		}
	}
	if t.fixes[last].at > t.fixes[places[len(places)-1]].at {
		places = append(places, last)
	}
	return places
}

// since leaves out the readings before 0, and has one at 0 in their place.
func since(readings []history.ClockReading) []history.ClockReading {
	before := -1
	for before+1 < len(readings) && readings[before+1].At < 0 {
		before++
	}
	if before < 0 {
		return readings
	}
	a := readings[before]
	first := history.ClockReading{Offset: a.Offset, Within: a.Within + int64(drifted(time.Duration(-a.At)))}
	if before+1 < len(readings) {
		b := readings[before+1]
		if b.At == 0 {
			return readings[before+1:]
		}
		first.Offset += int64(float64(b.Offset-a.Offset) * (float64(-a.At) / float64(b.At-a.At)))
		first.Within = max(a.Within, b.Within) + 1
	}
	return append([]history.ClockReading{first}, readings[before+1:]...)
}

// forward raises offsets so that common time does not go back, and widens the bounds by
// as much.
func forward(readings []history.ClockReading) []history.ClockReading {
	raised := make([]int64, len(readings))
	for i := 1; i < len(readings); i++ {
		before := readings[i-1].At + readings[i-1].Offset
		raised[i] = max(0, before-readings[i].At-readings[i].Offset)
		readings[i].Offset += raised[i]
	}
	for i := range readings {
		readings[i].Within += slices.Max(raised[max(0, i-1):min(i+2, len(raised))])
	}
	return readings
}

// reachOf returns how far the offset may be from the line between two fixes, with those
// between them left out.
func (t *track) reachOf(from, to int) int64 {
	a, b := t.fixes[from], t.fixes[to]
	var far time.Duration
	for i := from; i <= to; i++ {
		f := t.fixes[i]
		line := a.middle()
		if b.at > a.at {
			line += time.Duration(float64(b.middle()-a.middle()) * (float64(f.at-a.at) / float64(b.at-a.at)))
		}
		far = max(far, (f.middle()-line).Abs()+t.reach[i])
	}
	return int64(far + 2)
}
