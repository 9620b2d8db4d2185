package row

import (
	"fmt"

	"contend/internal/format"
	"contend/report"
)

// Tracing compares the final values with the effect that the injected faults must have
// had.
func Tracing(counters []report.Counter) string {
	var untraced, wrong int64
	for _, c := range counters {
		untraced += c.Untraced
		if c.Final != nil && *c.Final != c.Traced {
			wrong++
		}
	}
	switch {
	case untraced > 0:
		return fmt.Sprintf("%s had a write without an answer that no injected fault explains", format.Count(untraced, "operation"))
	case wrong > 0:
		return fmt.Sprintf("The faults do not explain the final value of %s: a repeated write was applied twice, or the store lost or invented a change",
			format.Count(wrong, "counter"))
	}
	return "The faults explain the final values exactly, write by write"
}
