package crew

import (
	"cmp"
	"time"

	"contend/counter"
	"contend/workload/fleet"
	"contend/workload/history"
	"contend/workload/proxy"
	"contend/workload/proxy/observe"
)

// judged is an operation that has ended, whose requests become its attempts.
type judged struct {
	crew       *Crew
	assignment *fleet.Assignment
	process    int
	operation  int64 // its id
	answered   time.Time
	told       history.Ending
	tries      []fleet.Try
	looks      look // since the last try
	eventual   bool
}

// look is what was read since the last attempt.
type look struct {
	sends             []counter.Send
	units             counter.Units
	invoked, returned int64
	state             history.State // of the last successful strong read
}

// performance makes the attempts of the operation's requests.
func (j *judged) performance(requests []*proxy.Exchange) fleet.Performance {
	j.crew.mu.Lock()
	defer j.crew.mu.Unlock()
	for _, x := range requests {
		j.request(x)
	}
	if n := len(j.tries); n > 0 { // what was read afterwards
		t := &j.tries[n-1]
		t.Reads += len(j.looks.sends)
		t.Sends = append(t.Sends, j.looks.sends...)
		t.Requests = len(t.Sends)
		t.Receipt.Units = t.Receipt.Units.Plus(j.looks.units)
	}
	for i := range j.tries {
		t := &j.tries[i]
		t.ReadUnits, t.WriteUnits = t.Receipt.Units.Read, t.Receipt.Units.Write
	}
	return fleet.Performance{Tries: j.tries, Ending: j.settle(), Told: j.told, Answered: j.answered, Eventual: j.eventual}
}

// request adds what one request did.
func (j *judged) request(x *proxy.Exchange) {
	found := false
	for n := range x.Deliveries {
		j.crew.missAll(x, n)
		for i := range x.Deliveries[n].Effects {
			e := &x.Deliveries[n].Effects[i]
			counter, known := j.crew.counters[e.Counter]
			switch {
			case !known:
			case counter != j.assignment.Counter:
				j.elsewhere(x, counter, e)
			default:
				found = true
				j.effect(x, n, e)
			}
		}
	}
	if found {
		return
	}
	for i := range x.Watched {
		if counter, known := j.crew.counters[x.Watched[i].Counter]; known && counter == j.assignment.Counter && len(x.Deliveries) == 0 {
			j.undelivered(x, x.Watched[i].Write)
			return
		}
	}
	j.looks.sends = append(j.looks.sends, send(x, false)) // about something else
	for n := range x.Deliveries {
		j.looks.units = j.looks.units.Plus(x.Deliveries[n].Units)
	}
}

// elsewhere notes a change of another counter than that of the operation.
func (j *judged) elsewhere(x *proxy.Exchange, counter int, e *observe.Effect) {
	if e.Write && mayApply(e.Outcome) {
		j.crew.miss(counter, "request %d of %s (%s) changed it in an operation on another counter", x.Number, x.Process, x.Operation)
	}
}

func mayApply(o counter.Outcome) bool { return o == counter.Applied || o == counter.Unknown }

// effect adds what a delivery of a request did to the counter.
func (j *judged) effect(x *proxy.Exchange, delivery int, e *observe.Effect) {
	d := &x.Deliveries[delivery]
	isRead := j.assignment.Kind == history.Read
	switch {
	case !e.Write && isRead:
		j.read(x, d, e)
	case !e.Write:
		j.look(x, d, e)
	case isRead && mayApply(e.Outcome):
		j.crew.miss(j.assignment.Counter, "request %d of %s (%s) changed it in a read", x.Number, x.Process, x.Operation)
	case !isRead:
		j.write(x, delivery, e)
	}
}

// look notes a read in an operation that changes the counter.
func (j *judged) look(x *proxy.Exchange, d *proxy.Delivery, e *observe.Effect) {
	l := &j.looks
	l.sends = append(l.sends, send(x, false))
	l.units = l.units.Plus(d.Units)
	l.state = history.State{}
	if e.Outcome == counter.Applied && x.Outcome == counter.Applied && !e.Eventual {
		l.state, l.invoked, l.returned = state(e.Saw), j.since(d.Sent), j.since(d.Answered)
	}
}

// read adds an attempt of an operation that reads.
func (j *judged) read(x *proxy.Exchange, d *proxy.Delivery, e *observe.Effect) {
	for i := range j.tries { // the last one counts
		if t := &j.tries[i]; t.Outcome == counter.Applied {
			j.looks.sends = append(t.Sends, j.looks.sends...)
			j.looks.units = t.Receipt.Units.Plus(j.looks.units)
			j.tries = j.tries[:i]
			break
		}
	}
	t := j.attempt(x, d.Sent, d.Answered)
	t.Receipt.Units = t.Receipt.Units.Plus(d.Units)
	t.Outcome, t.Reason, t.Saw = e.Outcome, e.Reason, state(e.Saw)
	if x.Outcome != counter.Applied || x.Gone || d.Answered.After(j.answered) {
		t.Outcome, t.Reason, t.Saw = x.Outcome, x.Reason, history.State{}
	}
	meet(t, x)
	j.eventual = e.Eventual
	j.add(t)
}

