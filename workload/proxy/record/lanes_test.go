package record

import "testing"

// TestALaneHasOneCallAfterAnother: a call never gets a lane whose last call ended after its
// own beginning.
func TestALaneHasOneCallAfterAnother(t *testing.T) {
	l := newLanes()
	used := map[int]bool{}
	for range laneCount {
		used[l.take(0).number] = true
	}
	if len(used) != laneCount {
		t.Fatalf("%d lanes", len(used))
	}
	l.give(3, 100)
	if got := l.take(99).number; got == 3 || l.count != laneCount+1 {
		t.Errorf("a call that began at 99 got lane %d, whose last call ended at 100", got)
	}
	if got := l.take(100).number; got != 3 {
		t.Errorf("a call that began at 100 got lane %d, although 3 is free", got)
	}
}
