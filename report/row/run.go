package row

import (
	"fmt"
	"strings"

	"contend/internal/format"
	"contend/report"
	"contend/workload/history"
)

// Load describes the load that the scenario asked for, in one line.
func Load(r *report.Report) string {
	s := r.Setup
	parts := Loop(r)
	if s.DurationS != nil {
		parts = append(parts, "for "+format.ChosenSeconds(*s.DurationS))
	}
	if s.Operations != nil {
		parts = append(parts, format.Count(*s.Operations, "operation"))
	}
	if s.ThinkMS > 0 {
		thinking := "thinking " + format.ChosenNumber(s.ThinkMS, "ms")
		if s.ThinkVaries {
			thinking += " on average"
		}
		parts = append(parts, thinking)
	}
	parts = append(parts, format.Count(int64(len(r.Counters)), "counter")+" ("+s.Pick+")")
	parts = append(parts, mix(s.Mix))
	if s.Amount != "" {
		parts = append(parts, "by "+s.Amount)
	}
	return strings.Join(parts, ", ")
}

// Loop describes how operations began: workers in a closed loop, or arrivals of an open
// one.
func Loop(r *report.Report) []string {
	workers := format.Count(int64(r.Workers), "worker")
	staged := ""
	if n := r.Setup.Stages; n > 0 {
		staged = format.Count(int64(n), "stage")
	}
	switch o := r.OpenLoop; {
	case o == nil && staged == "":
		return []string{workers}
	case o == nil:
		return []string{"up to " + workers + " in " + staged}
	case o.AskedRatePerS != nil:
		return []string{"open loop", perSecond(*o.AskedRatePerS) + " " + o.Arrivals, fmt.Sprintf("at most %d in flight", r.Workers), o.Overload}
	default:
		return []string{"open loop", o.Arrivals + " in " + staged, fmt.Sprintf("at most %d in flight", r.Workers), o.Overload}
	}
}

// mix lists the kinds of operations, with their weights if there are several.
func mix(weights map[string]int) string {
	var kinds, weighted []string
	for _, kind := range history.Kinds() {
		if weight := weights[kind.String()]; weight > 0 {
			kinds = append(kinds, kind.String())
			weighted = append(weighted, fmt.Sprintf("%s %d", kind, weight))
		}
	}
	switch len(kinds) {
	case 0:
		return "no operations"
	case 1:
		return "only " + kinds[0] + "s"
	}
	return strings.Join(weighted, " : ")
}

// SDK describes the SDK and its retry mode.
func SDK(s *report.SDK) string {
	if s == nil {
		return format.Absent
	}
	text := fmt.Sprintf("service/dynamodb %s, retries %s", s.Version, s.Retry)
	if s.Parameters != "" {
		text += " (" + s.Parameters + ")"
	}
	return text
}
