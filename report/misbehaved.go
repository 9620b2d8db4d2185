package report

import "fmt"

// Misbehaved is a fault that was planted in the target on purpose.
type Misbehaved struct {
	Kind  string `json:"kind"`
	OneIn int64  `json:"one_in"` // requests of those that it concerns
	Times int64  `json:"times"`  // how often it happened
}

// neverHappened doubts a run whose planted faults did not show.
func neverHappened(planted []Misbehaved) []string {
	var doubts []string
	for _, m := range planted {
		if m.Times == 0 {
			doubts = append(doubts, fmt.Sprintf("the planted fault %q (one in %s) never happened: no check can have noticed it",
				m.Kind, plural(m.OneIn, "request")))
		}
	}
	return doubts
}

// misbehaved tells what was planted, so that nobody takes it for the store's
// own fault.
func (p *page) misbehaved(planted []Misbehaved) {
	if len(planted) == 0 {
		return
	}
	p.section("Planted faults")
	rows := make([][2]string, len(planted))
	width := 0
	for i, m := range planted {
		rows[i] = [2]string{plural(m.Times, "time"), fmt.Sprintf("%s, planted in one of %s", m.Kind, plural(m.OneIn, "request"))}
		width = max(width, columns(rows[i][0]))
	}
	for _, row := range rows {
		p.paragraph(margin+padLeft(row[0], width)+gap, plain, row[1])
	}
}
