package format

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// Number writes a number with about three significant figures and never in
// more than nine columns.
func Number(v float64) string {
	switch {
	case v < 0:
		return "-" + Number(-v)
	case v == 0:
		return "0"
	case v >= 99999999.5:
		return strconv.FormatFloat(v, 'e', 1, 64)
	case v >= 99.95:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 9.995:
		return strconv.FormatFloat(v, 'f', 1, 64)
	case v >= 0.9995:
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
	return strconv.FormatFloat(v, 'f', 3, 64)
}

// Percent writes a part of 1. What is neither nothing nor all is never written
// as 0% or 100%.
func Percent(part float64) string {
	switch {
	case math.Abs(part) > 100: // not a part; a file may say anything
		return strconv.FormatFloat(part*100, 'e', 1, 64) + "%"
	case part > 0 && part < 0.001:
		return "<0.1%"
	case part > 0.999 && part < 1:
		return ">99.9%"
	}
	return fmt.Sprintf("%.1f%%", part*100)
}

// Share is the percentage of n in total, empty if there is none.
func Share(n, total int64) string {
	if n == 0 || total == 0 {
		return ""
	}
	return Percent(float64(n) / float64(total))
}

// Units writes an amount of capacity: whole, unless it is small.
func Units(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	if a := math.Abs(v); a < 1e15 && a >= 0.05 {
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'e', 2, 64)
}

// Seconds writes a time in seconds, long ones as hours and minutes.
func Seconds(seconds float64) string {
	const long, beyond = 600, 1e9 // the latter still is a time.Duration
	switch {
	case seconds > 0 && seconds < 1:
		return Number(seconds*1000) + " ms"
	case seconds >= long && seconds < beyond:
		return (time.Duration(seconds) * time.Second).String()
	}
	return Number(seconds) + " s"
}

// Count counts a noun. Its plural takes an s unless many is given.
func Count(n int64, one string, many ...string) string {
	switch {
	case n == 1:
		return "1 " + one
	case len(many) > 0:
		return fmt.Sprintf("%d %s", n, many[0])
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// Duration writes a duration that somebody chose, as it is.
func Duration(d time.Duration) string {
	switch {
	case d >= time.Second:
		return fmt.Sprintf("%g s", d.Seconds())
	case d >= time.Millisecond:
		return fmt.Sprintf("%g ms", float64(d)/float64(time.Millisecond))
	case d > 0 && d < time.Microsecond:
		return fmt.Sprintf("%d ns", d)
	}
	return fmt.Sprintf("%g µs", float64(d)/float64(time.Microsecond))
}

// ChosenSeconds writes a time in seconds that somebody chose, as it is.
func ChosenSeconds(seconds float64) string {
	if seconds > 0 && seconds < 1 {
		return Duration(time.Duration(math.Round(seconds * float64(time.Second))))
	}
	return ChosenNumber(seconds, "s")
}

// ChosenNumber writes a number that somebody chose, as it is, with its unit.
func ChosenNumber(v float64, unit string) string { return fmt.Sprintf("%g %s", v, unit) }

// Absent stands where a number could not be measured.
const Absent = "–"

// Scaled writes v divided by scale, or [Absent] if v is nil.
func Scaled(v *float64, scale float64) string {
	if v == nil {
		return Absent
	}
	return Number(*v / scale)
}

// ChosenPercent is a part of 1 that somebody chose.
func ChosenPercent(part float64) string { return fmt.Sprintf("%g%%", math.Round(part*1e6)/1e4) }
