package check

import (
	"fmt"

	"contend/internal/history"
)

const (
	// beforeAll is the time, in ns, of what was known before the run.
	beforeAll = -1
	// afterAll is the time of a reading that came after all operations.
	afterAll = history.NoEnd - 1
)

const nanosPerMilli = 1e6

func millis(ns int64) string { return fmt.Sprintf("%.3f ms", float64(ns)/nanosPerMilli) }

// onClock reports whether a time was told, rather than only that it was before or
// after all others.
func onClock(ns int64) bool { return ns > beforeAll && ns < afterAll }

// interval is the text of a closed interval.
func interval(from, to int64) string {
	switch {
	case from >= afterAll:
		return "[after the load]"
	case from <= beforeAll:
		return "[before the load]"
	case !onClock(to):
		return fmt.Sprintf("[from %s on]", millis(from))
	}
	return fmt.Sprintf("[%s to %s]", millis(from), millis(to))
}

// lapse is the text of the time between two moments.
func lapse(from, to int64) string {
	if !onClock(from) || !onClock(to) {
		return "some time"
	}
	return millis(to - from)
}
