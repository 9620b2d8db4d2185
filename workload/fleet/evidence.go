package fleet

import (
	"contend/counter"
	"contend/workload/history"
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
func (o *operation) evidence(a *history.Attempt, receipt *counter.Receipt) {
	a.Before = o.basis.before
	a.LookInvoked, a.LookReturned = o.basis.lookInvoked, o.basis.lookReturned
	a.ReadUnits = o.basis.readUnits
	if receipt.Units.Reported {
		a.WriteUnits = receipt.Units.Write
	}
	state := observed(receipt.State, receipt.StateKnown)
	switch {
	case o.Kind == history.Read || a.Outcome == counter.Conflict || receipt.Refused():
		a.Saw = state
	case a.Outcome == counter.Applied:
		a.After = state
	}
	a.Repeated, a.Carried, a.Token = receipt.Repeated, receipt.Carried, o.token
	o.basis = basis{}
}

// wireEvidence completes an attempt with what went over the wire for it.
func (o *operation) wireEvidence(a *history.Attempt) {
	a.Requests, a.AmbiguousWrites = len(o.wire.Sends), o.wire.AmbiguousWrites(a.Outcome)
	a.Settled = min(o.wire.Settled(), int(a.Writes().Unknown))
	for i := range o.wire.Sends {
		for _, f := range o.wire.Sends[i].Faults {
			a.Faults = append(a.Faults, history.Fault{
				Kind: f.Kind, Request: i + 1, Write: o.wire.Sends[i].Write,
				Delivered: f.Delivered, AppliedUnacknowledged: f.AppliedUnacknowledged, Status: f.Status, Code: f.Code,
			})
		}
	}
}

func observed(s counter.State, known bool) history.State {
	if !known {
		return history.State{}
	}
	return history.State{Value: s.Value, Version: s.Version, Known: true}
}
