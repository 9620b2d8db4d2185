package check

import (
	"fmt"
	"slices"

	"contend/workload/history"
)

const (
	// beforeAll is the time, in ns, of what was known before the run.
	beforeAll = -1
	// afterAll is the time of a reading that came after all operations.
	afterAll = history.NoEnd - 1
)

const (
	nanosPerMicro = 1e3
	nanosPerMilli = 1e6
)

// millis is the text of a time.
func millis(ns int64) string { return times(ns)[0] }

// times returns the texts of times that are shown together. They have the same number of
// digits, enough to distinguish different times.
func times(ns ...int64) []string {
	texts := make([]string, len(ns))
	for i, t := range ns {
		switch {
		case allBrief(ns):
			texts[i] = fmt.Sprintf("%d ns", t)
		case needNanos(ns):
			texts[i] = fmt.Sprintf("%.6f ms", float64(t)/nanosPerMilli)
		default:
			texts[i] = fmt.Sprintf("%.3f ms", float64(t)/nanosPerMilli)
		}
	}
	return texts
}

// allBrief reports whether all times are below a microsecond, and not all are 0.
func allBrief(ns []int64) bool {
	return slices.Max(ns) < nanosPerMicro && slices.Min(ns) > -nanosPerMicro &&
		slices.ContainsFunc(ns, func(t int64) bool { return t != 0 })
}

// needNanos reports whether whole microseconds would make different times look the
// same, or would distort one that is very short.
func needNanos(ns []int64) bool {
	const short = 100 * nanosPerMicro
	for i, t := range ns {
		if t < short && t%nanosPerMicro != 0 {
			return true
		}
		for _, other := range ns[:i] {
			if t != other && max(t, other)-min(t, other) < nanosPerMicro {
				return true
			}
		}
	}
	return false
}

// onClock reports whether a time is known, and not only that it was before or after all
// others.
func onClock(ns int64) bool {
	return ns != beforeAll && ns < afterAll && ns != anyTime && ns != someTime
}

// interval is the text of a closed interval.
func interval(from, to int64) string {
	switch {
	case from >= afterAll:
		return "[after the load]"
	case from == anyTime:
		return "[at a time of its machine]"
	case from == beforeAll:
		return "[before the load]"
	case !onClock(to):
		return fmt.Sprintf("[from %s on]", millis(from))
	}
	ends := times(from, to)
	return fmt.Sprintf("[%s to %s]", ends[0], ends[1])
}

// lapse is the text of the time between two moments.
func lapse(from, to int64) string {
	if !onClock(from) || !onClock(to) {
		return "some time"
	}
	return millis(to - from)
}
