package workload

import (
	"contend/counter"
	"contend/internal/history"
)

// basis is what the next attempt is built on: the read that prepares it,
// perhaps at the conflict before it, and what the worker believed when it
// wrote.
type basis struct {
	before                    history.State
	lookInvoked, lookReturned int64   // 0: no read was sent for the attempt
	readUnits                 float64 // that the store reported
}

// believes notes what a write is built on.
func (b *basis) believes(v *view) { b.before = observed(v.state, v.known) }

// evidence completes an attempt with what it was built on, saw and left, and
// begins the basis of the next.
func (w *worker) evidence(a *history.Attempt, receipt counter.Receipt) {
	a.Before = w.basis.before
	a.LookInvoked, a.LookReturned = w.basis.lookInvoked, w.basis.lookReturned
	a.ReadUnits = w.basis.readUnits
	if receipt.Units.Reported {
		a.WriteUnits = receipt.Units.Write
	}
	state := observed(receipt.State, receipt.StateKnown)
	switch {
	case w.op.Kind == history.Read || a.Outcome == counter.Conflict:
		a.Saw = state
	case a.Outcome == counter.Applied:
		a.After = state
	}
	w.basis = basis{}
}

func observed(s counter.State, known bool) history.State {
	if !known {
		return history.State{}
	}
	return history.State{Value: s.Value, Version: s.Version, Known: true}
}
