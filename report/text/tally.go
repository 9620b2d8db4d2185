package text

import (
	"fmt"
	"slices"

	"contend/internal/format"
	"contend/report"
)

// tally shows how every operation and attempt ended; side by side where there is room.
func (p *textLayout) tally(t report.Tally) {
	operations := [][]string{
		{"due", fmt.Sprint(t.Due), ""},
		{"dropped", fmt.Sprint(t.Dropped), ""},
		{"started", fmt.Sprint(t.Started), ""},
	}
	operations = append(operations, indented(t.Endings().Counts(), t.Started)...)
	if t.Refused > 0 {
		operations = append(operations, []string{"    refused", fmt.Sprint(t.Refused), format.Share(t.Refused, t.Started)})
	}
	attempts := slices.Concat([][]string{{"made", fmt.Sprint(t.Attempts), ""}}, indented(t.AttemptCounts(), t.Attempts), [][]string{
		{"reads sent", fmt.Sprint(t.Reads), ""},
		{"writes sent", fmt.Sprint(t.Writes), ""},
	})
	if t.Tickets > 0 {
		attempts = append(attempts, []string{"  tickets", fmt.Sprint(t.Tickets), format.Share(t.Tickets, t.Writes)})
	}
	p.twoTables("Operations", table{rows: operations}, "Attempts", table{rows: attempts})
}

// indented is a row for each count, with its share of all.
func indented(counts []report.Counted, all int64) (rows [][]string) {
	for _, c := range counts {
		rows = append(rows, []string{"  " + c.Word, fmt.Sprint(c.Count), format.Share(c.Count, all)})
	}
	return rows
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
