package measure

import (
	"testing"
	"time"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/scenario"
)

// TestLiveCountsEveryKind: a kind of operation that was added later is counted like the
// others, and only attempts and operations after the warm-up have times.
func TestLiveCountsEveryKind(t *testing.T) {
	s := &scenario.Scenario{Load: scenario.Load{Workers: 1, Warmup: time.Second}, Operations: scenario.Mix{1, 1, 1}}
	recorder := NewRecording(s, 1, true).Recorder(0)
	live := new(Live)
	live.Start(func() time.Duration { return time.Minute }, 1, 1, nil)
	for _, at := range []time.Duration{0, 2 * time.Second} {
		recorder.Begin(int64(at))
		for _, kind := range history.Kinds() {
			live.Attempt(&recorder, 0, kind, &history.Attempt{Outcome: counter.Conflict, Invoked: int64(at), Returned: int64(at + time.Millisecond)})
			live.Operation(&recorder, &history.Op{Kind: kind, Ending: history.Applied, Due: int64(at), Returned: int64(at + time.Second)})
		}
	}
	kinds := int64(len(history.Kinds()))
	counts := live.Count()
	applied, attempts, conflicts := counts.Measured.Updates()
	for what, pair := range map[string][2]int64{
		"operations in the warm-up": {counts.Warmup.EndedInAll(), kinds}, "operations": {counts.Measured.Ended(history.Applied), kinds},
		"updates": {applied, kinds - 1}, "attempts": {attempts, kinds - 1}, "conflicts": {conflicts, kinds - 1},
		"times of attempts": {counts.Refused.Count, kinds}, "times of applied attempts": {counts.Applied.Count, 0},
		"transfers": {counts.Response[history.Transfer].Count, 1}, "a second of them": {int64(counts.Response[history.Transfer].Sum), int64(time.Second)},
		"nothing since": {counts.Since(counts).Refused.Count, 0}, "snapshot": {live.Snapshot().Operations, 2 * kinds},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: got %d, want %d", what, pair[0], pair[1])
		}
	}
}
