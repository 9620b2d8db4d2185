package probe

import (
	"context"
	"fmt"
	"strings"

	"contend/workload/check"
	"contend/workload/history"
)

// realTime gives what the rows before it saw to the checks of "contend check":
// whether the states of each counter continue each other, in an order that
// agrees with the clock, and no strong read was stale.
func (b *battery) realTime(_ context.Context, _ string) Row {
	var operations int
	var evidence []string
	for _, h := range b.histories {
		wrong, err := h.audit()
		if err != nil {
			return failure(err)
		}
		operations += len(h.ops)
		evidence = append(evidence, wrong...)
	}
	switch {
	case len(evidence) > 0:
		return broken(evidence, "what clients were told has no order that agrees with real time")
	case operations == 0:
		return notJudged("no row before it carried out an operation")
	}
	return right("%d operations of %d rows have an order that agrees with real time", operations, len(b.histories))
}

// kept is what all workers did to the one counter of a row.
type kept struct {
	row            string
	initial, final history.State
	ops            []history.Op
}

// audit returns the evidence of the checks that failed.
func (k kept) audit() ([]string, error) {
	audit := check.NewAudit(history.Header{Counters: []history.CounterStart{{Key: k.row, Initial: k.initial}}})
	for i := range k.ops {
		if err := audit.Add(&k.ops[i]); err != nil {
			return nil, fmt.Errorf("judge %q: %w", k.row, err)
		}
	}
	findings := audit.Close(history.Footer{Finals: []history.CounterEnd{{Final: k.final}}}, false)
	var wrong []string
	for _, c := range findings.Checks {
		if sums := c.Name == "exactly-once" || c.Name == "conservation"; c.Status == check.Fail && !sums {
			wrong = append(wrong, fmt.Sprintf("%s: %s: %s", k.row, c.Reason, strings.Join(c.Evidence, "; ")))
		}
	}
	return wrong, nil
}
