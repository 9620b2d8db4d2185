package row

import (
	"fmt"

	"contend/internal/format"
	"contend/report"
	"contend/workload/scenario"
)

// Arrivals describes what happened to the operations of an open loop; nil for a closed
// one.
func Arrivals(o *report.OpenLoop) [][3]string {
	if o == nil {
		return nil
	}
	of := ""
	if o.AskedRatePerS != nil {
		of = fmt.Sprintf("of %s asked for", perSecond(*o.AskedRatePerS))
	}
	rows := [][3]string{{"due", format.Number(o.DueRatePerS) + "/s", of}, {"started", format.Number(o.StartedRatePerS) + "/s", ""}}
	if o.Overload != string(scenario.OverloadDrop) {
		rows = append(rows, [3]string{"queued", fmt.Sprint(o.Queued), fmt.Sprintf("found no free worker and began late; at most %d waited", o.MaxWaiting)})
	}
	rows = append(rows, [3]string{"dropped", fmt.Sprint(o.Dropped), droppedMeans(o.Overload)})
	if l := &o.Lateness; l.P99 != nil {
		rows = append(rows, [3]string{"lateness", format.Number(*l.P99) + " ms", fmt.Sprintf("p99 of how late operations began; p50 %s ms, at most %s ms",
			format.Scaled(l.P50, 1), format.Scaled(l.Max, 1))})
	}
	return rows
}

func droppedMeans(overload string) string {
	if overload == string(scenario.OverloadDrop) {
		return "found no free worker"
	}
	return "were still waiting when the load ended"
}

// perSecond writes a configured rate exactly as it was written.
func perSecond(rate float64) string { return scenario.Rate(rate).String() }

// StageLoad is the load that the stage was to have.
func StageLoad(s *report.Stage) string {
	what := format.Count(int64(s.Workers), "worker")
	if s.RatePerS != nil {
		what = perSecond(*s.RatePerS)
	}
	if s.Ramp {
		return "to " + what
	}
	return what
}
