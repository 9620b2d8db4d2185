package attribute

import (
	"math/big"
	"strconv"
	"strings"
)

// wide is a decimal number of any size. It is reduced if its digits neither begin nor
// end with a zero; 0 then has none.
type wide struct {
	negative bool
	digits   string
	exponent int // of the last digit
}

// parseMantissa reads a number without an exponent.
func parseMantissa(text string) (w wide, ok bool) {
	text, w.negative = strings.CutPrefix(text, "-")
	if !w.negative {
		text = strings.TrimPrefix(text, "+")
	}
	whole, fraction, _ := strings.Cut(text, ".")
	w.digits, w.exponent = whole+fraction, -len(fraction)
	return w, w.digits != "" && strings.Trim(w.digits, "0123456789") == ""
}

func wideInt(n int64) wide {
	text, negative := strings.CutPrefix(strconv.FormatInt(n, 10), "-")
	return wide{negative, text, 0}
}

// wideBig is n × 10^exponent.
func wideBig(n *big.Int, exponent int) wide {
	text, negative := strings.CutPrefix(n.String(), "-")
	return wide{negative, text, exponent}
}

func (w *wide) reduce() {
	leading := strings.TrimLeft(w.digits, "0")
	w.digits = strings.TrimRight(leading, "0")
	w.exponent += len(leading) - len(w.digits)
}

// aligned returns two numbers as multiples of the same power of ten.
func aligned(one, two wide) (x, y *big.Int, exponent int) {
	exponent = min(one.exponent, two.exponent)
	return one.multiple(exponent), two.multiple(exponent), exponent
}

// multiple is the number divided by 10^exponent, which must not be above its own
// exponent.
func (w wide) multiple(exponent int) *big.Int {
	w.exponent -= exponent
	n, _ := new(big.Int).SetString(w.text(), 10) // digits and zeros are a number
	return n
}

// ceiling is the smallest whole number that is not below a reduced number. ok is false
// if it does not fit.
func (w wide) ceiling() (n int64, ok bool) {
	if w.exponent >= 0 {
		n, err := strconv.ParseInt(w.text(), 10, 64)
		return n, err == nil
	}
	whole, _, _ := strings.Cut(w.text(), ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if !w.negative {
		n++
	}
	return n, err == nil
}

func (w wide) text() string { return string(w.appendTo(nil)) }

// appendTo appends the number without an exponent.
func (w wide) appendTo(dst []byte) []byte {
	if w.negative {
		dst = append(dst, '-')
	}
	point := len(w.digits) + w.exponent // place of the decimal point among the digits
	switch {
	case w.exponent >= 0:
		dst = append(dst, w.digits...)
		return appendZeros(dst, w.exponent)
	case point > 0:
		dst = append(append(dst, w.digits[:point]...), '.')
		return append(dst, w.digits[point:]...)
	}
	dst = appendZeros(append(dst, "0."...), -point)
	return append(dst, w.digits...)
}

func appendZeros(dst []byte, n int) []byte {
	for range n {
		dst = append(dst, '0')
	}
	return dst
}
