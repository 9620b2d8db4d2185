package check

import (
	"fmt"
	"strings"

	"contend/counter"
	"contend/workload/history"
)

// floor checks a counter's states against the floor, and refusals against the states
// that they returned.
type floor struct {
	least  int64 // what no change may go below
	first  int64 // the version that it began with; 0: not known
	bound  int64 // what no state may be below: a counter may have begun below least
	stock  *stock
	search *search // for an order that keeps the floor; nil: there is none

	below, needless         offences
	early                   offences   // below, in eventual reads that may have been of before the run
	found                   []offences // what was judged to be broken, of each kind
	lastTaken               entry      // the last acknowledged that took something away
	takes, gives            int64      // operations that would take something away, and add something
	refused, untold, silent int64      // refusals, those of them without a state, acknowledgements without one
}

func newFloor(least int64, start history.State) *floor {
	bound := min(least, start.Value)
	return &floor{least: least, first: start.Version, bound: bound, stock: newStock(least, bound, start)}
}

// add enters an operation that has ended.
func (f *floor) add(op *history.Op) {
	entriesOf(op, f.tell, func(unknownWrite) {})
	f.stock.add(op)
	switch {
	case op.Delta < 0:
		f.takes++
	case op.Delta > 0:
		f.gives++
	}
	for i := range op.Attempts {
		a := &op.Attempts[i]
		if refusedAtFloor(a) {
			f.refuse(op, a)
		}
		if op.Delta < 0 && acknowledges(a) && a.Returned >= f.lastTaken.returned {
			f.lastTaken = entry{sequence: op.Sequence, worker: int32(op.Worker), delta: op.Delta, invoked: a.Invoked, returned: a.Returned}
		}
	}
}

func refusedAtFloor(a *history.Attempt) bool {
	return a.Outcome == counter.Failed && a.Reason == counter.ReasonFloor
}

// tell enters what a client was told of the counter's state.
func (f *floor) tell(e entry, s history.State) {
	if !s.Known {
		f.silent++
		return
	}
	if s.Value >= f.bound || e.kind == eventualRead && s.Version != 0 && (f.first == 0 || s.Version < f.first) {
		return // an eventual read may show what was before the run
	}
	e.value, e.at, e.versioned = s.Value, s.Version, s.Version != 0
	text := fmt.Sprintf("%s, below %d", e.told(), f.bound)
	if e.kind == eventualRead && s.Version == 0 {
		f.early.add(text, e)
		return
	}
	f.below.add(text, e)
}

// refuse enters a refusal. The state that it told must leave no room for the
// change.
func (f *floor) refuse(op *history.Op, a *history.Attempt) {
	f.refused++
	switch {
	case !a.Saw.Known:
		f.untold++
	case f.allows(a.Saw.Value, op.Delta):
		f.needless.add(fmt.Sprintf("worker %d's %s (operation %d) was refused %s, although it saw value %d, which leaves %d",
			op.Worker, changeWord(op.Delta), op.Sequence, interval(a.Invoked, a.Returned), a.Saw.Value, a.Saw.Value+op.Delta),
			entry{kind: strongRead, sequence: op.Sequence, worker: int32(op.Worker), value: a.Saw.Value, invoked: a.Invoked, returned: a.Returned})
	}
}

// allows reports whether a change of value by delta does not end below the floor.
func (f *floor) allows(value, delta int64) bool {
	sum := value + delta
	if delta < 0 && sum > value || delta > 0 && sum < value { // beyond int64
		return delta > 0
	}
	return sum >= f.least
}

// judge is the finding about a counter with its account. Of a history that was
// cut off the sums mean nothing.
func (f *floor) judge(l *history.Ledger, cut bool) finding {
	if f.takes > 0 && f.early.count > 0 { // then what is below is of the run
		f.below, f.early = f.below.and(f.early), offences{}
	}
	oversold := f.stock.oversold
	if !cut && l.Highest() < f.bound {
		sums := offences{count: 1, parts: []entry{f.lastTaken}, first: fmt.Sprintf(
			"%q began at %d; all that was acknowledged and everything that may have been added leave at most %d", l.Key, l.Initial, l.Highest())}
		oversold = sums.and(oversold)
	}
	needless := f.needless.and(f.stock.needless)
	f.brokenOrder(&oversold)
	name := fmt.Sprintf("%q", l.Key)
	switch {
	case f.below.count > 0 || needless.count > 0 || oversold.count > 0:
		return f.broken(l, oversold, needless)
	case !l.FinalKnown:
		return finding{Inconclusive, name + ": its value after the operations is not known", nil}
	case f.takes == 0:
		return finding{nothing, name + ": nothing was to be taken away", nil}
	}
	return finding{Pass, fmt.Sprintf("%s: %s below %d: %s", name, f.never(l), f.least, f.refusals()), nil}
}

func (f *floor) broken(l *history.Ledger, oversold, needless offences) finding {
	f.found = []offences{f.below, oversold, needless}
	var what, evidence []string
	if f.below.count > 0 {
		what = append(what, fmt.Sprintf("%s below %d", plural(f.below.count, "state"), f.bound))
		evidence = append(evidence, f.below.first)
	}
	if oversold.count > 0 {
		what = append(what, "more was taken than the counter can have held")
		evidence = append(evidence, oversold.first)
	}
	if needless.count > 0 {
		what = append(what, fmt.Sprintf("%s though there was enough", plural(needless.count, "refusal")))
		evidence = append(evidence, needless.first)
	}
	return finding{Fail, fmt.Sprintf("%q: %s", l.Key, strings.Join(what, "; ")), evidence}
}

// never says how sure it is: a counter whose writes were not all told of may
// have been below for a while, unless nothing brought it up again.
func (f *floor) never(l *history.Ledger) string {
	if f.silent == 0 && len(l.Doubtful) == 0 || f.gives == 0 {
		return "never"
	}
	return "never seen"
}

func (f *floor) refusals() string {
	judged := f.refused - f.untold
	var parts []string
	switch {
	case f.refused == 0:
		return "nothing was refused"
	case judged == 1:
		parts = append(parts, "1 change was refused, when it had to be")
	case judged > 1:
		parts = append(parts, fmt.Sprintf("%d changes were refused, each when it had to be", judged))
	}
	if f.untold > 0 {
		parts = append(parts, fmt.Sprintf("%s came without a state, and the sums do not contradict that", plural(f.untold, "refusal")))
	}
	return strings.Join(parts, "; ")
}
