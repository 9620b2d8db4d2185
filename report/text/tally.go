package text

import (
	"fmt"

	"contend/internal/format"
	"contend/report"
)

// tally shows how every operation and attempt ended; side by side where there is room.
func (p *textLayout) tally(t report.Tally) {
	operations := [][]string{
		{"due", fmt.Sprint(t.Due), ""},
		{"dropped", fmt.Sprint(t.Dropped), ""},
		{"started", fmt.Sprint(t.Started), ""},
		{"  applied", fmt.Sprint(t.Applied), format.Share(t.Applied, t.Started)},
		{"  gave up", fmt.Sprint(t.GaveUp), format.Share(t.GaveUp, t.Started)},
		{"  unknown", fmt.Sprint(t.Unknown), format.Share(t.Unknown, t.Started)},
		{"  failed", fmt.Sprint(t.Failed), format.Share(t.Failed, t.Started)},
	}
	if t.Refused > 0 {
		operations = append(operations, []string{"    refused", fmt.Sprint(t.Refused), format.Share(t.Refused, t.Started)})
	}
	attempts := [][]string{
		{"made", fmt.Sprint(t.Attempts), ""},
		{"  applied", fmt.Sprint(t.AppliedAttempts), format.Share(t.AppliedAttempts, t.Attempts)},
		{"  conflict", fmt.Sprint(t.Conflicts), format.Share(t.Conflicts, t.Attempts)},
		{"  throttled", fmt.Sprint(t.Throttles), format.Share(t.Throttles, t.Attempts)},
		{"  unknown", fmt.Sprint(t.UnknownAttempts), format.Share(t.UnknownAttempts, t.Attempts)},
		{"  failed", fmt.Sprint(t.FailedAttempts), format.Share(t.FailedAttempts, t.Attempts)},
		{"reads sent", fmt.Sprint(t.Reads), ""},
		{"writes sent", fmt.Sprint(t.Writes), ""},
	}
	p.twoTables("Operations", table{rows: operations}, "Attempts", table{rows: attempts})
}

// twoTables puts two tables side by side if there is room, otherwise one below the
// other.
func (p *textLayout) twoTables(leftTitle string, left table, rightTitle string, right table) {
	const between = 6
	_, leftRows := left.fit(p.width, 2)
	_, rightRows := right.fit(p.width, 2)
	leftWidth, rightWidth := widest(leftRows), widest(rightRows)
	if leftWidth+between+rightWidth > p.width {
		p.section(leftTitle)
		p.lines(leftRows)
		p.section(rightTitle)
		p.lines(rightRows)
		return
	}
	leftWidth += between
	p.line("")
	p.line(p.paint.bold(padRight(leftTitle, leftWidth)) + p.paint.bold(rightTitle))
	for i := range max(len(leftRows), len(rightRows)) {
		var l, r string
		if i < len(leftRows) {
			l = leftRows[i]
		}
		if i < len(rightRows) {
			r = rightRows[i]
		}
		p.line(padRight(l, leftWidth) + r)
	}
}
