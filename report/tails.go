package report

import (
	"fmt"

	"contend/internal/format"
	"contend/workload/hist"
	"contend/workload/threshold"
)

// TailsShown are the percentiles that every report shows and that need many operations.
func TailsShown() (p99, p999 float64) { return 99, 99.9 }

// tooFewForTails: with fewer than 1/(1−p) times, the percentile p is simply their
// maximum.
func tooFewForTails(n int64) string {
	p99, p999 := TailsShown()
	switch {
	case n == 0 || n >= hist.Fewest(p999):
		return ""
	case n < hist.Fewest(p99):
		return fmt.Sprintf("p99 and p99.9 of %s are just the maximum: they need at least %d and %d", format.Count(n, "applied operation"), hist.Fewest(p99), hist.Fewest(p999))
	default:
		return fmt.Sprintf("p99.9 of %d applied operations is just the maximum: it needs at least %d", n, hist.Fewest(p999))
	}
}

// tooFewForLimits does the same for the percentiles that thresholds limit, without
// those of [tooFewForTails].
func tooFewForLimits(limits []threshold.Threshold, r *Report) (doubts []string) {
	p99, p999 := TailsShown()
	said := map[string]bool{}
	for _, prefix := range []string{"", "response.", "service."} {
		said[threshold.PercentileName(prefix, p99)], said[threshold.PercentileName(prefix, p999)] = true, true
	}
	for _, limit := range limits {
		prefix, p, ok := threshold.Percentile(limit.Metric)
		name := threshold.PercentileName(prefix, p)
		if !ok || p == 100 || said[name] {
			continue
		}
		said[name] = true
		n, fewest := countOf(prefix, r), hist.Fewest(p)
		if n > 0 && n < fewest {
			doubts = append(doubts, fmt.Sprintf("%s is just the maximum of %s: it needs at least %d", limit.Metric, format.Count(n, "value"), fewest))
		}
	}
	return doubts
}

// countOf is the number of times behind the metrics with that prefix.
func countOf(prefix string, r *Report) int64 {
	for _, l := range latencies() {
		if l.prefix == prefix {
			return l.of(r).Count
		}
	}
	return 0
}
