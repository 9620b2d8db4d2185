package record

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/proxy"
	"contend/workload/proxy/observe"
)

// How long calls are kept back, because another request of them may follow.
const (
	// lingering is for calls whose client has its answer. It may not have waited for it.
	lingering = 5 * time.Second
	// holding is for calls that their SDK may try again; SDKs wait for up to 20 s.
	holding = time.Minute
	// maxKept bounds the calls that are kept back.
	maxKept = 1 << 16
)

// call is an operation of the history that is not yet written.
type call struct {
	key   string
	op    history.Op
	state callState
	lane  int
	until time.Time // when it ends if no other request comes, or is written
	times int       // how often it has ended
	held  bool      // it is in the list of the calls that may get another request
}

// callState is how far a call has got.
type callState uint8

const (
	begun   callState = iota // it has no lane yet
	calling                  // its SDK may try again
	over                     // the client has its answer, and the lane has been given back
	written
)

// newCall begins a call.
func newCall(x *proxy.Exchange, c *tracked, e *observe.Effect, key string) *call {
	o := &call{key: key}
	o.op = history.Op{Counter: c.index, Eventual: e.Eventual, Kind: history.Read}
	if e.Write {
		o.op.Delta = e.Delta
		o.op.Kind = history.Increment
		if e.Delta < 0 {
			o.op.Kind = history.Decrement
		}
	}
	if x.Call != "" {
		o.op.Call = fmt.Sprintf("%s of %s", x.Call, caller(x))
	}
	return o
}

// caller names who made a request.
func caller(x *proxy.Exchange) string {
	if x.Process != "" {
		return x.Process
	}
	return x.Client
}

// attempt makes an attempt of a delivery. heard is true if the client got its answer.
func (r *Recorder) attempt(x *proxy.Exchange, d *proxy.Delivery, e *observe.Effect, heard bool) history.Attempt {
	a := history.Attempt{
		Invoked: r.since(d.Sent), Returned: r.since(d.Answered), Outcome: e.Outcome, Written: e.Write, Reason: e.Reason, Token: e.Token, Requests: 1,
		Before: state(e.Built), After: state(e.After), Saw: state(e.Saw),
	}
	if d.Answered.IsZero() {
		a.Returned = r.since(x.Ended)
	}
	if e.Outcome != counter.Applied {
		a.After = history.State{}
	}
	if !e.Write {
		a.Before = history.State{}
		return a
	}
	if e.Outcome == counter.Applied && !heard {
		unhear(&a, cmp.Or(string(x.LosingFault()), history.NotHeard))
	}
	return a
}

// unhear turns an applied attempt into one of which the client does not know that it was
// applied. The state that it left was current at a moment within the attempt.
func unhear(a *history.Attempt, kind string) {
	a.Outcome, a.Settled, a.Saw, a.After = counter.Unknown, 1, a.After, history.State{}
	a.Reason = counter.ReasonConnection
	a.Faults = append(a.Faults, history.Fault{Kind: kind, Request: 1, Write: true, Delivered: 1, AppliedUnacknowledged: 1, Status: 200})
}

func state(s observe.State) history.State { return history.State{Value: s.Value, Known: s.Known} }

// add adds an attempt to the call, in the order in which they were sent: a request may end,
// and be noted, before an earlier one. Of two attempts that the client was told of, the first
// cannot have reached it, or it would not have tried again.
func (c *call) add(a history.Attempt) {
	place := len(c.op.Attempts)
	for place > 0 && c.op.Attempts[place-1].Invoked > a.Invoked {
		place--
	}
	c.op.Attempts = slices.Insert(c.op.Attempts, place, a)
	last := len(c.op.Attempts) - 1
	for last >= 0 && c.op.Attempts[last].Outcome != counter.Applied {
		last--
	}
	for i := range max(last, 0) {
		earlier := &c.op.Attempts[i]
		if earlier.Outcome == counter.Applied {
			unhear(earlier, history.NotHeard)
		}
		c.op.Attempts[last].Repeated = c.op.Attempts[last].Repeated || c.op.Attempts[last].RepeatsPerhaps(earlier)
	}
	c.op.Invoked, c.op.Due = c.op.Attempts[0].Invoked, c.op.Attempts[0].Invoked
	c.op.Returned = max(c.op.Returned, a.Returned)
	c.op.Ending = ending(c.op.Attempts)
}

// ending is how a call with these attempts ended.
func ending(attempts []history.Attempt) history.Ending {
	unknown := false
	for i := range attempts {
		switch attempts[i].Outcome {
		case counter.Applied:
			return history.Applied
		case counter.Unknown:
			unknown = true
		}
	}
	switch last := attempts[len(attempts)-1].Outcome; {
	case unknown:
		return history.Unknown
	case last == counter.Failed:
		return history.Failed
	}
	return history.GaveUp
}

// isFinal reports whether the SDK does not try again after an exchange.
func isFinal(x *proxy.Exchange) bool {
	switch x.Outcome {
	case counter.Applied, counter.Conflict, counter.Failed:
		return !x.Gone
	}
	return x.MaxAttempts > 0 && x.Attempt >= x.MaxAttempts || x.Call == ""
}
