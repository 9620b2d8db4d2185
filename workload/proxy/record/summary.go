package record

import (
	"cmp"
	"slices"

	"contend/workload/proxy"
)

// Summary says what passed through the proxy, besides what the history holds.
type Summary struct {
	// Requests counts the requests by operation; "" stands for those that are none of
	// DynamoDB, and for all beyond a number of operations that no API has.
	Requests map[string]int64 `json:"requests"`
	// Injected counts the injected faults by kind.
	Injected map[string]int64 `json:"injected,omitempty"`
	// Consumed is nil if no request was about a watched item.
	Consumed *Consumed `json:"consumed,omitempty"`
	// Nameless counts the writes of watched attributes without an amz-sdk-invocation-id, of
	// which nobody can tell whether they were tried again.
	Nameless int64 `json:"nameless,omitempty"`
	// Replays counts the requests with a token that the store had already applied.
	Replays int64 `json:"replays,omitempty"`
	// Blind counts the writes that set a number whatever it was before: of two at the same
	// time, one is overwritten without a trace.
	Blind int64 `json:"blind,omitempty"`
	// Untracked counts the requests about watched items beyond the number that is recorded.
	Untracked int64 `json:"untracked,omitempty"`
	// Unseen lists what was not understood, the most frequent first. Omitted counts the
	// requests that are not in it, because there were too many kinds.
	Unseen  []Unseen `json:"unseen,omitempty"`
	Omitted int64    `json:"omitted,omitempty"`
	// Hits lists the first faults that were injected or, in a dry run, would have been.
	Hits []Hit `json:"hits,omitempty"`
}

// Unseen is something that was not understood.
type Unseen struct {
	Counter string `json:"counter"` // "visits/*": any of the table
	Write   bool   `json:"write"`   // it may have changed the counter
	Reason  string `json:"reason"`
	Times   int64  `json:"times"`
}

// Hit is a fault of a request.
type Hit struct {
	Request   int64  `json:"request"` // its number
	Kind      string `json:"kind"`
	Operation string `json:"operation"`
	Item      string `json:"item,omitempty"` // the first item that the request names
	Call      string `json:"call,omitempty"`
	Attempt   int    `json:"attempt,omitempty"`
}

// maxHits, maxUnseen and maxOperations bound the lists of a summary.
const maxHits, maxUnseen, maxOperations = 1000, 100, 200

// count counts a request.
func (s *Summary) count(x *proxy.Exchange) {
	operation := x.Operation
	if _, known := s.Requests[operation]; !known && len(s.Requests) >= maxOperations {
		operation = ""
	}
	s.Requests[operation]++
	s.consume(x)
	for _, w := range x.Watched {
		if w.Write && x.Call == "" {
			s.Nameless++
			break
		}
	}
	for _, met := range x.Faults {
		s.Injected[string(met.Kind)]++
		if len(s.Hits) == maxHits {
			continue
		}
		hit := Hit{Request: x.Number, Kind: string(met.Kind), Operation: x.Operation, Call: x.Call, Attempt: x.Attempt}
		if len(x.Items) > 0 {
			hit.Item = x.Items[0].Item()
		}
		s.Hits = append(s.Hits, hit)
	}
}

// note adds something that was not understood.
func (s *Summary) note(u Unseen) {
	for i := range s.Unseen {
		if known := &s.Unseen[i]; known.Counter == u.Counter && known.Reason == u.Reason && known.Write == u.Write {
			known.Times++
			return
		}
	}
	if len(s.Unseen) == maxUnseen {
		s.Omitted++
		return
	}
	u.Times = 1
	s.Unseen = append(s.Unseen, u)
}

// sorted returns a copy with the most frequent first.
func (s *Summary) sorted() Summary {
	c := *s
	c.Unseen = slices.Clone(s.Unseen)
	slices.SortStableFunc(c.Unseen, func(a, b Unseen) int { return cmp.Compare(b.Times, a.Times) })
	return c
}
