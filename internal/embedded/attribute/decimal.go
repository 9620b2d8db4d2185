package attribute

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/cockroachdb/apd/v3"
)

// Decimal is a DynamoDB number: up to 38 significant digits, zero, or a
// magnitude of 1E-130 to 9.99…E+125 (Developer Guide, "Supported data types").
// The zero value is 0.
type Decimal struct {
	small int64
	// exact is set for numbers that do not fit into small. Counters are integers,
	// so the fast path is the common one.
	exact *apd.Decimal
}

// digits is the precision of a DynamoDB number.
const (
	digits      = 38
	maxExponent = 125
	minExponent = -130
)

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
	mantissa, tooFar, err := splitExponent(text)
	if err != nil {
		return Decimal{}, err
	}
	if tooFar != nil && strings.Trim(mantissa, "+-0.") != "" {
		return Decimal{}, tooFar
	} else if tooFar != nil {
		return Decimal{}, nil
	}
	exact, _, err := apd.NewFromString(text)
	if err != nil {
		return Decimal{}, notNumeric(text)
	}
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

// splitExponent returns the mantissa. tooFar is the error for an exponent so far out of
// range that expanding the number would cost much memory.
func splitExponent(text string) (mantissa string, tooFar, err error) {
	at := strings.IndexAny(text, "eE")
	if at < 0 {
		return text, nil, nil
	}
	exponent, err := strconv.ParseInt(text[at+1:], 10, 32)
	const far = 1000 // further than any number of significant digits can make up for
	switch {
	case err != nil:
		return "", nil, notNumeric(text)
	case exponent > far:
		tooFar = invalid(overflow)
	case exponent < -far:
		tooFar = invalid(underflow)
	}
	return text[:at], tooFar, nil
}

// isNumeral excludes spellings that apd accepts and DynamoDB does not, such as "NaN".
func isNumeral(text string) bool {
	text = strings.TrimLeft(text, "+-")
	return text != "" && strings.Trim(text, "0123456789.eE+-") == "" && strings.ContainsAny(text, "0123456789")
}

// checked reduces a number, and refuses one that DynamoDB cannot hold.
func checked(d *apd.Decimal) (Decimal, error) {
	if d.IsZero() {
		return Decimal{}, nil
	}
	d.Reduce(d)
	count := d.NumDigits()
	magnitude := int64(d.Exponent) + count - 1
	switch {
	case magnitude > maxExponent:
		return Decimal{}, invalid(overflow)
	case magnitude < minExponent:
		return Decimal{}, invalid(underflow)
	case count > digits:
		return Decimal{}, invalid(precision)
	}
	if d.Exponent >= 0 {
		if n, err := d.Int64(); err == nil {
			return Decimal{small: n}, nil
		}
	}
	return Decimal{exact: d}, nil
}

// String returns the number as DynamoDB does: without an exponent and without needless
// zeros.
func (d Decimal) String() string {
	if d.exact == nil {
		return strconv.FormatInt(d.small, 10)
	}
	return d.exact.Text('f')
}

func (d Decimal) appendTo(dst []byte) []byte {
	if d.exact == nil {
		return strconv.AppendInt(dst, d.small, 10)
	}
	return d.exact.Append(dst, 'f')
}

// Compare orders two numbers by value.
func (d Decimal) Compare(other Decimal) int {
	if d.exact == nil && other.exact == nil {
		return cmp.Compare(d.small, other.small)
	}
	return d.wide().Cmp(other.wide())
}

func (d Decimal) wide() *apd.Decimal {
	if d.exact != nil {
		return d.exact
	}
	return apd.New(d.small, 0)
}

// Add returns the exact sum. The error is a [*ValidationError] if DynamoDB cannot hold
// the sum.
func (d Decimal) Add(other Decimal) (Decimal, error) {
	if sum := d.small + other.small; d.exact == nil && other.exact == nil && (sum > d.small) == (other.small > 0) {
		return Decimal{small: sum}, nil
	}
	return arithmetic(apd.BaseContext.Add, d, other)
}

// Sub returns the exact difference; see [Decimal.Add].
func (d Decimal) Sub(other Decimal) (Decimal, error) {
	if difference := d.small - other.small; d.exact == nil && other.exact == nil && (difference < d.small) == (other.small > 0) {
		return Decimal{small: difference}, nil
	}
	return arithmetic(apd.BaseContext.Sub, d, other)
}

// arithmetic computes without rounding: the operands span at most 300 digits.
func arithmetic(operate func(result, x, y *apd.Decimal) (apd.Condition, error), x, y Decimal) (Decimal, error) {
	result := new(apd.Decimal)
	if _, err := operate(result, x.wide(), y.wide()); err != nil {
		return Decimal{}, invalid(overflow)
	}
	return checked(result)
}

// significant returns the number of digits without the zeros at both ends, and the
// exponent of the last of them.
func (d Decimal) significant() (count, exponent int) {
	if d.exact != nil {
		return int(d.exact.NumDigits()), int(d.exact.Exponent)
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
	whole := new(apd.Decimal)
	if _, err := apd.BaseContext.WithPrecision(digits).Ceil(whole, d.exact); err != nil {
		return 0, false
	}
	n, err := whole.Int64()
	return n, err == nil && n > -maxSeconds && n < maxSeconds
}

// maxSeconds is some three million years.
const maxSeconds = 1e14
