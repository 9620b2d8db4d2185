package check

import (
	"math"
	"strings"
	"testing"

	"contend/counter"
	"contend/workload/history"
)

// TestSumsDoNotWrap: what was asked for may be more than int64 holds; a counter
// that does not hold it is not right for that.
func TestSumsDoNotWrap(t *testing.T) {
	large := func(delta int64, ending history.Ending, outcome counter.Outcome) history.Op {
		o := op(history.Increment, ending, outcome)
		o.Delta = delta
		return o
	}
	up := large(math.MaxInt64, history.Applied, counter.Applied)
	lost := large(math.MaxInt64, history.Unknown, counter.Unknown)
	down := large(math.MinInt64, history.Applied, counter.Applied)
	for _, c := range []struct {
		what                      string
		ledger                    history.Ledger
		exactlyOnce, conservation Status
		reason                    string // of exactly-once
	}{
		{"two of the largest make less than none", account(0, -2, up, up), Fail, Fail,
			"18446744073709551616 below what its clients were told (+18446744073709551614 acknowledged, -2 stored)"},
		{"one of each way", account(0, -1, up, down), Pass, Pass, "changed by -1"},
		{"up twice and down twice", account(5, 3, up, up, down, down), Pass, Pass, "changed by -2"},
		{"up twice and down twice, and one is lost", account(5, 4, up, up, down, down), Fail, Fail, "1 above"},
		{"two of the largest without an answer", watched(account(-1, -1, lost, lost, up, down)), Inconclusive, Pass, "1 above what"},
		{"one of which explains it", account(0, math.MaxInt64-1, lost, lost, up, down), Inconclusive, Pass, "9223372036854775807 above what"},
		{"four and a half times round", account(0, 0, up, up, up, up, up, up, up, up, up), Fail, Fail, "below what"},
	} {
		once, conserved := ExactlyOnce([]history.Ledger{c.ledger}), Conservation([]history.Ledger{c.ledger})
		if once.Status != c.exactlyOnce || conserved.Status != c.conservation || !strings.Contains(once.Reason, c.reason) {
			t.Errorf("%s: got %+v and %+v, want %s, %s and %q", c.what, once, conserved, c.exactlyOnce, c.conservation, c.reason)
		}
		whole := account(c.ledger.Initial, c.ledger.Final)
		whole.Watched = c.ledger.Watched
		half := c.ledger
		whole.Merge(&half)
		if got := ExactlyOnce([]history.Ledger{whole}); got.Status != once.Status || got.Reason != once.Reason {
			t.Errorf("%s, merged: got %+v, want %+v", c.what, got, once)
		}
	}
}
