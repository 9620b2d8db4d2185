package workload

import (
	"time"

	"contend/counter"
)

// WireTally counts the requests of a load as they went over the wire. Without a
// transport that counts them all is 0.
type WireTally struct {
	Requests int64
	// Repeats are the requests that the SDK sent again by itself. Slept is how
	// long it waited before them, and before others that it held back, all
	// workers together.
	Repeats int64
	Slept   time.Duration
	// QuotaRefused counts calls that the SDK did not repeat because its quota of
	// retries was used up.
	QuotaRefused int64
}

func (t *WireTally) add(w *counter.Wire) {
	repeats, slept := w.Repeats()
	t.Requests += int64(len(w.Sends))
	t.Repeats += int64(repeats)
	t.Slept += slept
}

func (t *WireTally) merge(o WireTally) {
	t.Requests += o.Requests
	t.Repeats += o.Repeats
	t.Slept += o.Slept
	t.QuotaRefused += o.QuotaRefused
}
