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

// Percent writes a fraction as a percentage. Only 0 is written as 0%, and only 1 as
// 100%.
func Percent(fraction float64) string {
	switch {
	case math.Abs(fraction) > 100: // not a fraction, but a file may hold any number
		return strconv.FormatFloat(fraction*100, 'e', 1, 64) + "%"
	case fraction > 0 && fraction < 0.001:
		return "<0.1%"
	case fraction > 0.999 && fraction < 1:
		return ">99.9%"
	}
	return fmt.Sprintf("%.1f%%", fraction*100)
}

// Share writes n as a percentage of total; "" if total is 0.
func Share(n, total int64) string {
	if n == 0 || total == 0 {
		return ""
	}
	return Percent(float64(n) / float64(total))
}

// Units writes an amount of capacity, as a whole number unless it is small.
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

// Count writes a number with its noun. The plural is the noun with an s, unless many
// is given.
func Count(n int64, one string, many ...string) string {
	switch {
	case n == 1:
		return "1 " + one
	case len(many) > 0:
		return fmt.Sprintf("%d %s", n, many[0])
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// Duration writes a duration that a user chose, without rounding.
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

// ChosenSeconds writes a time in seconds that a user chose, without rounding.
func ChosenSeconds(seconds float64) string {
	if seconds > 0 && seconds < 1 {
		return Duration(time.Duration(math.Round(seconds * float64(time.Second))))
	}
	return ChosenNumber(seconds, "s")
}

// ChosenNumber writes a number that a user chose, without rounding, with its unit.
func ChosenNumber(v float64, unit string) string { return fmt.Sprintf("%g %s", v, unit) }

// Absent is shown instead of a number that could not be measured.
const Absent = "–"

// Scaled writes v divided by scale, or [Absent] if v is nil.
func Scaled(v *float64, scale float64) string {
	if v == nil {
		return Absent
	}
	return Number(*v / scale)
}

// ChosenPercent writes a fraction that a user chose as a percentage, without rounding.
func ChosenPercent(fraction float64) string { return fmt.Sprintf("%g%%", math.Round(fraction*1e6)/1e4) }
