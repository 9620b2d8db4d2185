package report

import (
	"cmp"
	"fmt"
	"slices"

	"contend/counter"
	"contend/workload/measure"
)

// Wire counts the requests on the wire and their answers. It includes requests that the
// SDK sent again on its own, which no attempt shows.
type Wire struct {
	Requests int64 `json:"requests"`
	// Measured counts the requests without those of the warm-up. Throttled and
	// ServerErrors count those among them that the store refused for lack of capacity,
	// and that it answered with HTTP 5xx.
	Measured     int64 `json:"measured"`
	Throttled    int64 `json:"throttled"`
	ServerErrors int64 `json:"server_errors"`
	// Answers splits Requests by answer, the most frequent first.
	Answers []WireAnswer `json:"answers"`
}

// WireAnswer is one kind of answer.
type WireAnswer struct {
	// Status is the HTTP status; absent if there was no answer.
	Status int `json:"status,omitempty"`
	// Outcome is what the answer means on its own, in the words of attempts; absent if
	// that is not known. Reason is the store's word, or what happened to the
	// connection.
	Outcome  string `json:"outcome,omitempty"`
	Reason   string `json:"reason,omitempty"`
	Requests int64  `json:"requests"`
}

func wire(run *measure.Result) *Wire {
	if run.Wire.Requests == 0 {
		return nil
	}
	w := &Wire{Requests: run.Wire.Requests, Answers: []WireAnswer{}}
	for a, n := range run.Wire.Answers {
		answer := WireAnswer{Status: a.Status, Reason: a.Reason, Requests: n}
		if a.Outcome != counter.Unset {
			answer.Outcome = a.Outcome.String()
		}
		w.Answers = append(w.Answers, answer)
	}
	slices.SortFunc(w.Answers, func(a, b WireAnswer) int {
		return cmp.Or(cmp.Compare(b.Requests, a.Requests), cmp.Compare(a.Status, b.Status), cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(a.Reason, b.Reason))
	})
	measured := run.Wire.Without(run.WarmupWire)
	w.Measured = measured.Requests
	for a, n := range measured.Answers {
		if a.Outcome == counter.Throttled {
			w.Throttled += n
		}
		if a.IsServerError() {
			w.ServerErrors += n
		}
	}
	return w
}

// throttleRate is based on the requests on the wire. For reports of programs that did
// not count these, it is based on attempts.
func throttleRate(r *Report) *float64 {
	if r.Wire == nil {
		return fraction(r.Tally.Throttles, r.Tally.Attempts)
	}
	return fraction(r.Wire.Throttled, r.Wire.Measured)
}

func serverErrorRate(r *Report) *float64 {
	if r.Wire == nil {
		return nil
	}
	return fraction(r.Wire.ServerErrors, r.Wire.Measured)
}

// String is the answer for people, as in "HTTP 400, throttled: SlowDown".
func (a WireAnswer) String() string {
	text := fmt.Sprintf("HTTP %d", a.Status)
	if a.Status == 0 {
		text = "no answer"
	}
	if a.Outcome != "" && a.Outcome != counter.Applied.String() {
		text += ", " + a.Outcome
	}
	if a.Reason != "" && a.Reason != text && a.Reason != fmt.Sprintf("HTTP %d", a.Status) {
		text += ": " + a.Reason
	}
	return text
}
