package attribute

import (
	"cmp"
	"math/big"
	"strconv"
	"strings"
)

// Decimal is a DynamoDB number: up to 38 significant digits, zero, or a
// magnitude of 1E-130 to 9.99…E+125 (Developer Guide, "Supported data types").
// The zero value is 0.
type Decimal struct {
	small int64
	// exact is set for numbers that do not fit into small. Counters are integers,
	// so the fast path is the common one.
	exact *wide
}

// digits is the precision of a DynamoDB number.
const (
	digits      = 38
	maxExponent = 125
	minExponent = -130
)

// digitsOfInt64 is the largest number of digits of an int64.
const digitsOfInt64 = 19

// The messages of numbers that DynamoDB refuses.
const (
	notNumber = "The parameter cannot be converted to a numeric value"
	overflow  = "Number overflow. Attempting to store a number with magnitude larger than supported range"
	underflow = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
	precision = "Attempting to store more than 38 significant digits in a Number"
)

// ParseDecimal reads a number in any spelling that DynamoDB accepts. The error is a
// [*ValidationError].
func ParseDecimal(text string) (Decimal, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return Decimal{small: n}, nil
	}
	if !isNumeral(text) {
		return Decimal{}, notNumeric(text)
	}
	mantissa, exponent, tooFar, err := splitExponent(text)
	if err != nil {
		return Decimal{}, err
	}
	if tooFar != nil && strings.Trim(mantissa, "+-0.") != "" {
		return Decimal{}, tooFar
	} else if tooFar != nil {
		return Decimal{}, nil
	}
	exact, ok := parseMantissa(mantissa)
	if !ok {
		return Decimal{}, notNumeric(text)
	}
	exact.exponent += exponent
	return checked(exact)
}

// notNumeric returns the error for a text that is no number. It quotes the text, if
// there is any.
func notNumeric(text string) error {
	if text == "" {
		return invalid(notNumber)
	}
	return invalid(notNumber + ": " + text)
}

// splitExponent returns the mantissa and the exponent. tooFar is the error for an
// exponent far out of range.
func splitExponent(text string) (mantissa string, exponent int, tooFar, err error) {
	at := strings.IndexAny(text, "eE")
	if at < 0 {
		return text, 0, nil, nil
	}
	n, err := strconv.ParseInt(text[at+1:], 10, 32)
	const far = 1000 // further than any number of significant digits can make up for
	switch {
	case err != nil:
		return "", 0, nil, notNumeric(text)
	case n > far:
		tooFar = invalid(overflow)
	case n < -far:
		tooFar = invalid(underflow)
	}
	return text[:at], int(n), tooFar, nil
}

// isNumeral excludes texts with other characters than those of numbers, such as "NaN".
func isNumeral(text string) bool {
	text = strings.TrimLeft(text, "+-")
	return text != "" && strings.Trim(text, "0123456789.eE+-") == "" && strings.ContainsAny(text, "0123456789")
}

// checked reduces a number, and refuses one that DynamoDB cannot hold.
func checked(w wide) (Decimal, error) {
	w.reduce()
	count := len(w.digits)
	magnitude := w.exponent + count - 1
	switch {
	case count == 0:
		return Decimal{}, nil
	case magnitude > maxExponent:
		return Decimal{}, invalid(overflow)
	case magnitude < minExponent:
		return Decimal{}, invalid(underflow)
	case count > digits:
		return Decimal{}, invalid(precision)
	}
	if w.exponent >= 0 && magnitude < digitsOfInt64 {
		if n, err := strconv.ParseInt(w.text(), 10, 64); err == nil {
			return Decimal{small: n}, nil
		}
	}
	// The digits are copied, because they may be part of a whole request.
	w.digits = strings.Clone(w.digits)
	return Decimal{exact: &w}, nil
}

// String returns the number as DynamoDB does: without an exponent and without needless
// zeros.
func (d Decimal) String() string {
	if d.exact == nil {
		return strconv.FormatInt(d.small, 10)
	}
	return d.exact.text()
}

func (d Decimal) appendTo(dst []byte) []byte {
	if d.exact == nil {
		return strconv.AppendInt(dst, d.small, 10)
	}
	return d.exact.appendTo(dst)
}

// Compare orders two numbers by value.
func (d Decimal) Compare(other Decimal) int {
	if d.exact == nil && other.exact == nil {
		return cmp.Compare(d.small, other.small)
	}
	x, y, _ := aligned(d.wide(), other.wide())
	return x.Cmp(y)
}

func (d Decimal) wide() wide {
	if d.exact != nil {
		return *d.exact
	}
	return wideInt(d.small)
}

// Add returns the exact sum. The error is a [*ValidationError] if DynamoDB cannot hold
// the sum.
func (d Decimal) Add(other Decimal) (Decimal, error) {
	if sum := d.small + other.small; d.exact == nil && other.exact == nil && (sum > d.small) == (other.small > 0) {
		return Decimal{small: sum}, nil
	}
	return arithmetic((*big.Int).Add, d, other)
}

// Sub returns the exact difference; see [Decimal.Add].
func (d Decimal) Sub(other Decimal) (Decimal, error) {
	if difference := d.small - other.small; d.exact == nil && other.exact == nil && (difference < d.small) == (other.small > 0) {
		return Decimal{small: difference}, nil
	}
	return arithmetic((*big.Int).Sub, d, other)
}

// arithmetic computes without rounding: the operands span at most 300 digits.
func arithmetic(operate func(result, x, y *big.Int) *big.Int, one, two Decimal) (Decimal, error) {
	x, y, exponent := aligned(one.wide(), two.wide())
	return checked(wideBig(operate(x, x, y), exponent))
}

// significant returns the number of digits without the zeros at both ends, and the
// exponent of the last of them.
func (d Decimal) significant() (count, exponent int) {
	if d.exact != nil {
		return len(d.exact.digits), d.exact.exponent
	}
	if d.small == 0 {
		return 0, 0
	}
	rest := d.small
	for ; rest%10 == 0; rest /= 10 {
		exponent++
	}
	for ; rest != 0; rest /= 10 {
		count++
	}
	return count, exponent
}

// Seconds returns the number as a count of whole seconds, rounded up. ok is false for a
// number too large to be a time.
func (d Decimal) Seconds() (n int64, ok bool) {
	if d.exact == nil {
		return d.small, d.small > -maxSeconds && d.small < maxSeconds
	}
	n, ok = d.exact.ceiling()
	return n, ok && n > -maxSeconds && n < maxSeconds
}

// maxSeconds is some three million years.
const maxSeconds = 1e14
