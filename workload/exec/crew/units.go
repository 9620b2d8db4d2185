package crew

import (
	"contend/counter"
	"contend/workload/proxy"
	"contend/workload/proxy/observe"
)

// charges are the write units that the store last reported for each operation of its API on
// each counter.
type charges map[charged]float64

type charged struct{ counter, operation string }

// of estimates the charge for a write whose units the store did not report. A refused write
// consumes as much as an applied one, and a write without an answer may have. The estimate is
// what the last such write consumed. If there was none, it is one unit for each item that the
// request names, or two in a transaction.
func (c charges) of(x *proxy.Exchange, d *proxy.Delivery, e *observe.Effect) counter.Units {
	key := charged{e.Counter, x.Operation}
	switch {
	case d.Units.Reported:
		c[key] = d.Units.Write
		return counter.Units{}
	case e.Outcome != counter.Conflict && e.Outcome != counter.Unknown:
		return counter.Units{}
	case c[key] > 0:
		return counter.Units{Write: c[key]}
	}
	units := float64(len(x.Items))
	if x.Operation == "TransactWriteItems" {
		const inTransaction = 2
		units *= inTransaction
	}
	return counter.Units{Write: units}
}
