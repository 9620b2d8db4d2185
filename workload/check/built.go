package check

import (
	"fmt"

	"contend/workload/history"
)

// compareBuilt compares the state after a conditional write with the state that it was
// built on. They must differ by its delta, whatever happened before and after.
func (c *subject) compareBuilt(op *history.Op) {
	for i := range op.Attempts {
		a := &op.Attempts[i]
		if !acknowledges(a) || a.Repeated || !a.Before.Known || !a.After.Known || tooFar(a.Before, op.Delta) || tooFar(a.After, op.Delta) ||
			a.After.Value-a.Before.Value == op.Delta {
			continue
		}
		e := entry{
			sequence: op.Sequence, worker: int32(op.Worker), delta: op.Delta, value: a.After.Value, invoked: a.Invoked, returned: a.Returned,
			versioned: a.After.Version != 0, at: a.After.Version, from: a.After.Version - 1,
		}
		if !e.versioned {
			e.at, e.from = e.value, e.value-e.delta
		}
		c.chain.report(violation{kind: wrongValue, byTime: true, entries: []entry{e}, text: fmt.Sprintf(
			"%s, %s, although it was built on value %d", e.told(), aChange(e.delta), a.Before.Value)})
	}
}