// write adds an attempt of an operation that changes the counter.
func (j *judged) write(x *proxy.Exchange, delivery int, e *observe.Effect) {
	d := &x.Deliveries[delivery]
	t := j.attempt(x, d.Sent, d.Answered)
	t.Written, t.Outcome, t.Reason, t.Token = true, e.Outcome, e.Reason, e.Token
	t.Receipt.Units, t.Receipt.EstimatedUnits = t.Receipt.Units.Plus(d.Units), j.crew.charges.of(x, d, e)
	late := d.Answered.IsZero() || d.Answered.After(j.answered)
	switch e.Outcome {
	case counter.Applied:
		t.After = state(e.After)
	case counter.Conflict:
		t.Saw = state(e.Saw)
	}
	if e.Built.Known {
		t.Before = state(e.Built)
		if l := &j.looks; l.state == t.Before && l.returned <= t.Invoked {
			t.LookInvoked, t.LookReturned = l.invoked, l.returned
		}
	}
	if late {
		t.Saw = history.State{}
	}
	if delivery == 0 {
		meet(t, x)
	}
	if heard := delivery == 0 && x.Outcome == counter.Applied && !x.Gone && !late; e.Outcome == counter.Applied && !heard {
		unhear(t, cmp.Or(string(x.LosingFault()), history.NotHeard))
		if late {
			t.Saw, t.Returned = history.State{}, history.NoEnd
		}
	}
	if delivery > 0 {
		t.Sends = nil // the program sent it once
	}
	if mayApply(e.Outcome) && (!e.DeltaKnown || e.Delta != j.assignment.Delta) {
		j.otherChange(x, e)
	}
	j.add(t)
}

// otherChange notes a change that is not the one that was asked for.
func (j *judged) otherChange(x *proxy.Exchange, e *observe.Effect) {
	if !e.DeltaKnown {
		j.crew.miss(j.assignment.Counter, "request %d of %s (%s) may have changed it by any number: %s", x.Number, x.Process, x.Operation, e.Why)
		return
	}
	j.crew.miss(j.assignment.Counter, "request %d of %s (%s) changed it by %+d, where %+d was asked for", x.Number, x.Process, x.Operation, e.Delta, j.assignment.Delta)
}

// undelivered adds a request that did not reach the store.
func (j *judged) undelivered(x *proxy.Exchange, write bool) {
	isRead := j.assignment.Kind == history.Read
	if write == isRead {
		j.looks.sends = append(j.looks.sends, send(x, write))
		return
	}
	t := j.attempt(x, x.Received, x.Ended)
	t.Written, t.Outcome, t.Reason = write, x.Outcome, x.Reason
	meet(t, x)
	if write && t.Outcome == counter.Unknown {
		t.Settled = 1
	}
	j.add(t)
}

// attempt begins an attempt with one request. It lies within the operation.
func (j *judged) attempt(x *proxy.Exchange, sent, returned time.Time) *fleet.Try {
	if returned.IsZero() {
		returned = x.Ended
	}
	if returned.After(j.answered) {
		returned = j.answered
	}
	t := &fleet.Try{Sends: append(j.looks.sends, send(x, true)), Reads: len(j.looks.sends)}
	t.Receipt.Units = j.looks.units
	t.Invoked, t.Returned, t.Requests = j.since(sent), j.since(returned), len(t.Sends)
	return t
}

func (j *judged) add(t *fleet.Try) {
	if n := len(t.Sends); !t.Written && n > 0 {
		t.Reads++
		t.Sends[n-1].Write = false
	}
	t.Receipt.Outcome, t.Receipt.Reason = t.Outcome, t.Reason
	j.tries, j.looks = append(j.tries, *t), look{}
}

func (j *judged) since(at time.Time) int64 { return int64(at.Sub(j.assignment.LoadBegan)) }

func state(s observe.State) history.State { return history.State{Value: s.Value, Known: s.Known} }

// send is a request as it was on the wire.
func send(x *proxy.Exchange, write bool) counter.Send {
	return counter.Send{
		Began: x.Received, Ended: x.Ended, Attempt: max(x.Attempt, 1), Write: write, Status: x.Status,
		Answer: counter.Classification{Outcome: x.Outcome, Reason: x.Reason},
	}
}
