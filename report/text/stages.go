package text

import (
	"fmt"

	"contend/internal/format"
	"contend/report"
	"contend/report/row"
)

// stages shows a row for each stage. A narrow terminal drops the median, and then the
// maximum.
func (p *textLayout) stages(stages []report.Stage) {
	if len(stages) == 0 {
		return
	}
	t := table{header: []string{"from", "load", "due", "dropped", "applied/s", "conflicts", "p50 ms", "p99 ms", "max ms"}}
	for i := range stages {
		s := &stages[i]
		conflicts := format.Absent
		if s.ConflictRate != nil {
			conflicts = format.Percent(*s.ConflictRate)
		}
		t.rows = append(t.rows, []string{
			format.Seconds(s.FromS), row.StageLoad(s), fmt.Sprint(s.Due), fmt.Sprint(s.Dropped), format.Scaled(s.ThroughputPerS, 1), conflicts,
			format.Scaled(s.Response.P50, 1), format.Scaled(s.Response.P99, 1), format.Scaled(s.Response.Max, 1),
		})
	}
	p.section("Stages, by the operations that were due in them")
	header, lines := t.fit(p.width, 8, 6, 2, 2)
	if header != "" {
		p.line(p.paint.faint(header))
	}
	p.lines(lines)
}
