package row

import (
	"fmt"

	"contend/internal/format"
	"contend/report"
)

// Throughput tells how many operations were applied a second.
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

// endedLater tells what ended after the load, "" if nothing did.
func endedLater(r *report.Report) string {
	l := r.EndedLater
	if l == nil {
		return ""
	}
	applied := "applied"
	if l.Applied < l.Operations {
		applied = fmt.Sprintf("%d of them applied", l.Applied)
	}
	if l.Applied == 0 {
		applied = "not applied"
	}
	return fmt.Sprintf("; %s ended later, the last at %s, %s", format.Count(l.Operations, "operation"), format.Seconds(r.ElapsedS), applied)
}

// Warmup tells how long the warm-up was; nil if there was none.
func Warmup(seconds float64) [][3]string {
	if seconds <= 0 {
		return nil
	}
	return [][3]string{{"warm-up", format.Number(seconds) + " s",
		"the beginning, left out of rates, latencies and fairness; units, tallies and checks are of the whole run"}}
}

// Attempts tells how many attempts an applied update took.
func Attempts(r *report.Report) [3]string {
	const name = "attempts"
	if r.AttemptsPerSuccess == nil {
		return [3]string{name, format.Absent, "no update was applied"}
	}
	return [3]string{name, format.Number(*r.AttemptsPerSuccess), "for each applied update"}
}

// Writes is nil also for reports of programs that did not tell it.
func Writes(r *report.Report) [][3]string {
	if r.WritesPerSuccess == nil {
		return nil
	}
	return [][3]string{{"writes", format.Number(*r.WritesPerSuccess), "sent for each applied update"}}
}

// Conflicts tells which part of the attempts of updates met a conflict.
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
