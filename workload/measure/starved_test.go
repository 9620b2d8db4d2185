package measure

import (
	"testing"
	"time"

	"contend/counter"
	"contend/workload/history"
)

// TestStarved: a worker starves from the first operation that it began after its last
// success, whether it gave up meanwhile or not, but only while it has one in progress.
func TestStarved(t *testing.T) {
	const second = int64(time.Second)
	var now int64
	live := new(Live)
	live.Start(func() time.Duration { return time.Duration(now) }, 1, 3, nil)
	check := func(what string, at int64, want Starved) {
		t.Helper()
		now = at * second
		if got := live.Snapshot().Starved; got != want {
			t.Errorf("%s: got %+v, want %+v", what, got, want)
		}
	}
	ends := func(worker int, ending history.Ending, reason string) {
		live.runs[worker].ends(&history.Op{Ending: ending, Attempts: []history.Attempt{{Reason: reason}}})
	}
	check("nothing has begun", 1, Starved{})
	live.Begin(0, history.Read, 0)
	check("reads do not count", 2, Starved{})
	live.Begin(1, history.Increment, 2*second)
	live.Begin(2, history.Transfer, 3*second)
	live.runs[1].attempts.Add(7)
	check("the longest counts", 4, Starved{Worker: 1, For: 2 * time.Second, Attempts: 7})
	ends(1, history.GaveUp, "")
	check("nothing of it is in progress", 5, Starved{Worker: 2, For: 2 * time.Second})
	live.Begin(1, history.Increment, 5*second)
	check("giving up is no success", 6, Starved{Worker: 1, For: 4 * time.Second, Attempts: 7})
	ends(1, history.Applied, "")
	live.Begin(1, history.Increment, 6*second)
	check("a success is", 7, Starved{Worker: 2, For: 4 * time.Second})
	ends(2, history.Failed, counter.ReasonFloor)
	check("so is a refused change", 8, Starved{Worker: 1, For: 2 * time.Second})
}
