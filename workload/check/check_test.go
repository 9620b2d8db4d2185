package check

import (
	"math"
	"strings"
	"testing"
	"time"

	"contend/counter"
	"contend/workload/history"
)

// account is a ledger of operations, each of them given by its attempts.
func account(initial, final int64, ops ...history.Op) history.Ledger {
	l := history.Ledger{Key: "counter-0", Initial: initial, Final: final, FinalKnown: true}
	for i := range ops {
		ops[i].Sequence = int64(i + 1)
		l.Record(&ops[i])
	}
	return l
}

// watched is an account whose counter was watched after the load.
func watched(l history.Ledger) history.Ledger {
	l.Watched = 5 * time.Second
	return l
}

func op(kind history.Kind, ending history.Ending, outcomes ...counter.Outcome) history.Op {
	o := history.Op{Worker: 7, Kind: kind, Delta: kind.Delta(), Ending: ending}
	for _, outcome := range outcomes {
		o.Attempts = append(o.Attempts, history.Attempt{Outcome: outcome, Written: true, Reason: "time-out"})
	}
	return o
}

func TestChecks(t *testing.T) {
	inc, dec := history.Increment, history.Decrement
	acked, twice := op(inc, history.Applied, counter.Applied), op(inc, history.Applied, counter.Unknown, counter.Applied)
	lost := op(inc, history.Unknown, counter.Unknown)
	for _, c := range []struct {
		what                      string
		ledger                    history.Ledger
		exactlyOnce, conservation Status
		reason                    string // of exactly-once
		evidence                  string
	}{
		{"no operation", account(5, 5), Inconclusive, Inconclusive, "no operation", ""},
		{"nothing applied", account(5, 5, op(inc, history.GaveUp, counter.Conflict)), Inconclusive, Inconclusive, "no increment or decrement was applied", ""},
		{"nothing applied but a read", account(5, 5, op(inc, history.GaveUp, counter.Conflict), op(history.Read, history.Applied, counter.Applied)),
			Inconclusive, Inconclusive, "no increment or decrement was applied", ""},
		{"nothing applied and changed all the same", account(5, 6, op(inc, history.GaveUp, counter.Conflict)), Fail, Fail, "1 above", "no operation"},
		{"only read", account(5, 5, op(history.Read, history.Applied, counter.Applied)), Inconclusive, Inconclusive, "only reads were carried out", ""},
		{"all acknowledged", account(0, 2, acked, acked), Pass, Pass, "changed by +2", ""},
		{"up and down", account(10, 10, acked, op(dec, history.Applied, counter.Applied)), Pass, Pass, "changed by +0", ""},
		{"the store lost an update", account(0, 1, acked, acked), Fail, Fail, "1 below what", "no operation"},
		{"the store invented one", account(0, 3, acked, acked), Fail, Fail, "1 above what", "no operation"},
		{"counted twice", account(0, 3, acked, twice), Fail, Pass, "1 above what", "worker 7, operation 2 (increment)"},
		{"tried twice, counted once", watched(account(0, 2, acked, twice)), Pass, Pass, "changed by +2", ""},
		{"unknown and applied", account(0, 2, acked, lost), Inconclusive, Pass, "may explain it", `got "unknown"`},
		{"unknown and not applied", watched(account(0, 1, acked, lost)), Pass, Pass, "stayed so for 5s", ""},
		{"unknown and not applied yet", account(0, 1, acked, lost), Inconclusive, Pass, "may still have been in progress", `got "unknown"`},
		{"tried again and not counted twice yet", account(0, 2, acked, twice), Inconclusive, Pass, "may still have been in progress", "worker 7, operation 2"},
		{"more than the unknown explain", account(0, 3, acked, lost), Fail, Fail, "2 above what", `got "unknown"`},
		{"a decrement counted twice", account(9, 7, op(dec, history.Applied, counter.Unknown, counter.Applied)), Fail, Pass, "1 below what", "-1"},
		{"an increment cannot explain too little", account(0, 0, twice), Fail, Fail, "1 below what", "no operation"},
	} {
		t.Run(c.what, func(t *testing.T) {
			once, conserved := ExactlyOnce([]history.Ledger{c.ledger}), Conservation([]history.Ledger{c.ledger})
			if once.Status != c.exactlyOnce || conserved.Status != c.conservation {
				t.Errorf("exactly-once %s (%s), conservation %s (%s); want %s and %s",
					once.Status, once.Reason, conserved.Status, conserved.Reason, c.exactlyOnce, c.conservation)
			}
			if !strings.Contains(once.Reason, c.reason) {
				t.Errorf("reason %q lacks %q", once.Reason, c.reason)
			}
			if evidence := strings.Join(once.Evidence, "\n"); !strings.Contains(evidence, c.evidence) || (c.evidence == "") != (evidence == "") {
				t.Errorf("evidence %q, want %q in it", evidence, c.evidence)
			}
		})
	}
}

