package crew

import (
	"context"
	"slices"
	"time"

	"contend/workload/proxy"
)

// operation is one in progress, with its requests.
type operation struct {
	open    map[*proxy.Exchange]bool // that have not ended
	ended   []*proxy.Exchange
	settled chan struct{} // closed when the program has answered and none is open; nil before
}

// before implements [proxy.Config.Before]: a request that names a counter belongs to the
// operation that its process carries out.
func (c *Crew) before(_ context.Context, x *proxy.Exchange) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p := c.places[x.Process]; p != nil && p.operation != nil {
		p.operation.open[x] = true
	}
}

// note implements [proxy.Config.Note].
func (c *Crew) note(x *proxy.Exchange) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.places[x.Process]
	if p == nil {
		return
	}
	o := p.operation
	switch {
	case o != nil && o.open[x]:
		delete(o.open, x)
		o.ended = append(o.ended, x)
		if len(o.open) == 0 && o.settled != nil {
			close(o.settled)
			o.settled = nil
		}
	case o != nil && len(x.Watched) == 0:
		o.ended = append(o.ended, x) // about something else
	default:
		c.outside(x)
	}
}

// outside notes the changes of a request that belongs to no operation.
func (c *Crew) outside(x *proxy.Exchange) {
	for i := range x.Deliveries {
		for _, e := range x.Deliveries[i].Effects {
			if counter, known := c.counters[e.Counter]; known && e.Write && mayApply(e.Outcome) {
				c.miss(counter, "request %d of %s (%s) belongs to no operation", x.Number, x.Process, x.Operation)
			}
		}
		c.missAll(x, i)
	}
}

// missAll notes what was not understood of a delivery.
func (c *Crew) missAll(x *proxy.Exchange, delivery int) {
	for _, u := range x.Deliveries[delivery].Unseen {
		counter, known := c.counters[u.Counter]
		switch {
		case !u.Write:
		case known:
			c.miss(counter, "%s", u.Reason)
		case u.Counter == "":
			for i := range c.unseen {
				c.miss(i, "%s", u.Reason)
			}
		}
	}
}

// begin begins an operation at a place.
func (c *Crew) begin(p *place) *operation {
	o := &operation{open: map[*proxy.Exchange]bool{}}
	c.mu.Lock()
	defer c.mu.Unlock()
	p.operation = o
	return o
}

// lingering is how long the requests of an operation may go on after its answer.
const lingering = 5 * time.Second

// end ends an operation, when its requests have ended too. It returns them in the order of
// their arrival. Those that go on for longer belong to no operation.
func (c *Crew) end(ctx context.Context, p *place, o *operation) []*proxy.Exchange {
	c.mu.Lock()
	if len(o.open) > 0 {
		settled := make(chan struct{})
		o.settled = settled
		c.mu.Unlock()
		late := time.NewTimer(lingering)
		defer late.Stop()
		select {
		case <-settled:
		case <-late.C:
		case <-ctx.Done():
		}
		c.mu.Lock()
	}
	defer c.mu.Unlock()
	p.operation = nil
	for x := range o.open {
		for _, w := range x.Watched {
			if counter, known := c.counters[w.Counter]; known && w.Write {
				c.miss(counter, "request %d of %s (%s) went on for long after its operation", x.Number, x.Process, x.Operation)
			}
		}
	}
	slices.SortFunc(o.ended, func(a, b *proxy.Exchange) int { return int(a.Number - b.Number) })
	return o.ended
}
