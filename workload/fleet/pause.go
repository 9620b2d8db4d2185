package fleet

import (
	"time"

	"contend/counter"
	"contend/workload/retry"
)

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
	decision, _ := policy.Decide(retry.Attempt{Number: n, Outcome: counter.Failed}, retry.Memory{}, u)
	return decision.Wait
}

// noteReach counts the attempts in a row that reached no server.
func (w *worker) noteReach(reason string, began, ended int64) {
	if reason != counter.ReasonNotConnected {
		w.unreached = 0
		return
	}
	w.unreached++
	w.measured.recorder.Unreached(began, ended)
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
