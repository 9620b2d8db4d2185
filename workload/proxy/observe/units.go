package observe

import (
	"github.com/valyala/fastjson"

	"contend/counter"
)

// The parameter that asks the store what a request consumes, and the member of the answer
// that says it.
const (
	returnConsumed   = "ReturnConsumedCapacity"
	returnTotal      = "TOTAL"
	consumedCapacity = "ConsumedCapacity"
)

// askForUnits asks the store to report the units of a request about a watched item, unless
// the client asks itself.
func (a *asking) askForUnits(whole span) {
	if !a.concernsWatched() {
		return
	}
	a.metered = true
	text, given := textOf(a.root, returnConsumed)
	if given && text != returnNone || !given && a.root.Exists(returnConsumed) {
		return // the client asks, or the store refuses the request
	}
	if o := a.object(whole); o.ok {
		a.askedUnits = true
		a.edits = append(a.edits, with(a.text, &o, [2]string{returnConsumed, returnTotal}))
	}
}

// concernsWatched reports whether one of the actions may name a watched item.
func (a *asking) concernsWatched() bool {
	for i := range a.actions {
		if act := &a.actions[i]; len(act.paths) > 0 || act.target.Key == nil && act.target.Table != "" { // a search
			return true
		}
	}
	return false
}

// units are those that an answer reports.
func (a *answer) units() counter.Units {
	consumed := a.root.Get(consumedCapacity)
	if consumed == nil {
		return counter.Units{}
	}
	if consumed.Type() != fastjson.TypeArray {
		return a.unitsOf(consumed)
	}
	var sum counter.Units
	for _, table := range consumed.GetArray() {
		sum = sum.Plus(a.unitsOf(table))
	}
	return sum
}

// unitsOf reads the capacity that one table reports. Some stores report only the total;
// whether it was read or written then follows from the operation.
func (a *answer) unitsOf(v *fastjson.Value) counter.Units {
	read, write, total := v.Get("ReadCapacityUnits"), v.Get("WriteCapacityUnits"), v.Get("CapacityUnits")
	switch {
	case read != nil || write != nil:
		return counter.Units{Read: positive(read), Write: positive(write), Reported: true}
	case total == nil:
		return counter.Units{}
	}
	switch a.operation {
	case "GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan":
		return counter.Units{Read: positive(total), Reported: true}
	}
	return counter.Units{Write: positive(total), Reported: true}
}

// positive is a number of units; 0 if v is no number or a negative one.
func positive(v *fastjson.Value) float64 {
	if v == nil {
		return 0
	}
	n, err := v.Float64()
	if err != nil {
		return 0
	}
	return max(n, 0)
}
