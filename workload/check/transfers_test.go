package check

import (
	"strings"
	"testing"
	"time"

	"contend/counter"
	"contend/workload/history"
)

// TestTransfers judges hand-made histories of two counters, which begin at 10 and 20.
func TestTransfers(t *testing.T) {
	transfer := func(amount int64, outcome counter.Outcome) history.Op {
		ending := map[counter.Outcome]history.Ending{counter.Applied: history.Applied, counter.Unknown: history.Unknown, counter.Conflict: history.GaveUp}[outcome]
		return history.Op{Kind: history.Transfer, Delta: -amount, To: 1, Ending: ending, Attempts: []history.Attempt{{Outcome: outcome, Written: true, Reason: "time-out"}}}
	}
	add := func(counterIndex int, outcome counter.Outcome) history.Op {
		o := transfer(1, outcome)
		o.Kind, o.Counter, o.To, o.Delta = history.Increment, counterIndex, 0, 1
		return o
	}
	for _, c := range []struct {
		what       string
		ops        []history.Op
		a, b       int64
		exactly    Status
		want       Status
		reason     string
		evidence   string
		notWatched bool
	}{
		{"none", []history.Op{add(0, counter.Applied)}, 11, 20, Pass, "", "", "", false},
		{"refused", []history.Op{transfer(3, counter.Conflict), add(0, counter.Applied)}, 11, 20, Pass, Skipped, "no transfer was made", "", false},
		{"made", []history.Op{transfer(3, counter.Applied), add(1, counter.Applied)}, 7, 24, Pass, Pass, "1 transfer kept the sum of the 2 counters: it changed by +1, as the other operations say", "", false},
		{"unknown and made", []history.Op{transfer(3, counter.Unknown), add(1, counter.Applied)}, 7, 24, Inconclusive, Pass, "0 transfers, and 1 that may have been made, kept the sum", "", false},
		{"unknown and not made", []history.Op{transfer(3, counter.Unknown), add(1, counter.Applied)}, 10, 21, Pass, Pass, "kept the sum", "", false},
		{"unknown and made by half", []history.Op{transfer(3, counter.Unknown), transfer(4, counter.Unknown), add(1, counter.Applied)}, 7, 21, Inconclusive, Fail,
			"the sum of the 2 counters changed by -2, and by +1 according to the other operations: a transfer was made by half",
			`worker 0's transfer of 3 from "a" to "b" (operation 1) at 0.000 ms: its one attempt is unknown (time-out); the caller got "unknown"`, false},
		{"unknown, made by half, and still awaited", []history.Op{transfer(3, counter.Unknown), add(1, counter.Applied)}, 7, 21, Inconclusive, Inconclusive, "may still have come while they were read", "", true},
		{"acknowledged and made by half", []history.Op{transfer(5, counter.Applied), transfer(5, counter.Applied), transfer(3, counter.Applied)}, 2, 33, Fail, Fail,
			"changed by +5, and by +0", `worker 0's transfer of 5 from "a" to "b" (operation 1) was acknowledged at 0.000 ms; it is the first of 2 acknowledged transfers of that amount`, false},
		{"an increment was lost", []history.Op{transfer(3, counter.Applied), add(1, counter.Applied)}, 7, 23, Fail, Fail, "or an update was lost or made twice", "", false},
		{"an unknown increment explains it", []history.Op{transfer(3, counter.Applied), add(1, counter.Unknown)}, 7, 24, Inconclusive, Pass, "within [+0, +1], as the other operations allow", "", false},
	} {
		audit := NewAudit(history.Header{Counters: []history.CounterStart{
			{Key: "a", Initial: history.State{Value: 10, Known: true}}, {Key: "b", Initial: history.State{Value: 20, Known: true}},
		}})
		for i := range c.ops {
			c.ops[i].Sequence = int64(i + 1)
			if err := audit.Add(&c.ops[i]); err != nil {
				t.Fatal(err)
			}
		}
		watched := 5 * time.Second
		if c.notWatched {
			watched = 0
		}
		checks := audit.Close(history.Footer{Finals: []history.CounterEnd{
			{Counter: 0, Final: history.State{Value: c.a, Known: true}, Watched: watched}, {Counter: 1, Final: history.State{Value: c.b, Known: true}, Watched: watched},
		}}, false).Checks
		var got Result
		for _, r := range checks {
			if r.Name == transfersName {
				got = r
			}
		}
		evidence := strings.Join(got.Evidence, "\n")
		if got.Status != c.want || !strings.Contains(got.Reason, c.reason) || !strings.Contains(evidence, c.evidence) || checks[0].Status != c.exactly {
			t.Errorf("%s: got %q: %s %q, want %q: %s; exactly-once %s %s", c.what, got.Status, got.Reason, evidence, c.want, c.reason, checks[0].Status, checks[0].Reason)
		}
	}
}

// TestNoTransferWasMade: the check is skipped, although no final value is known.
func TestNoTransferWasMade(t *testing.T) {
	audit := NewAudit(history.Header{Counters: []history.CounterStart{{Key: "a"}, {Key: "b"}}})
	op := history.Op{Kind: history.Transfer, Delta: -1, To: 1, Ending: history.GaveUp, Attempts: []history.Attempt{{Outcome: counter.Conflict, Written: true}}}
	if err := audit.Add(&op); err != nil {
		t.Fatal(err)
	}
	checks := audit.Close(history.Footer{}, false).Checks
	if last := checks[len(checks)-1]; last.Name != transfersName || last.Status != Skipped {
		t.Errorf("got %+v", last)
	}
}

// TestTransfersOfAHistoryWithoutAnEnd: operations are missing, so that sums mean nothing.
func TestTransfersOfAHistoryWithoutAnEnd(t *testing.T) {
	audit := NewAudit(history.Header{Counters: []history.CounterStart{{Key: "a", Initial: history.State{Known: true}}, {Key: "b", Initial: history.State{Known: true}}}})
	op := history.Op{Kind: history.Transfer, Delta: -1, To: 1, Ending: history.Applied, Attempts: []history.Attempt{{Outcome: counter.Applied, Written: true}}}
	if err := audit.Add(&op); err != nil {
		t.Fatal(err)
	}
	checks := audit.Close(history.Footer{Finals: []history.CounterEnd{{Counter: 0, Final: history.State{Value: 5, Known: true}}, {Counter: 1, Final: history.State{Known: true}}}}, true).Checks
	if last := checks[len(checks)-1]; last.Name != transfersName || last.Status != Inconclusive {
		t.Errorf("got %+v", last)
	}
}
