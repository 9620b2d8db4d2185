package check

import (
	"strings"
	"testing"

	"contend/counter"
	"contend/workload/history"
)

// lostReply takes the answer from the first attempt of an operation. The store has
// accepted its write the given number of times.
func lostReply(o history.Op, unheard int) history.Op {
	o.Attempts[0].Settled = 1
	o.Attempts[0].Faults = []history.Fault{{Kind: "lost-reply", Request: 1, Write: true, Delivered: 1, AppliedUnacknowledged: unheard, Status: 200}}
	if unheard == 0 {
		o.Attempts[0].Faults[0].Status, o.Attempts[0].Faults[0].Code = 400, "ConditionalCheckFailedException"
	}
	return o
}

func TestInjectedFaultsInFindings(t *testing.T) {
	inc := history.Increment
	acked := op(inc, history.Applied, counter.Applied)
	twice := func() history.Op { return op(inc, history.Applied, counter.Unknown, counter.Applied) }
	lost := func() history.Op { return op(inc, history.Unknown, counter.Unknown) }
	dead := lost()
	dead.Attempts[0].Settled, dead.Attempts[0].Faults = 1, []history.Fault{{Kind: "reset", Request: 1, Write: true}}
	repeated := twice()
	repeated.Attempts[0].Token, repeated.Attempts[1].Token, repeated.Attempts[1].Repeated = "t", "t", true
	again := op(inc, history.Applied, counter.Applied)
	again.Attempts[0].AmbiguousWrites, again.Attempts[0].Reason = 1, ""
	const cause = "; the injected faults explain it exactly: "
	for _, c := range []struct {
		what                      string
		ledger                    history.Ledger
		exactlyOnce, conservation string   // ends of the reasons
		evidence                  []string // of exactly-once, whole lines
	}{
		{
			"counted twice", account(0, 3, acked, lostReply(twice(), 1)),
			"(+2 acknowledged, +3 stored)" + cause + "1 write was applied without the caller knowing",
			"within [2, 3]" + cause + "1 write was applied without the caller knowing",
			[]string{`worker 7, operation 2 (increment) at 0.000 ms, +1: 2 attempts, 1 of them unknown (time-out; injected lost-reply, which the store had accepted); the caller got "applied"`},
		},
		{
			"those that counted are named first", account(0, 5, lostReply(twice(), 0), lostReply(twice(), 1), dead, lostReply(lost(), 1)),
			"3 above what its clients were told (+2 acknowledged, +5 stored); by the injected faults it should be 4, and is 1 above", "; by the injected faults it should be 4, and is 1 above",
			[]string{
				`worker 7, operation 2 (increment) at 0.000 ms, +1: 2 attempts, 1 of them unknown (time-out; injected lost-reply, which the store had accepted); the caller got "applied"`,
				`worker 7, operation 4 (increment) at 0.000 ms, +1: its one attempt is unknown (time-out; injected lost-reply, which the store had accepted); the caller got "unknown"`,
				`worker 7, operation 1 (increment) at 0.000 ms, +1: 2 attempts, 1 of them unknown (time-out; injected lost-reply, which the store had refused: ConditionalCheckFailedException); the caller got "applied"`,
				`worker 7, operation 3 (increment) at 0.000 ms, +1: its one attempt is unknown (time-out; injected reset, which the store had not answered); the caller got "unknown"`,
			},
		},
		{
			"they explain unknown operations", account(0, 2, acked, lostReply(lost(), 1), dead),
			"may explain it" + cause + "1 write was applied without the caller knowing", "; the injected faults explain it exactly: 1 write was applied without the caller knowing",
			[]string{`worker 7, operation 2 (increment) at 0.000 ms, +1: its one attempt is unknown (time-out; injected lost-reply, which the store had accepted); the caller got "unknown"`},
		},
		{
			"nothing reached the store", account(0, 1, acked, dead), "which is what its clients were told",
			"within [1, 2]" + cause + "no write was applied without the caller knowing", nil,
		},
		{
			"what was accepted is not there", account(0, 1, acked, lostReply(lost(), 1)), "which is what its clients were told",
			"; by the injected faults it should be 2, and is 1 below", nil,
		},
		{
			"one is not of the injected", account(0, 3, acked, lostReply(twice(), 1), lost()), "may explain it", "within [2, 4]",
			nil,
		},
		{
			"repeated below the program", account(0, 2, again), "(+1 acknowledged, +2 stored)", "within [1, 2]",
			[]string{`worker 7, operation 1 (increment) at 0.000 ms, +1: 1 attempt, with 1 repeated write below the program; the caller got "applied"`},
		},
		{
			"a broken promise", promised(account(0, 2, lostReply(repeated, 1))),
			"(+1 acknowledged, +2 stored); the design applied a repeated write twice", "; by the injected faults it should be 1, and is 1 above",
			[]string{`worker 7, operation 1 (increment) at 0.000 ms, +1: 2 attempts, 1 of them unknown (time-out; injected lost-reply, which the store had accepted); the caller got "applied"`},
		},
		{
			"a promise broken often", promised(account(0, 5, twice(), twice(), lost())),
			"(+2 acknowledged, +5 stored); the design applied repeated writes twice, +2 or more in all", "within [2, 5]", nil,
		},
		{
			"not the design's fault", promised(account(0, 3, lostReply(repeated, 1))),
			"(+1 acknowledged, +3 stored); by the injected faults it should be 1, and is 2 above", "; by the injected faults it should be 1, and is 2 above", nil,
		},
	} {
		t.Run(c.what, func(t *testing.T) {
			once, conserved := ExactlyOnce([]history.Ledger{c.ledger}), Conservation([]history.Ledger{c.ledger})
			if !strings.HasSuffix(once.Reason, c.exactlyOnce) {
				t.Errorf("exactly-once %s %q, want …%q", once.Status, once.Reason, c.exactlyOnce)
			}
			if !strings.HasSuffix(conserved.Reason, c.conservation) {
				t.Errorf("conservation %s %q, want …%q", conserved.Status, conserved.Reason, c.conservation)
			}
			if got, want := strings.Join(once.Evidence, "\n"), strings.Join(c.evidence, "\n"); c.evidence != nil && got != want {
				t.Errorf("evidence\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func promised(l history.Ledger) history.Ledger {
	l.Idempotent = true
	return l
}

// TestOmittedOperationsAreNotPassedOver: if a ledger does not have room for all
// doubtful operations, all those that it has are still taken into account.
func TestOmittedOperationsAreNotPassedOver(t *testing.T) {
	var ops []history.Op
	for n := range 2 * history.MaxDoubtful {
		ops = append(ops, lostReply(op(history.Increment, history.Applied, counter.Unknown, counter.Applied), (n+1)%2))
	}
	got := ExactlyOnce([]history.Ledger{account(0, 3*history.MaxDoubtful, ops...)})
	if n := len(got.Evidence); n != maxEvidence+1 || got.Evidence[n-1] != "and at least 90 more" || !strings.Contains(got.Evidence[maxEvidence-1], "accepted") {
		t.Errorf("got %q", got.Evidence)
	}
	if want := "explain it exactly: 100 writes were applied and not acknowledged"; !strings.HasSuffix(got.Reason, want) {
		t.Errorf("got %q", got.Reason)
	}
}
