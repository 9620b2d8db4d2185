package workload

import (
	"fmt"
	"time"

	"contend/counter"
	"contend/workload/retry"
)

// outage is the record of attempts that reached no server. The zero value is
// none.
type outage struct {
	attempts    int64
	first, last int64 // when the first began and the last ended, in nanoseconds since the start
}

func (o *outage) add(more outage) {
	switch {
	case more.attempts == 0:
		return
	case o.attempts == 0:
		*o = more
		return
	}
	o.attempts += more.attempts
	o.first, o.last = min(o.first, more.first), max(o.last, more.last)
}

// warning is "" if there was no outage; workers paused at most so long before they
// tried again.
func (o *outage) warning(longestPause time.Duration) string {
	if o.attempts == 0 {
		return ""
	}
	rounded := func(at int64) time.Duration { return time.Duration(at).Round(time.Millisecond) }
	return fmt.Sprintf("the target could not be reached in %d attempts between %s and %s of the run; workers paused up to %s before they tried again, so that the rates say little",
		o.attempts, rounded(o.first), rounded(o.last), longestPause)
}

// The pauses of a worker that reaches no server: a refused connection takes no
// time, and without them workers would do nothing but connect.
const (
	outageBase = 10 * time.Millisecond
	outageCap  = time.Second
)

// outagePause is the pause after the n-th such attempt in a row; u in [0, 1) is
// a random draw.
func outagePause(n int, u float64) time.Duration {
	policy := retry.Policy{Kind: retry.EqualJitter, Base: outageBase, Cap: outageCap, Factor: 2, On: retry.Outcomes(counter.Failed)}
	return policy.Decide(retry.Attempt{Number: n, Outcome: counter.Failed}, u).Wait
}

// noteReach counts the attempts in a row that reached no server.
func (w *worker) noteReach(reason string, began, ended int64) {
	if reason != counter.ReasonNotConnected {
		w.unreached = 0
		return
	}
	w.unreached++
	w.measured.unreached(began, ended)
}

// unreached counts an attempt that reached no server.
func (m *recorder) unreached(began, ended int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.outage.add(outage{attempts: 1, first: began, last: ended})
}

// reconnectPause is how long the worker waits at least before it sends again.
// It draws nothing while the server is reached, so that a seed gives the same
// run.
func (w *worker) reconnectPause() time.Duration {
	if w.unreached == 0 {
		return 0
	}
	return outagePause(w.unreached, w.random.Float64())
}
