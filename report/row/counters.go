package row

import (
	"fmt"

	"contend/internal/format"
	"contend/report"
)

// Concern orders counters by how much they need the reader's attention.
func Concern(c report.Counter) int {
	switch {
	case c.Final == nil:
		return 3
	case *c.Final < c.Lowest || *c.Final > c.Highest:
		return 4
	case c.Excess().Sign() != 0:
		return 2
	case c.Lowest != c.Highest:
		return 1
	}
	return 0
}

// RestOf describes the counters that are not shown. Those that are shown are the worst.
func RestOf(all []report.Counter, shown int) string {
	exact := 0
	for _, c := range all {
		if c.Final != nil && c.Excess().Sign() == 0 {
			exact++
		}
	}
	rest := format.Count(int64(len(all)-shown), "more counter")
	if exact == len(all) {
		return fmt.Sprintf("and %s, all as acknowledged", rest)
	}
	return fmt.Sprintf("and %s; of all %d, %d ended as acknowledged", rest, len(all), exact)
}

// Final is the counter's value at the end, or "unreadable".
func Final(c report.Counter) string {
	if c.Final == nil {
		return "unreadable"
	}
	return fmt.Sprint(*c.Final)
}

// Expected is the value, or the range of values, that agrees with what callers were
// told.
func Expected(c report.Counter) string {
	if c.Lowest == c.Highest {
		return fmt.Sprint(c.Lowest)
	}
	return fmt.Sprintf("%d to %d", c.Lowest, c.Highest)
}

// Difference is the final value minus the expected one.
func Difference(c report.Counter) string {
	if c.Final == nil {
		return format.Absent
	}
	if c.Excess().Sign() == 0 {
		return "0"
	}
	return fmt.Sprintf("%+d", c.Excess())
}
