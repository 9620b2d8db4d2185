package fleet

import (
	"math/rand/v2"

	"contend/counter"
	"contend/workload/history"
)

// room is memory that every worker needs. It is one piece with the worker, so that of a
// hundred thousand workers each is found in few places.
type room struct {
	source   rand.PCG
	random   rand.Rand
	views    [1]view
	attempts [1]history.Attempt
	sends    [1]counter.Send // those of designs that read before they write have memory of their own
}

// furnish lets a new worker use its room.
func (w *worker) furnish() {
	r := &w.room
	r.source = *rand.NewPCG(w.scenario.Seed, uint64(w.number))
	r.random = *rand.New(&r.source)
	w.random, w.views = &r.random, r.views[:]
	w.op.Attempts, w.op.wire.Sends = r.attempts[:0], r.sends[:0]
}
