package probe

import (
	"fmt"
	"math/big"

	"contend/internal/pattern"
)

// plain matches the numbers that are worth computing with, if they are not longer than
// longest: DynamoDB's exponents have at most three digits.
var plain = pattern.Lazy(`^[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?$`)

// longest is how many characters a number may have. The expression would take
// milliseconds to compile if it counted the digits, in every command of the program.
const longest = 400

// rational reads a number in any spelling, exactly.
func rational(s string) (*big.Rat, error) {
	if len(s) > longest || !plain().MatchString(s) {
		return nil, fmt.Errorf("%q is not a number", s)
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return nil, fmt.Errorf("%q is not a number", s)
	}
	return r, nil
}

func integer(s string) (int64, error) {
	r, err := rational(s)
	if err != nil {
		return 0, err
	}
	if !r.IsInt() || !r.Num().IsInt64() {
		return 0, fmt.Errorf("%q is not an integer within int64", s)
	}
	return r.Num().Int64(), nil
}

// equal reports whether two spellings are the same number.
func equal(a, b string) bool {
	x, errX := rational(a)
	y, errY := rational(b)
	return errX == nil && errY == nil && x.Cmp(y) == 0
}