func TestUnreadableFinalIsInconclusive(t *testing.T) {
	l := account(0, 0, op(history.Increment, history.GaveUp, counter.Conflict))
	l.FinalKnown = false
	for _, check := range []func([]history.Ledger) Result{ExactlyOnce, Conservation} {
		for _, ledgers := range [][]history.Ledger{{l}, nil} {
			if got := check(ledgers); got.Status != Inconclusive {
				t.Errorf("%s of %d counters: %s", got.Name, len(ledgers), got.Status)
			}
		}
	}
}

func TestTheWorstCounterSpeaks(t *testing.T) {
	good, bad := account(0, 1, op(history.Increment, history.Applied, counter.Applied)), account(0, 5)
	got := ExactlyOnce([]history.Ledger{good, bad, good})
	if got.Status != Fail || !strings.HasPrefix(got.Reason, "1 of 3 counters: ") {
		t.Errorf("got %s: %s", got.Status, got.Reason)
	}
	if got := ExactlyOnce([]history.Ledger{good, good}); got.Status != Pass || !strings.HasPrefix(got.Reason, "all 2 counters") {
		t.Errorf("got %s: %s", got.Status, got.Reason)
	}
}

func TestEvidenceIsBounded(t *testing.T) {
	for _, c := range []struct {
		operations int
		last       string
	}{{50, "and 40 more"}, {500, "and at least 90 more"}} {
		var ops []history.Op
		for range c.operations {
			ops = append(ops, op(history.Increment, history.Applied, counter.Unknown, counter.Applied))
		}
		got := ExactlyOnce([]history.Ledger{account(0, 600, ops...)})
		if n := len(got.Evidence); n != maxEvidence+1 || got.Evidence[n-1] != c.last {
			t.Errorf("%d lines, the last %q", n, got.Evidence[n-1])
		}
	}
}

func TestEndsOfInt64(t *testing.T) {
	l := account(math.MinInt64, math.MaxInt64, op(history.Increment, history.Applied, counter.Applied))
	got := Conservation([]history.Ledger{l})
	if got.Status != Fail || !strings.Contains(got.Evidence[0], "invented 18446744073709551614") {
		t.Errorf("got %s: %q", got.Status, got.Evidence)
	}
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		statuses []Status
		want     Status
	}{
		{nil, Inconclusive},
		{[]Status{Pass, Pass}, Pass},
		{[]Status{Pass, Inconclusive}, Inconclusive},
		{[]Status{Inconclusive, Fail, Pass}, Fail},
		{[]Status{Pass, ""}, Inconclusive},
	} {
		var checks []Result
		for _, s := range c.statuses {
			checks = append(checks, Result{Status: s})
		}
		if got := Judge(checks...).Status; got != c.want {
			t.Errorf("%q: got %s, want %s", c.statuses, got, c.want)
		}
	}
}

func TestARunThatEndedInAnErrorDoesNotPass(t *testing.T) {
	for status, want := range map[Status]Status{Pass: Inconclusive, Inconclusive: Inconclusive, Fail: Fail} {
		if got := Judge(Result{Status: status}).CutShort(); got.Status != want || got.Checks[0].Status != status {
			t.Errorf("%s: got %+v", status, got)
		}
	}
}

func TestWrongAccountsShowNothing(t *testing.T) {
	for _, status := range []Status{Pass, Inconclusive, Fail} {
		got := Judge(Result{Name: "chain", Status: status, Evidence: []string{"one"}}).Untrusted("the sums are wrong")
		if got.Status != Inconclusive || got.Checks[0].Status != Inconclusive || got.Checks[0].Reason != "the sums are wrong" || got.Checks[0].Evidence != nil {
			t.Errorf("%s: got %+v", status, got)
		}
	}
}
