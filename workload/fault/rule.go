package fault

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Rule says which requests get which fault.
type Rule struct {
	Kind Kind
	// Probability is the probability of the fault, in (0, 1], for each request
	// that the rule applies to; 0 means every such request, until Count is
	// reached.
	Probability float64
	// Count is how many faults are injected at most; 0 means no limit. A rule
	// needs a Probability, a Count or both; a [Partition] may have neither, and
	// then lets nothing pass, and so may a rule with Requests.
	Count int64
	// On lists the operations that the rule applies to, in the words of [Words];
	// an empty list means all.
	On []string
	// Table and Key limit the rule to requests about an item of that table, and with a
	// key that fits the pattern; "" means any. [Config.Touches] decides.
	Table, Key string
	// Requests limits the rule to the requests with these numbers; empty: any.
	// [Config.Touches] knows the numbers.
	Requests []int64
	// From and To are the window [From, To) after [Plan.Begin] in which
	// faults are injected; To 0 means until the end. A delay counts from the
	// moment at which the client sends the request, any other fault from the
	// moment after the delay.
	From, To time.Duration
	// Workers limits the rule to the workers 0 to Workers−1. 0 means all requests,
	// also those that no worker sends.
	Workers int
	// Delay is how long the kind [LateRequest] delays a request; it must be zero
	// for other kinds.
	Delay Delay
}

// Delay is a random duration with a normal distribution, cut off at 0. With SD 0 it
// is fixed.
type Delay struct{ Mean, SD time.Duration }

// Check returns all problems of a rule as one joined error, in the words of
// scenarios; nil if there are none.
func (r Rule) Check() error {
	var wrong []error
	demand := func(ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, fmt.Errorf(format, args...))
		}
	}
	demand(slices.Contains(Kinds(), r.Kind), "kind: must be one of %s, not %q", listed(Kinds()), r.Kind)
	demand(r.Probability >= 0 && r.Probability <= 1, "probability: must be above 0 and at most 1, not %v", r.Probability)
	demand(r.Count >= 0, "count: must be at least 0, not %d", r.Count)
	demand(r.Probability != 0 || r.Count != 0 || r.Kind == Partition || len(r.Requests) > 0, "%s: needs a probability or a count", r.Kind)
	for _, word := range r.On {
		demand(slices.Contains(Words(), word), "on: must be one of %s, not %q", listed(Words()), word)
	}
	demand(r.From >= 0, "from: must be at least 0s, not %s", r.From)
	demand(r.To == 0 || r.To > r.From, "to: must be after from (%s), not %s", r.From, r.To)
	demand(r.Workers >= 0, "workers: must be at least 0, not %d", r.Workers)
	if r.Kind == LateRequest {
		demand(r.Delay.Mean > 0, "delay: mean must be above 0s, not %s", r.Delay.Mean)
		demand(r.Delay.SD >= 0, "delay: sd must be at least 0s, not %s", r.Delay.SD)
	} else {
		demand(r.Delay == Delay{}, "delay: only the kind %q has one", LateRequest)
	}
	return errors.Join(wrong...)
}

func listed[Word ~string](words []Word) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = string(word)
	}
	return strings.Join(quoted, ", ")
}

// isOpen reports whether a moment after the beginning is in the rule's window.
func (r *Rule) isOpen(at time.Duration) bool {
	return at >= r.From && (r.To == 0 || at < r.To)
}

// HasTarget reports whether the rule is limited to a table, to keys, or to numbers of
// requests.
func (r *Rule) HasTarget() bool { return r.Table != "" || r.Key != "" || len(r.Requests) > 0 }

func (r *Rule) concerns(worker int) bool {
	return r.Workers == 0 || worker >= 0 && worker < r.Workers
}
