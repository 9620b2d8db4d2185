package embedded

import (
	"testing"
	"time"
)

// TestLateTimersDoNotAddUp: a timer that fires late shortens the next wait, so that a
// transaction holds its items for as long as the latency says, and the answer is as late
// as one timer, not as three.
func TestLateTimersDoNotAddUp(t *testing.T) {
	const late = 600 * time.Microsecond
	begin := time.Now()
	w := wait{before: time.Millisecond, held: 2 * time.Millisecond, after: time.Millisecond, passed: begin}
	now, moments := begin, []time.Duration{}
	for _, d := range []time.Duration{w.before, w.hold(), w.hold() + w.after} {
		now = now.Add(w.until(now, d) + late)
		moments = append(moments, now.Sub(begin))
	}
	for i, want := range []time.Duration{time.Millisecond, 3 * time.Millisecond, 4 * time.Millisecond} {
		if moments[i] != want+late {
			t.Errorf("wait %d ended after %s, want %s", i, moments[i], want+late)
		}
	}
}
