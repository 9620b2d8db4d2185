package probe

import (
	"context"
	"fmt"
	"strings"
)

// realTime gives the operations of the rows before it to the checks of "contend check":
// do the states of each counter continue each other, in an order that agrees with the
// clock, and was no strong read stale?
func (b *battery) realTime(_ context.Context, _ string) Row {
	var operations int
	var evidence []string
	for _, h := range b.histories {
		wrong, err := h.outOfOrder()
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

// kept is everything that the workers did to the counter of a row.
type kept struct {
	row string
	trial
}

// outOfOrder returns the evidence of the checks that failed, but for those of sums,
// which the rows ask for themselves.
func (k kept) outOfOrder() ([]string, error) {
	failed, err := k.audit(k.row)
	var wrong []string
	for _, name := range []string{"chain", "linearizable", "reads"} {
		if c, ok := failed[name]; ok {
			wrong = append(wrong, fmt.Sprintf("%s: %s: %s", k.row, c.Reason, strings.Join(c.Evidence, "; ")))
		}
	}
	return wrong, err
}
