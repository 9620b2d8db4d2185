package check

import (
	"fmt"

	"contend/workload/history"
)

// stock follows the bounds of a counter with a floor through time: the upper bound when a
// decrement has been acknowledged, and the lower bound while a change is refused. The
// sums at the end cannot show these violations if something was added later.
type stock struct {
	band  *band // of the same counter, for its sums
	least int64 // what no change may go below
	bound int64 // what no state may be below

	oversold, needless offences
}

func newStock(least, bound int64, start history.State) *stock {
	s := &stock{band: newBand(start), least: least, bound: bound}
	s.band.watch = s.watch
	return s
}

// add enters an operation that has ended.
func (s *stock) add(op *history.Op) {
	s.band.add(op)
	if op.Delta >= 0 {
		return
	}
	for i := range op.Attempts {
		a := &op.Attempts[i]
		e := entry{kind: acknowledged, sequence: op.Sequence, worker: int32(op.Worker), delta: op.Delta, invoked: a.Invoked, returned: a.Returned}
		switch {
		case acknowledges(a):
			s.band.enter(bandEvent{at: e.returned, step: taken, read: &bandRead{entry: e}})
		case refusedAtFloor(a) && !a.Saw.Known:
			refusal := &bandRead{entry: e}
			s.band.enter(bandEvent{at: e.invoked, step: readBegins, read: refusal})
			s.band.enter(bandEvent{at: e.returned, step: refusalEnds, read: refusal})
		}
	}
}

// watch judges an event of the sweep.
func (s *stock) watch(e *bandEvent) {
	b, r := s.band, e.read
	if e.at >= b.cutAt {
		return
	}
	if e.step == taken {
		if high := b.reached.most(b.sure, b.possible); high.value < s.bound {
			s.oversold.add(s.tooMuch(r, high), high.parts(r.entry)...)
		}
		return
	}
	low := r.before.least(r.sure, b.possible)
	if r.before = (reached{}); low.value+r.delta >= s.least {
		s.needless.add(fmt.Sprintf("%s was refused %s, although there was %d at least, which leaves %d",
			r.who(), interval(r.invoked, r.returned), low.value, low.value+r.delta), low.parts(r.entry)...)
	}
}

// tooMuch says how a change was acknowledged although there was not enough.
func (s *stock) tooMuch(r *bandRead, high mark) string {
	text := fmt.Sprintf("%s was acknowledged %s; even if everything that may have been added was there, the decrements acknowledged by then leave at most %d",
		r.who(), interval(r.invoked, r.returned), high.value)
	if high.by != nil {
		text += fmt.Sprintf(" of what %s", high.by.told())
	}
	return fmt.Sprintf("%s, below %d", text, s.bound)
}
