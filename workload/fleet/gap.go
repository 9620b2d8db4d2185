package fleet

import (
	"time"

	"contend/counter"
)

// call is one call of a strategy: when it was made and ended, on the run's
// clock, and its requests as they went over the wire, if something meters them.
type call struct {
	began, ended int64
	sends        []counter.Send
}

// calling marks the beginning of a call; its requests are those that the wire
// does not hold yet.
func (w *worker) calling() (began int64, sent int) { return w.now(), len(w.op.wire.Sends) }

// called ends a call that began so.
func (w *worker) called(began int64, sent int) call {
	return call{began: began, ended: w.now(), sends: w.op.wire.Sends[min(sent, len(w.op.wire.Sends)):]}
}

// answered is the moment that stands for when the store took up the call's last
// request, or its last write: the middle of the request. What the SDK did before,
// its waits and the requests that it sent again, are not in it.
func (w *worker) answered(c call, write bool) int64 {
	for i := len(c.sends) - 1; i >= 0; i-- {
		if s := &c.sends[i]; s.Write || !write {
			began := int64(s.Began.Sub(w.run.began))
			return began + int64(s.Ended.Sub(s.Began))/2
		}
	}
	return c.began + (c.ended-c.began)/2
}

// gapBefore is the time from when the store told the state v, which a write started
// from, to when it judged the write. A write without an answer, or one that was
// throttled, was not judged at a known time, if at all.
//
// It notes when the store told the state of the receipt: with the answer to the
// write, or to a read after it. A receipt without a request tells no newer state
// than v.
func (w *worker) gapBefore(c call, v *view, r *counter.Receipt) (gap time.Duration, judged bool) {
	if !w.traits.NeedsState {
		return 0, false
	}
	w.op.observedAt = v.observedAt
	if !r.Unsent || r.Reads > 0 {
		w.op.observedAt = w.answered(c, false)
	}
	if r.Unsent || r.Outcome != counter.Applied && r.Outcome != counter.Conflict {
		return 0, false
	}
	return time.Duration(w.answered(c, true) - v.observedAt), true
}
