package report

import (
	"fmt"

	"contend/internal/format"
	"contend/workload/hist"
	"contend/workload/threshold"
)

// TailsShown are the percentiles that every report shows and that few values have
// no answer to.
func TailsShown() (p99, p999 float64) { return 99, 99.9 }

// tooFewForTails: with fewer than 1/(1−p) times, percentile p is the maximum.
func tooFewForTails(n int64) string {
	p99, p999 := TailsShown()
	switch {
	case n == 0 || n >= hist.Fewest(p999):
		return ""
	case n < hist.Fewest(p99):
		return fmt.Sprintf("p99 and p99.9 of %s are the maximum: at least %d and %d are needed", format.Count(n, "applied operation"), hist.Fewest(p99), hist.Fewest(p999))
	default:
		return fmt.Sprintf("p99.9 of %d applied operations is the maximum: at least %d are needed", n, hist.Fewest(p999))
	}
}

// tooFewForLimits says the same of the percentiles that thresholds limit, except
// those that [tooFewForTails] speaks of.
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
			doubts = append(doubts, fmt.Sprintf("%s is the maximum of %s: at least %d are needed", limit.Metric, format.Count(n, "value"), fewest))
		}
	}
	return doubts
}

// countOf is how many times there are that metrics with that prefix are of.
func countOf(prefix string, r *Report) int64 {
	for _, l := range latencies() {
		if l.prefix == prefix {
			return l.of(r).Count
		}
	}
	return 0
}
