package check

import (
	"fmt"
	"strings"
	"time"

	"contend/workload/history"
)

// repeats collects the calls on one counter that the store applied more than once, in the
// history of a proxy. A call is one of an SDK, or an operation that a run asked a program
// for. The store's own answers prove that it applied several requests for one call.
type repeats struct {
	began    time.Time // the wall clock at time 0; zero: not known
	calls    int64     // that may have changed the counter
	noun     string    // "call" of an SDK, or "operation" of a program
	count    int64
	evidence []string // of the first
}

// add enters an operation that has ended.
func (r *repeats) add(op *history.Op) {
	if op.Kind == history.Read || op.Delta == 0 {
		return
	}
	r.calls++
	r.noun = "operation"
	if op.Call != "" {
		r.noun = "call"
	}
	if op.Writes().Traced < 2 {
		return
	}
	r.count++
	if len(r.evidence) < history.MaxDoubtful {
		r.evidence = append(r.evidence, r.text(op))
	}
}

// text names the call, and the requests that were applied.
func (r *repeats) text(op *history.Op) string {
	var requests []string
	var tokens []string
	for i := range op.Attempts {
		a := &op.Attempts[i]
		if a.Writes().Traced == 0 {
			continue
		}
		if a.Token != "" {
			before := len(tokens)
			if tokens = appendNew(tokens, a.Token); len(tokens) == before {
				continue // the store had applied it already
			}
		}
		requests = append(requests, r.request(i, a))
	}
	return fmt.Sprintf("%s: %s each added %+d; the caller got %q", op, strings.Join(requests, " and "), op.Delta, op.Ending)
}

func (r *repeats) request(n int, a *history.Attempt) string {
	text := fmt.Sprintf("request %d, sent at %s", n+1, millis(a.Invoked))
	if !r.began.IsZero() {
		text += r.began.Add(time.Duration(a.Invoked)).UTC().Format(" (15:04:05.000000Z)")
	}
	var faults []string
	for i := range a.Faults {
		if a.Faults[i].AppliedUnacknowledged > 0 {
			faults = appendNew(faults, a.Faults[i].String())
		}
	}
	if len(faults) > 0 {
		text += ", met " + strings.Join(faults, ", ")
	}
	return text
}

func (c *subject) judgeCalls() finding {
	switch {
	case c.repeats.count > 0:
		return finding{
			Fail, fmt.Sprintf("%s: the store applied %s of %d more than once", c.name(), plural(c.repeats.count, c.repeats.noun), c.repeats.calls), c.repeats.evidence,
		}
	case c.repeats.calls == 0:
		return finding{nothing, c.name() + ": no call changed it", nil}
	}
	return finding{Pass, fmt.Sprintf("%s: none of %s was applied more than once, as far as the store answered", c.name(), plural(c.repeats.calls, c.repeats.noun)), nil}
}
