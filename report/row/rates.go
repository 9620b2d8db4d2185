package row

import (
	"fmt"

	"contend/internal/format"
	"contend/report"
)

// Throughput describes how many operations were applied per second.
func Throughput(r *report.Report) [3]string {
	const name = "throughput"
	if r.ThroughputPerS == nil {
		return [3]string{name, format.Absent, "no time was measured"}
	}
	what := "of applied operations in " + format.Seconds(r.LoadSeconds()-r.WarmupS)
	if r.WarmupS == 0 {
		what = fmt.Sprintf("%s applied in %s", format.Count(r.AppliedInTime(), "operation"), format.Seconds(r.LoadSeconds()))
	}
	return [3]string{name, format.Number(*r.ThroughputPerS) + "/s", what + endedLater(r)}
}

// endedLater describes what ended after the load; "" if nothing did.
func endedLater(r *report.Report) string {
	l := r.EndedLater
	if l == nil {
		return ""
	}
	applied := fmt.Sprintf("%d of them applied", l.Applied)
	switch l.Applied {
	case l.Operations:
		applied = "all applied"
	case 0:
		applied = "none applied"
	}
	return fmt.Sprintf("; %s ended later, the last at %s, %s", format.Count(l.Operations, "more operation"), format.Seconds(r.ElapsedS), applied)
}

// Warmup describes the warm-up; nil if there was none.
func Warmup(seconds float64) [][3]string {
	if seconds <= 0 {
		return nil
	}
	return [][3]string{{"warm-up", format.Number(seconds) + " s",
		"the beginning, left out of rates, latencies and fairness; units, tallies and checks cover the whole run"}}
}

// Attempts describes how many attempts an applied update took.
func Attempts(r *report.Report) [3]string {
	const name = "attempts"
	if r.AttemptsPerSuccess == nil {
		return [3]string{name, format.Absent, "no update was applied"}
	}
	return [3]string{name, format.Number(*r.AttemptsPerSuccess), "per applied update"}
}

// Writes is nil for reports of programs that did not count writes.
func Writes(r *report.Report) [][3]string {
	if r.WritesPerSuccess == nil {
		return nil
	}
	return [][3]string{{"writes", format.Number(*r.WritesPerSuccess), "sent per applied update"}}
}

// Conflicts describes the share of the attempts of updates that met a conflict.
func Conflicts(r *report.Report) [3]string {
	const name = "conflict rate"
	if r.ConflictRate.Overall == nil {
		return [3]string{name, format.Absent, "no update was attempted"}
	}
	if r.WarmupS > 0 {
		return [3]string{name, format.Percent(*r.ConflictRate.Overall), "of the update attempts"}
	}
	return [3]string{name, format.Percent(*r.ConflictRate.Overall),
		"of " + format.Count(r.Tally.UpdateAttempts, "update attempt")}
}
