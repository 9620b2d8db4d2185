package measure

import (
	"slices"
	"testing"
	"time"
)

func TestASuccessThatIsNotedLateEndsAStall(t *testing.T) {
	w := new(Waiter)
	s := StallWatch{workers: []*Waiter{w}}
	w.Waits(1)
	s.succeeded(int64(time.Second))
	s.succeeded(int64(400 * time.Millisecond))
	if len(s.found) != 2 || s.found[0].Over != 400*time.Millisecond || s.found[1].Began != 400*time.Millisecond {
		t.Errorf("got %+v", s.found)
	}
}

// TestNoWorkerIsLookedAtWhereSuccessesAreClose: with ten thousand workers, visiting
// each would take most of the time. A worker that is visited in this test is nil.
func TestNoWorkerIsLookedAtWhereSuccessesAreClose(t *testing.T) {
	watch := StallWatch{workers: []*Waiter{nil}}
	for at := stallMoment; at < time.Second; at += leastStall/unusual - stallMoment {
		watch.succeeded(int64(at))
	}
	if last := time.Duration(watch.last); last < time.Second-leastStall/unusual {
		t.Errorf("the last success that was noted was after %s", last)
	}
}

// TestASuccessThatIsNotedLateEndsNoOtherStall: it ends only the stall that it lies in.
func TestASuccessThatIsNotedLateEndsNoOtherStall(t *testing.T) {
	for _, c := range []struct {
		at   time.Duration
		want []time.Duration // the ends of the stalls
	}{
		{500 * time.Millisecond, []time.Duration{2 * time.Second, 4 * time.Second}},
		{time.Second, []time.Duration{2 * time.Second, 4 * time.Second}},
		{1500 * time.Millisecond, []time.Duration{1500 * time.Millisecond, 2 * time.Second, 4 * time.Second}},
		{2 * time.Second, []time.Duration{2 * time.Second, 4 * time.Second}},
		{3500 * time.Millisecond, []time.Duration{2 * time.Second, 3500 * time.Millisecond, 4 * time.Second}},
		{4 * time.Second, []time.Duration{2 * time.Second, 4 * time.Second}},
	} {
		s := StallWatch{found: []Stall{{Began: time.Second, Over: 2 * time.Second}, {Began: 3 * time.Second, Over: 4 * time.Second}}}
		s.split(c.at)
		var ends []time.Duration
		for _, stall := range s.found {
			ends = append(ends, stall.Over)
		}
		if !slices.Equal(ends, c.want) {
			t.Errorf("a success at %s: stalls that end at %v, want %v", c.at, ends, c.want)
		}
	}
}
