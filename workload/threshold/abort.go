package threshold

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// The bounds of [Threshold.AbortAfter]. It is at least the time over which a run that goes
// on is judged.
const (
	MinAbortAfter = time.Second
	MaxAbortAfter = 24 * time.Hour
)

// CanAbort reports whether the metric can be judged during a run, from the operations of
// the last second. Other metrics are known only after the run.
func (t Threshold) CanAbort() bool {
	if slices.Contains(runningMetrics(), t.Metric) {
		return true
	}
	latency, _, ok := Latency(t.Metric)
	return ok && slices.Contains(runningLatencies(), latency)
}

// CheckAbort returns an error if AbortAfter is out of bounds or does not fit the metric.
func (t Threshold) CheckAbort() error {
	switch {
	case t.AbortAfter == 0:
		return nil
	case t.AbortAfter < MinAbortAfter || t.AbortAfter > MaxAbortAfter:
		return fmt.Errorf("abort_after: must be from %s to %s, not %s", MinAbortAfter, "24h", t.AbortAfter)
	case !t.CanAbort():
		return fmt.Errorf("abort_after: %s is not known during a run; abort_after works for %s", t.Metric, CanAbort())
	}
	return nil
}

// CanAbort lists the metrics that can be judged during a run, in words.
func CanAbort() string {
	return strings.Join(runningMetrics(), ", ") + ", and min, mean, max and percentiles, without a prefix or with response., attempt., increment., decrement., read. or transfer. before them"
}

func runningMetrics() []string {
	return []string{"throughput", "attempts_per_success", "conflict_rate", "gave_up_rate", "unknown_rate", "failed_rate"}
}

func runningLatencies() []string {
	return []string{"", "response.", "attempt.", "increment.", "decrement.", "read.", "transfer."}
}

// Latency splits the name of a latency into the prefix and what is taken of the times, which
// is "min", "mean", "max" or a percentile: read.mean is the mean of "read.". ok is false for
// any other name.
func Latency(name string) (latency, of string, ok bool) {
	latency, of = "", name
	if i := strings.IndexByte(name, '.'); i >= 0 && name[0] != 'p' {
		latency, of = name[:i+1], name[i+1:]
	}
	if !slices.Contains(latencies(), latency) {
		return "", "", false
	}
	if slices.Contains([]string{"min", "mean", "max"}, of) {
		return latency, of, true
	}
	_, _, ok = Percentile(of)
	return latency, of, ok
}
