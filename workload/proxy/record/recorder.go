package record

import (
	"context"
	"io"
	"strconv"
	"sync"
	"time"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/proxy"
	"contend/workload/proxy/observe"
)

// Config configures a [Recorder].
type Config struct {
	// Spool takes the operations until the history is complete.
	Spool io.ReadWriteSeeker
	// Read reads a counter strongly, past all faults; [proxy.Proxy.Read] does.
	Read func(ctx context.Context, by proxy.Asker, target *observe.Target, path []string) (int64, error)
	Tool string // the program that writes the history
	// Floor is the least value that a change may leave; nil: none.
	Floor *int64
}

// Recorder records the exchanges of a proxy. It is safe for use by several goroutines.
type Recorder struct {
	config Config
	began  time.Time

	mu         sync.Mutex
	counters   map[string]*tracked
	order      []*tracked // by index
	entrances  map[int64][]entrance
	spool      *history.InOrder
	lanes      lanes
	sequences  map[int]int64    // of each lane
	calls      map[string]*call // that may get another request
	held       []*call          // that have not ended, in the order in which they began
	ended      []ended          // in the order in which they ended
	spent      spentTokens
	operations int64 // written
	summary    Summary
	blind      map[string]string // tables with writes that were not understood, and why
}

// New returns a Recorder. Times count from began.
func New(config Config, began time.Time) (*Recorder, error) {
	spool, err := history.NewInOrder(config.Spool, history.Header{Ordered: true})
	if err != nil {
		return nil, err
	}
	return &Recorder{
		config: config, began: began, spool: spool, lanes: newLanes(), counters: map[string]*tracked{}, entrances: map[int64][]entrance{},
		sequences: map[int]int64{}, calls: map[string]*call{}, blind: map[string]string{},
		summary: Summary{Requests: map[string]int64{}, Injected: map[string]int64{}},
	}, nil
}

// Note records an exchange that has ended. It belongs into [proxy.Config].
func (r *Recorder) Note(x *proxy.Exchange) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.summary.count(x)
	alone := r.leave(x.Number)
	for n := range x.Deliveries {
		d := &x.Deliveries[n]
		h := hearing{n, n == 0 && x.Outcome == counter.Applied && !x.Gone, alone}
		for i := range d.Effects {
			r.effect(x, d, &d.Effects[i], h)
		}
		for _, u := range d.Unseen {
			r.miss(u)
		}
	}
	r.write(x.Ended)
}

// hearing is what is known about an effect besides its delivery.
type hearing struct {
	delivery int  // its number
	heard    bool // the client got its answer
	alone    map[*tracked]bool
}

// effect records what a delivery did to one counter.
func (r *Recorder) effect(x *proxy.Exchange, d *proxy.Delivery, e *observe.Effect, h hearing) {
	c := r.counters[e.Counter]
	if c == nil {
		return // there are too many, or a search found an item that no request has named
	}
	key := callKey(x, c, e, h.delivery)
	if !e.Write {
		r.record(x, r.call(x, c, e, key), r.attempt(x, d, e, h.heard))
		return
	}
	if r.calls[key] == nil && r.spent.has(key) {
		r.summary.Replays++
		return
	}
	mayApply := e.Outcome == counter.Applied || e.Outcome == counter.Unknown
	if e.Outcome == counter.Applied {
		c.resolve(e, h.alone[c])
	}
	if mayApply && !e.DeltaKnown {
		r.miss(observe.Unseen{Table: e.Target.Table, Counter: e.Counter, Write: true, Reason: x.Operation + ": " + e.Why})
	}
	switch {
	case e.Outcome == counter.Applied:
		if !e.Adds && !e.Built.Known {
			r.summary.Blind++
		}
		c.follow(e, h.alone[c])
	case e.Outcome == counter.Unknown:
		c.current.Known = false
	}
	if e.DeltaKnown && e.Delta == 0 {
		if e = unchanged(e); e == nil {
			return
		}
	}
	if e.DeltaKnown {
		r.record(x, r.call(x, c, e, key), r.attempt(x, d, e, h.heard))
	}
}

// unchanged is the reading of the number that a write shows which left it as it was; nil if
// it shows none.
func unchanged(e *observe.Effect) *observe.Effect {
	if e.Outcome != counter.Applied || !e.After.Known {
		return nil
	}
	return &observe.Effect{Target: e.Target, Counter: e.Counter, Outcome: e.Outcome, DeltaKnown: true, Saw: e.After}
}

// call returns the call of a request, which may be new.
func (r *Recorder) call(x *proxy.Exchange, c *tracked, e *observe.Effect, key string) *call {
	if r.calls[key] == nil {
		r.calls[key] = newCall(x, c, e, key)
	}
	return r.calls[key]
}

// record adds an attempt to a call.
func (r *Recorder) record(x *proxy.Exchange, c *call, a history.Attempt) {
	began := c.op.Invoked
	c.add(a)
	switch {
	case c.state != calling: // it is new, or its lane may have another call by now
		c.lane = r.lanes.take(c.op.Invoked).number
		c.state = calling
	case c.op.Invoked < began: // its lane may have had another call until then
		r.lanes.give(c.lane, began)
		c.lane = r.lanes.fresh()
	}
	if c.op.Kind == history.Read || isFinal(x) {
		r.end(c, x.Ended.Add(lingering))
		return
	}
	c.until = x.Ended.Add(holding)
	if !c.held {
		c.held = true
		r.held = append(r.held, c)
	}
}

// callKey is the same for the requests of one call that change a counter in the same way.
// A write that does not depend on the value before it changes it by another amount each
// time, and stands for itself.
// Requests with one token count once, whatever calls they belong to.
func callKey(x *proxy.Exchange, c *tracked, e *observe.Effect, delivery int) string {
	switch {
	case e.Token != "":
		return tokenKey + e.Token + "/" + c.key
	case x.Call == "" || !e.Write || !e.Adds && !e.Built.Known:
		return strconv.FormatInt(x.Number, 10) + "/" + strconv.Itoa(delivery) + "/" + c.key + "/" + strconv.FormatBool(e.Write)
	}
	return x.Process + "/" + x.Call + "/" + c.key + "/" + strconv.FormatInt(e.Delta, 10)
}

// miss notes what was not understood. A counter that may have changed by it cannot be
// judged.
func (r *Recorder) miss(u observe.Unseen) {
	counterName := u.Counter
	if counterName == "" {
		counterName = u.Table + "/*"
	}
	r.summary.note(Unseen{Counter: counterName, Write: u.Write, Reason: u.Reason})
	switch c := r.counters[u.Counter]; {
	case !u.Write:
	case c != nil && c.unseen == "":
		c.unseen = u.Reason
	case u.Counter == "" && r.blind[u.Table] == "":
		r.blind[u.Table] = u.Reason
	}
}
