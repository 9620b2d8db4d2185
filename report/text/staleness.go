package text

import (
	"fmt"

	"contend/internal/format"
	"contend/report"
)

// staleness shows both histograms as bars.
func (p *textLayout) staleness(s *report.Staleness) {
	if s == nil {
		return
	}
	p.section("Staleness of eventual reads")
	p.paragraph(margin, plain, fmt.Sprintf("%s of %s behind, at most %s and %s",
		format.Percent(float64(s.Stale)/float64(s.Reads)), format.Count(s.Reads, "read"), format.Count(s.MaxVersions, "version"), format.Seconds(s.MaxMS/1000)))
	p.line("")
	p.bars(bars(s.Versions, func(below float64) string { return "below " + format.Count(int64(below), "version") }))
	p.line("")
	p.bars(bars(s.Times, func(below float64) string { return "below " + format.Seconds(below/1000) }))
}

func bars(all []report.StalenessBar, label func(below float64) string) []bar {
	var rows []bar
	for _, b := range all {
		rows = append(rows, bar{label: label(b.Below), count: b.Reads})
	}
	return rows
}
