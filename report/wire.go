package report

import (
	"cmp"
	"fmt"
	"slices"

	"contend/counter"
	"contend/workload/measure"
)

// Wire is what went over the wire: also what the SDK sent again by itself, and
// what was answered to it, of which no attempt tells.
type Wire struct {
	Requests int64 `json:"requests"`
	// Measured are the requests without those of the warm-up; Throttled and
	// ServerErrors are the parts of them that the store refused for lack of
	// capacity, and that it answered by HTTP 5xx.
	Measured     int64 `json:"measured"`
	Throttled    int64 `json:"throttled"`
	ServerErrors int64 `json:"server_errors"`
	// Answers splits Requests by what was answered, the most frequent first.
	Answers []WireAnswer `json:"answers"`
}

// WireAnswer is one kind of answer.
type WireAnswer struct {
	// Status is the HTTP status; absent: there was no answer.
	Status int `json:"status,omitempty"`
	// Outcome is what the answer means by itself, in the words of attempts; absent
	// if it is not known. Reason is the store's word, or what became of the
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

// throttleRate is of the wire. Reports of programs that did not count there have
// it of attempts.
func throttleRate(r *Report) *float64 {
	if r.Wire == nil {
		return part(r.Tally.Throttles, r.Tally.Attempts)
	}
	return part(r.Wire.Throttled, r.Wire.Measured)
}

func serverErrorRate(r *Report) *float64 {
	if r.Wire == nil {
		return nil
	}
	return part(r.Wire.ServerErrors, r.Wire.Measured)
}

// wire tells what the attempts do not: what the SDK sent by itself, if it may
// send any, and all answers, if there are others than successes and conflicts.
func (p *page) wire(r *Report) {
	rows := slices.Concat(repeatRows(r.SDK), answerRows(r.Wire))
	if len(rows) == 0 {
		return
	}
	p.section("Requests on the wire")
	width := 0
	for _, row := range rows {
		width = max(width, columns(row[0]))
	}
	for _, row := range rows {
		p.paragraph(margin+padLeft(row[0], width)+gap, plain, row[1])
	}
}

// repeatRows split the requests into ours and the SDK's.
func repeatRows(s *SDK) [][2]string {
	if s == nil || s.MaxAttempts <= 1 || s.Requests == nil {
		return nil
	}
	rows := [][2]string{
		{fmt.Sprint(*s.Requests), "all"},
		{fmt.Sprint(*s.Requests - s.Repeats), "asked for by the workers"},
		{fmt.Sprint(s.Repeats), "sent again by the SDK, which slept " + lasting(s.SleptS) + ", all workers together"},
	}
	if s.QuotaRefused > 0 {
		rows = append(rows, [2]string{fmt.Sprint(s.QuotaRefused), "calls that the SDK gave up because its retry quota was used up"})
	}
	return rows
}

// answerRows are the answers, if an attempt may not tell of one.
func answerRows(w *Wire) (rows [][2]string) {
	if w == nil || !slices.ContainsFunc(w.Answers, WireAnswer.isTrouble) {
		return nil
	}
	for _, a := range w.Answers {
		rows = append(rows, [2]string{fmt.Sprint(a.Requests), a.String()})
	}
	return rows
}

// isTrouble reports whether the answer is neither a success nor a conflict.
func (a WireAnswer) isTrouble() bool {
	return a.Outcome != counter.Applied.String() && a.Outcome != counter.Conflict.String() && a.Outcome != ""
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

// answersGrid is for the page what the wire is in the text.
func answersGrid(r *Report) grid {
	g := grid{Title: "Requests on the wire", Header: []string{"answer", "requests", "of all"}, Texts: 1,
		Note: "Also those that the SDK sent again by itself, of which no attempt tells."}
	if r.Wire == nil {
		return g
	}
	for _, a := range r.Wire.Answers {
		g.Rows = append(g.Rows, rowOf(a.String(), fmt.Sprint(a.Requests), share(a.Requests, r.Wire.Requests)))
	}
	return g
}
