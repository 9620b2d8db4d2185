package text

import (
	"fmt"
	"slices"

	"contend/counter"
	"contend/internal/format"
	"contend/report"
)

// wire shows what the attempts do not: the requests that the SDK sent again on its own,
// if it may, and all answers, if some were neither successes nor conflicts.
func (p *textLayout) wire(r *report.Report) {
	rows := slices.Concat(repeatRows(r.SDK), answerRows(r.Wire))
	if len(rows) == 0 {
		return
	}
	p.section("Requests on the wire")
	width := 0
	for _, row := range rows {
		width = max(width, format.Columns(row[0]))
	}
	for _, row := range rows {
		p.paragraph(margin+padLeft(row[0], width)+gap, plain, row[1])
	}
}

// repeatRows split the requests into those of the workers and those of the SDK.
func repeatRows(s *report.SDK) [][2]string {
	if s == nil || s.MaxAttempts <= 1 || s.Requests == nil {
		return nil
	}
	rows := [][2]string{
		{fmt.Sprint(*s.Requests), "all"},
		{fmt.Sprint(*s.Requests - s.Repeats), "asked for by the workers"},
		{fmt.Sprint(s.Repeats), "sent again by the SDK, which slept " + format.Seconds(s.SleptS) + ", all workers together"},
	}
	if s.QuotaRefused > 0 {
		rows = append(rows, [2]string{fmt.Sprint(s.QuotaRefused), "calls on which the SDK gave up because its retry quota was used up"})
	}
	return rows
}

// answerRows are the answers, if there may be some that no attempt shows.
func answerRows(w *report.Wire) (rows [][2]string) {
	if w == nil || !slices.ContainsFunc(w.Answers, isTrouble) {
		return nil
	}
	for _, a := range w.Answers {
		rows = append(rows, [2]string{fmt.Sprint(a.Requests), a.String()})
	}
	return rows
}

// isTrouble reports whether the answer is neither a success nor a conflict.
func isTrouble(a report.WireAnswer) bool {
	return a.Outcome != counter.Applied.String() && a.Outcome != counter.Conflict.String() && a.Outcome != ""
}
