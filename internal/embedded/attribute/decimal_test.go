package attribute

import (
	"math/big"
	"strings"
	"testing"
)

func parse(t *testing.T, text string) Decimal {
	t.Helper()
	d, err := ParseDecimal(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return d
}

// TestDecimalSpelling: the spellings are those that DynamoDB Local returns for stored
// numbers.
func TestDecimalSpelling(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"1E2", "100"}, {"007", "7"}, {"1.0", "1"}, {"-0", "0"}, {"120e-1", "12"}, {"+3", "3"}, {".5", "0.5"}, {"5.", "5"}, {"-1.50", "-1.5"},
		{"1E20", "100000000000000000000"}, {"0.000001", "0.000001"}, {"1.5E-10", "0.00000000015"}, {"0E999", "0"}, {"0E-999999", "0"},
		{"1E-130", "0." + strings.Repeat("0", 129) + "1"}, {"1E125", "1" + strings.Repeat("0", 125)},
		{"12345678901234567890123456789012345678", "12345678901234567890123456789012345678"},
		{"9223372036854775808", "9223372036854775808"}, {"-9223372036854775808", "-9223372036854775808"},
	} {
		if got := parse(t, c.text).String(); got != c.want {
			t.Errorf("%q: got %s, want %s", c.text, got, c.want)
		}
	}
}

func TestDecimalRefusals(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", notNumber}, {"abc", notNumber}, {" 1", notNumber}, {"1e", notNumber}, {"0x1", notNumber}, {"NaN", notNumber}, {"Infinity", notNumber},
		{"--1", notNumber}, {"1.2.3", notNumber}, {"1_000", notNumber}, {"1E2147483648", notNumber},
		{"1E126", overflow}, {"-1E126", overflow}, {"9.9E2147483647", overflow}, {"1E-131", underflow}, {"1E-2147483647", underflow},
		{"123456789012345678901234567890123456789", precision}, {"1" + strings.Repeat("0", 38) + "1", precision},
	} {
		if c.want == notNumber && c.text != "" {
			c.want += ": " + c.text
		}
		if _, err := ParseDecimal(c.text); err == nil || err.Error() != c.want {
			t.Errorf("%q: got %v, want %s", c.text, err, c.want)
		}
	}
}

func TestDecimalArithmetic(t *testing.T) {
	for _, c := range []struct{ a, b, sum, difference string }{
		{"1", "2", "3", "-1"},
		{"0.1", "0.2", "0.3", "-0.1"},
		{"9223372036854775807", "1", "9223372036854775808", "9223372036854775806"},
		{"-9223372036854775808", "1", "-9223372036854775807", "-9223372036854775809"},
		{"0", "-9223372036854775808", "-9223372036854775808", "9223372036854775808"},
		{"1E37", "1", "10000000000000000000000000000000000001", "9999999999999999999999999999999999999"},
	} {
		a, b := parse(t, c.a), parse(t, c.b)
		if sum, err := a.Add(b); err != nil || sum.String() != c.sum {
			t.Errorf("%s + %s: got %v, %v", c.a, c.b, sum, err)
		}
		if difference, err := a.Sub(b); err != nil || difference.String() != c.difference {
			t.Errorf("%s - %s: got %v, %v", c.a, c.b, difference, err)
		}
	}
	for _, c := range []struct{ a, b, want string }{{"9.9E125", "9.9E125", overflow}, {"1E60", "1", precision}, {"1E125", "1E-130", precision}} {
		if _, err := parse(t, c.a).Add(parse(t, c.b)); err == nil || err.Error() != c.want {
			t.Errorf("%s + %s: got %v, want %s", c.a, c.b, err, c.want)
		}
	}
}

// FuzzDecimal compares with exact rational arithmetic, and reads again the text that
// was written.
func FuzzDecimal(f *testing.F) {
	for _, seed := range []string{"0", "1E2", "007", "1.0", "-12.50e1", "9223372036854775808", "1e-3", "1E-130"} {
		f.Add(seed, "1")
	}
	f.Fuzz(func(t *testing.T, one, two string) {
		a, errA := ParseDecimal(one)
		b, errB := ParseDecimal(two)
		if errA != nil || errB != nil {
			return
		}
		if again := parse(t, a.String()); again.Compare(a) != 0 || again.String() != a.String() {
			t.Fatalf("%q is written %s and read %s", one, a, again)
		}
		exactA, exactB := rational(t, a), rational(t, b)
		if got, want := a.Compare(b), exactA.Cmp(exactB); got != want {
			t.Fatalf("%s compared with %s: got %d, want %d", a, b, got, want)
		}
		if sum, err := a.Add(b); err == nil && rational(t, sum).Cmp(new(big.Rat).Add(exactA, exactB)) != 0 {
			t.Fatalf("%s + %s: got %s", a, b, sum)
		}
		if difference, err := a.Sub(b); err == nil && rational(t, difference).Cmp(new(big.Rat).Sub(exactA, exactB)) != 0 {
			t.Fatalf("%s - %s: got %s", a, b, difference)
		}
	})
}

func rational(t *testing.T, d Decimal) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(d.String())
	if !ok {
		t.Fatalf("%s is no number", d)
	}
	return r
}
