package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// grouped is an integer with a thin grouping of thousands: 12 345 678.
func grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	if len(digits) > 12 {
		return sign + digits // grouping would break the columns
	}
	var b strings.Builder
	for i, digit := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(digit)
	}
	return sign + b.String()
}

// signed is grouped with a sign that is always there.
func signed(n int64) string {
	if n >= 0 {
		return "+" + grouped(n)
	}
	return grouped(n)
}

// decimal has one digit after the point where that says something.
func decimal(x float64) string {
	if math.Abs(x) >= 100 || x == math.Trunc(x) {
		return grouped(int64(math.Round(x)))
	}
	return strconv.FormatFloat(x, 'f', 1, 64)
}

// duration is a number of milliseconds in the unit that fits, with three
// significant digits.
func duration(ms float64) string {
	switch {
	case ms < 1:
		return fmt.Sprintf("%.0f µs", ms*1000)
	case ms < 10:
		return fmt.Sprintf("%.2f ms", ms)
	case ms < 100:
		return fmt.Sprintf("%.1f ms", ms)
	case ms < 1000:
		return fmt.Sprintf("%.0f ms", ms)
	}
	return seconds(ms / 1000)
}

func seconds(s float64) string {
	switch {
	case s < 10:
		return fmt.Sprintf("%.2f s", s)
	case s < 1000:
		return fmt.Sprintf("%.1f s", s)
	}
	return fmt.Sprintf("%.0f s", s)
}
