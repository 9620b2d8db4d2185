package trial

import (
	"errors"
	"fmt"
	"testing"

	"contend/workload/check"
	"contend/workload/history"
	"contend/workload/measure"
)

func TestAnErrorNeverPasses(t *testing.T) {
	good := history.Ledger{Key: "counter-0", Final: 1, FinalKnown: true, Counts: history.Counts{Operations: 1, Applied: 1}, Sums: history.Sums{Acknowledged: 1, Low: 1, High: 1}}
	bad := good
	bad.Final = 5
	inconsistent := errors.Join(errors.New("denied"), fmt.Errorf("%w: attempts", measure.ErrInconsistent))
	for _, c := range []struct {
		what       string
		ledger     history.Ledger
		err        error
		run, check check.Status
	}{
		{"no error", good, nil, check.Pass, check.Pass},
		{"ended by an error", good, errors.New("denied"), check.Inconclusive, check.Pass},
		{"ended by an error, and wrong", bad, errors.New("denied"), check.Fail, check.Fail},
		{"wrong accounts", good, inconsistent, check.Inconclusive, check.Inconclusive},
		{"wrong accounts that look like a failure", bad, inconsistent, check.Inconclusive, check.Inconclusive},
	} {
		ledgers := []history.Ledger{c.ledger}
		got := withError(check.Judge(check.ExactlyOnce(ledgers), check.Conservation(ledgers)), c.err)
		if got.Status != c.run || got.Checks[0].Status != c.check {
			t.Errorf("%s: run %s, first check %s; want %s and %s", c.what, got.Status, got.Checks[0].Status, c.run, c.check)
		}
	}
}
