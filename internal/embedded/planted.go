package embedded

import (
	"time"

	"contend/internal/clock"
	"contend/internal/embedded/attribute"
	"contend/internal/embedded/misbehave"
)

// planted holds the faults that are planted in a server. It is nil for a server without
// faults, whose requests then have no exchange; nothing else depends on it.
type planted struct {
	clock   clock.Clock
	chances [len(misbehave.Plan{})]*misbehave.Chance // by kind; nil: not planted
}

// plant returns nil for a plan without faults.
func plant(c *Config) *planted {
	const streams = 1<<63 + 1 // the first; the one before it is the latency's
	if c.Misbehave == (misbehave.Plan{}) {
		return nil
	}
	p := &planted{clock: c.Clock}
	for _, kind := range misbehave.Kinds() {
		if c.Misbehave[kind] > 0 {
			p.chances[kind] = misbehave.NewChance(c.Misbehave[kind], c.Seed, streams+uint64(kind))
		}
	}
	return p
}

// Misbehaviours returns how often each planted fault has happened so far, in the order
// of the kinds. Without planted faults it is empty.
func (s *Server) Misbehaviours() []misbehave.Count {
	if s.planted == nil {
		return nil
	}
	var counts []misbehave.Count
	for kind, chance := range s.planted.chances {
		if chance != nil {
			counts = append(counts, misbehave.Count{Kind: misbehave.Kind(kind), OneIn: s.config.Misbehave[kind], Times: chance.Times()})
		}
	}
	return counts
}

// begin is called for each request, with the time of its arrival.
func (p *planted) begin(arrived time.Time) *exchange {
	if p == nil {
		return nil
	}
	return &exchange{arrived: arrived}
}

// updateFaults lists the faults of updates. An update shows the first one that is due and
// can be shown.
var updateFaults = [...]struct {
	kind misbehave.Kind
	// show carries out the update wrongly and reports true, or does nothing.
	show func(w *weighed) bool
}{
	{misbehave.LoseUpdate, (*weighed).lose},
	{misbehave.ApplyTwice, (*weighed).applyTwice},
	{misbehave.ApplyRefused, (*weighed).applyRefused},
	{misbehave.AcknowledgeOutOfOrder, (*weighed).acknowledgeOutOfOrder},
	{misbehave.IgnoreCondition, (*weighed).ignoreCondition},
}

// carryOut carries out a write and returns its answer, or shows a fault. Each request
// shows at most one fault.
func (p *planted) carryOut(w *weighed) (effect, error) {
	if w.kind == actionUpdate {
		p.meet(misbehave.LoseUpdate, misbehave.ApplyTwice, misbehave.GoBack, misbehave.ApplyRefused,
			misbehave.AcknowledgeOutOfOrder, misbehave.IgnoreCondition)
		if w.payDebt() || p.misapply(w) {
			return w.effect, w.err
		}
		w.exchange.mayGoBack = true
	}
	if w.err == nil {
		w.store(w.new)
	}
	return w.effect, w.err
}

func (p *planted) meet(kinds ...misbehave.Kind) {
	for _, kind := range kinds {
		p.chances[kind].Meet()
	}
}

// misapply reports whether an update showed a fault.
func (p *planted) misapply(w *weighed) bool {
	for _, fault := range updateFaults {
		if p.chances[fault.kind].Try(func() bool { return fault.show(w) }) {
			return true
		}
	}
	return false
}

// read returns the item that a strong read sees; a nil cell has none.
func (p *planted) read(c *cell, x *exchange) attribute.Item {
	p.meet(misbehave.StaleRead)
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := c.item
	p.chances[misbehave.StaleRead].Try(func() bool {
		stale, ok := c.stale(x.arrived)
		if ok {
			seen = stale
		}
		return ok
	})
	return seen
}

// end is called when a request's answer was sent: acknowledged is true for a
// success whose client was still there.
func (p *planted) end(x *exchange, acknowledged bool) {
	if x.cell == nil {
		return
	}
	x.cell.mu.Lock()
	defer x.cell.mu.Unlock()
	now := p.clock.Now()
	if x.debt != nil {
		x.debt.answered = now
	}
	if !acknowledged {
		return
	}
	if x.mayGoBack && p.chances[misbehave.GoBack].Try(x.cell.goBack) {
		return
	}
	if p.chances[misbehave.StaleRead] != nil || p.chances[misbehave.GoBack] != nil {
		x.cell.keep(x, now)
	}
}
