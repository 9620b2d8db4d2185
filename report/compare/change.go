package compare

import (
	"fmt"
	"math"
	"strings"

	"contend/internal/format"
)

// String is the change in short: "-12% p=0.002", "~ p=0.310" or "too few".
func (c Change) String() string {
	text := string(c.Verdict)
	shown := c.Verdict == Better || c.Verdict == Worse || c.Verdict == Different
	if shown && c.Ratio != nil {
		text = ChangeWords(*c.Ratio)
	}
	if c.Adjusted == nil {
		return text
	}
	return text + " " + Probability(*c.Adjusted)
}

// ChangeWords writes a change as people say it: as a percentage or, from twice as much
// on, as a factor. ratio is after ÷ before − 1.
func ChangeWords(ratio float64) string {
	const hundredth = 0.01
	switch times := 1 + ratio; {
	case math.IsNaN(times) || math.IsInf(times, 0):
		return format.Absent
	case times >= 2 || times > 0 && times < hundredth:
		return "×" + timesFigures(times)
	case times < 0: // from one side of 0 to the other: neither a percentage nor a factor
		return "×" + timesFigures(times)
	}
	part := math.Abs(ratio)
	sign := "+"
	if ratio < 0 {
		sign = "-"
	}
	switch {
	case ratio == 0:
		return "0%"
	case part < 0.0005:
		return sign + "<0.1%"
	case part < 0.0995:
		return fmt.Sprintf("%s%.1f%%", sign, part*100)
	}
	return fmt.Sprintf("%s%.0f%%", sign, part*100)
}

// timesFigures writes a factor with two or three significant digits.
func timesFigures(times float64) string {
	a := math.Abs(times)
	text := ""
	switch {
	case a >= 99999.5 || a < 0.0001:
		text = strings.Replace(strings.Replace(fmt.Sprintf("%.0e", a), "e+0", "e", 1), "e-0", "e-", 1)
	case a >= 9.95:
		text = fmt.Sprintf("%.0f", a)
	case a >= 1:
		text = fmt.Sprintf("%.1f", a)
	default:
		text = fmt.Sprintf("%.2g", a)
	}
	if times < 0 {
		return "-" + text
	}
	return text
}

// Probability writes a P as part of a sentence: "p=0.002", and never "p=0.000".
func Probability(p float64) string {
	const least = 0.001
	if p < least {
		return "p<0.001"
	}
	return fmt.Sprintf("p=%.3f", p)
}
