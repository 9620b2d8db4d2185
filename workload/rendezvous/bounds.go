package rendezvous

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// maxDrift is by how much the offset between two clocks may change a second, in seconds:
// each is wrong by at most 500 ppm, the largest slew of NTP and of Linux (adjtimex(2)).
const maxDrift = 1001e-6 // (1 + 500e-6)/(1 − 500e-6) − 1, rounded up

// drifted returns by how much an offset may have changed after a time, rounded up.
func drifted(d time.Duration) time.Duration {
	return time.Duration(math.Ceil(maxDrift*math.Abs(float64(d)))) + 1
}

// limit is what one pair of ticks says about the offset o of a clock at one of its own
// moments: o ≤ value, or o ≥ value.
type limit struct {
	at, value time.Duration
	upper     bool
}

// bounds are the limits of a clock's offset.
type bounds struct{ limits []limit }

// maxLimits bounds the memory; a run of four hours has fewer.
const maxLimits = 1 << 15

func (b *bounds) add(l limit) {
	i, _ := slices.BinarySearchFunc(b.limits, l, func(a, b limit) int { return cmp.Compare(a.at, b.at) })
	b.limits = slices.Insert(b.limits, i, l)
	if len(b.limits) > maxLimits {
		b.thin()
	}
}

// thin leaves out limits of the older half: of two of a kind in a row, the weaker one.
// What is left is still true.
func (b *bounds) thin() {
	half := len(b.limits) / 2
	var kept []limit
	last := map[bool]int{} // by kind: the place in kept of one that has no partner yet, plus 1
	for _, l := range b.limits[:half] {
		i := last[l.upper]
		if i == 0 {
			kept = append(kept, l)
			last[l.upper] = len(kept)
			continue
		}
		if l.tightness() < kept[i-1].tightness() {
			kept[i-1] = l
		}
		delete(last, l.upper)
	}
	slices.SortFunc(kept, func(a, b limit) int { return cmp.Compare(a.at, b.at) })
	b.limits = append(kept, b.limits[half:]...)
}

// tightness orders limits of a kind: the smaller the tighter.
func (l limit) tightness() time.Duration {
	if l.upper {
		return l.value
	}
	return -l.value
}

// span is where an offset is: from low to high.
type span struct{ low, high time.Duration }

// unbounded is far enough to say nothing, and near enough to be added to.
const unbounded = time.Duration(1 << 59)

var anywhere = span{-unbounded, unbounded}

func (s span) isBounded() bool       { return s.low > -unbounded && s.high < unbounded }
func (s span) width() time.Duration  { return s.high - s.low }
func (s span) middle() time.Duration { return s.low + s.width()/2 }

// hull is the smallest span around two.
func (s span) hull(t span) span { return span{min(s.low, t.low), max(s.high, t.high)} }

// narrow applies what a limit says about a moment.
func (s span) narrow(l limit, at time.Duration) span {
	if far := drifted(at - l.at); l.upper {
		s.high = min(s.high, l.value+far)
	} else {
		s.low = max(s.low, l.value-far)
	}
	return s
}

// recent is how many of the last limits tell the offset of now.
const recent = 64

// now returns the span of the offset at the end, by the last limits that do not contradict
// each other.
func (b *bounds) now(at time.Duration) span {
	s := anywhere
	for i := len(b.limits) - 1; i >= max(0, len(b.limits)-recent); i-- {
		narrower := s.narrow(b.limits[i], at)
		if narrower.low > narrower.high {
			break
		}
		s = narrower
	}
	return s
}
