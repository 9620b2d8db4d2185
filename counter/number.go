package counter

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// parseInteger reads a DynamoDB number that must be an integer within int64, in any
// spelling. DynamoDB normalises numbers; other servers return them as they were
// written ("1E2", "007", "1.0", "-0").
func parseInteger(text string) (int64, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, nil
	}
	digits, exponent, negative, err := splitNumber(text)
	if err != nil {
		return 0, err
	}
	digits, exponent = trimZeros(digits, exponent)
	switch {
	case digits == "":
		return 0, nil
	case exponent < 0:
		return 0, fmt.Errorf("is %s, which is not an integer", text)
	case len(digits)+exponent > maxDigits:
		return 0, fmt.Errorf("is %s, which is beyond int64", text)
	}
	whole := digits + strings.Repeat("0", exponent)
	if negative {
		whole = "-" + whole
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("is %s, which is beyond int64", text)
	}
	return n, nil
}

// maxDigits is the number of decimal digits of the largest int64.
const maxDigits = 19

// splitNumber takes a decimal apart: its value is digits × 10^exponent.
func splitNumber(text string) (digits string, exponent int, negative bool, err error) {
	mantissa, power, hasPower := strings.Cut(strings.ToLower(text), "e")
	if hasPower {
		// DynamoDB's exponents have at most three digits; a longer one is
		// not worth the arithmetic.
		exponent, err = strconv.Atoi(power)
		if err != nil || exponent < -math.MaxInt16 || exponent > math.MaxInt16 {
			return "", 0, false, fmt.Errorf("is %q, which is not a number", text)
		}
	}
	switch {
	case strings.HasPrefix(mantissa, "-"):
		negative, mantissa = true, mantissa[1:]
	case strings.HasPrefix(mantissa, "+"):
		mantissa = mantissa[1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits = whole + fraction
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return "", 0, false, fmt.Errorf("is %q, which is not a number", text)
	}
	return digits, exponent - len(fraction), negative, nil
}

// trimZeros drops leading and trailing zeros without changing the value; zero
// becomes "".
func trimZeros(digits string, exponent int) (string, int) {
	digits = strings.TrimLeft(digits, "0")
	trimmed := strings.TrimRight(digits, "0")
	return trimmed, exponent + len(digits) - len(trimmed)
}

// add returns a+b and whether it is within int64.
func add(a, b int64) (int64, bool) {
	sum := a + b
	return sum, (sum > a) == (b > 0)
}
