package record

import (
	"context"
	"sync"
	"time"

	"contend/workload/history"
	"contend/workload/proxy"
	"contend/workload/proxy/observe"
)

// maxCounters bounds the counters that are recorded, and read at the end.
const maxCounters = 10_000

// tracked is a counter: a watched attribute of one item.
type tracked struct {
	index   int
	key     string
	watch   observe.Watched
	asker   proxy.Asker // of the first request about it
	reading sync.Mutex  // while its first value is read

	// The rest is guarded by the recorder's lock.
	initial history.State
	// current is the number that the counter holds when no write is under way.
	current history.State
	busy    int   // writes under way
	entered int64 // writes so far
	unseen  string
}

// entrance is a write that is under way.
type entrance struct {
	counter *tracked
	alone   bool  // no other write was under way
	entered int64 // of the counter, with this one
}

// Before reads the counters that a request names for the first time, before the request
// can change them. It belongs into [proxy.Config].
func (r *Recorder) Before(ctx context.Context, x *proxy.Exchange) {
	var entrances []entrance
	for i := range x.Watched {
		w := &x.Watched[i]
		c := r.track(x, w)
		if c == nil {
			continue
		}
		r.readInitial(ctx, c)
		if !w.Write {
			continue
		}
		r.mu.Lock()
		c.busy++
		c.entered++
		entrances = append(entrances, entrance{c, c.busy == 1, c.entered})
		r.mu.Unlock()
	}
	if len(entrances) > 0 {
		r.mu.Lock()
		r.entrances[x.Number] = entrances
		r.mu.Unlock()
	}
}

// track returns the counter of a watched attribute; nil if there are too many.
func (r *Recorder) track(x *proxy.Exchange, w *observe.Watched) *tracked {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.counters[w.Counter]
	switch {
	case c != nil:
	case len(r.order) == maxCounters:
		r.summary.Untracked++
	default:
		c = &tracked{index: len(r.order), key: w.Counter, watch: *w, asker: x.Asker()}
		r.counters[w.Counter] = c
		r.order = append(r.order, c)
	}
	return c
}

// readInitial reads the value of a counter that no write has reached yet, unless it is known.
func (r *Recorder) readInitial(ctx context.Context, c *tracked) {
	c.reading.Lock()
	defer c.reading.Unlock()
	r.mu.Lock()
	known := c.initial.Known || c.entered > 0
	r.mu.Unlock()
	if known {
		return
	}
	value, err := r.config.Read(ctx, c.asker, &c.watch.Target, c.watch.Path)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.summary.note(Unseen{Counter: c.key, Reason: "its value before the first request could not be read: " + err.Error()})
		return
	}
	c.initial = history.State{Value: value, Known: true}
	c.current = c.initial
}

// leave ends the write of a request on its counters. It returns those on which no other
// write was under way at any time of it.
func (r *Recorder) leave(number int64) map[*tracked]bool {
	var alone map[*tracked]bool
	for _, e := range r.entrances[number] {
		if e.alone && e.counter.entered == e.entered {
			if alone == nil {
				alone = map[*tracked]bool{}
			}
			alone[e.counter] = true
		}
		e.counter.busy--
	}
	delete(r.entrances, number)
	return alone
}

// resolve finds out what a write changed whose answer does not show it: if no other write
// was under way and the counter's value was known, by the value that it left.
func (c *tracked) resolve(e *observe.Effect, alone bool) {
	if e.DeltaKnown || !e.After.Known || !alone || !c.current.Known {
		return
	}
	e.Delta, e.DeltaKnown = e.After.Value-c.current.Value, true
}

// follow keeps the current value over an applied write.
func (c *tracked) follow(e *observe.Effect, alone bool) {
	switch {
	case e.DeltaKnown && c.current.Known:
		c.current.Value += e.Delta
	case alone && e.After.Known:
		c.current = history.State{Value: e.After.Value, Known: true}
	default:
		c.current.Known = false
	}
}

func (r *Recorder) since(at time.Time) int64 { return int64(at.Sub(r.began)) }
