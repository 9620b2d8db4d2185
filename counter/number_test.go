package counter

import (
	"math/big"
	"strings"
	"testing"
)

func TestParseInteger(t *testing.T) {
	for _, c := range []struct {
		text    string
		want    int64
		problem string
	}{
		{"0", 0, ""},
		{"-0", 0, ""},
		{"007", 7, ""},
		{"1E2", 100, ""},
		{"1.0", 1, ""},
		{"100e-2", 1, ""},
		{"+5", 5, ""},
		{"+5E1", 50, ""},
		{"0E999", 0, ""},
		{"9223372036854775807", 9223372036854775807, ""},
		{"-9223372036854775808", -9223372036854775808, ""},
		{"9.223372036854775807E18", 9223372036854775807, ""},
		{"9223372036854775808", 0, "is 9223372036854775808, which is beyond int64"},
		{"1E19", 0, "is 1E19, which is beyond int64"},
		{"-1E125", 0, "is -1E125, which is beyond int64"},
		{"1.5", 0, "is 1.5, which is not an integer"},
		{"1E-130", 0, "is 1E-130, which is not an integer"},
		{"", 0, `is "", which is not a number`},
		{".", 0, `is ".", which is not a number`},
		{"1e", 0, `is "1e", which is not a number`},
		{"1E99999999999999999999", 0, `is "1E99999999999999999999", which is not a number`},
		{"1-1", 0, `is "1-1", which is not a number`},
		{"+-1", 0, `is "+-1", which is not a number`},
		{"0x10", 0, `is "0x10", which is not a number`},
		{"NaN", 0, `is "NaN", which is not a number`},
	} {
		got, err := parseInteger(c.text)
		problem := ""
		if err != nil {
			problem = err.Error()
		}
		if got != c.want || problem != c.problem {
			t.Errorf("%q: got %d, %q; want %d, %q", c.text, got, problem, c.want, c.problem)
		}
	}
}

// FuzzParseInteger compares with exact rational arithmetic.
func FuzzParseInteger(f *testing.F) {
	for _, seed := range []string{"0", "1E2", "007", "1.0", "-12.50e1", "9223372036854775808", "1e-3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseInteger(text)
		if len(text) > 30 || strings.ContainsAny(text, "_/xXoObBpPiInN") || strings.Contains(strings.ToLower(text), "e") && len(text) > 8 {
			return // forms that big.Rat knows and DynamoDB does not, or too costly for it
		}
		exact, ok := new(big.Rat).SetString(text)
		valid := ok && exact.IsInt() && exact.Num().IsInt64()
		if (err == nil) != valid {
			t.Fatalf("%q: got %d, %v; exactly %v", text, got, err, exact)
		}
		if valid && exact.Num().Int64() != got {
			t.Fatalf("%q: got %d, exactly %v", text, got, exact)
		}
	})
}

func TestAddStaysWithinInt64(t *testing.T) {
	const largest, smallest = 1<<63 - 1, -1 << 63
	for _, c := range []struct {
		a, b, want int64
		ok         bool
	}{
		{1, 2, 3, true},
		{5, 0, 5, true},
		{-5, 0, -5, true},
		{largest, 0, largest, true},
		{largest - 1, 1, largest, true},
		{smallest + 1, -1, smallest, true},
		{largest, smallest, -1, true},
		{largest, 1, 0, false},
		{smallest, -1, 0, false},
		{smallest, smallest, 0, false},
	} {
		if got, ok := add(c.a, c.b); ok != c.ok || ok && got != c.want {
			t.Errorf("%d%+d: got %d, %v; want %d, %v", c.a, c.b, got, ok, c.want, c.ok)
		}
	}
}

func TestParseTime(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"2026-11-21T05:00:00.123456Z", "2026-11-21T05:00:00.123456Z"},
		{"2026-11-21T05:00:00+02:00", "2026-11-21T03:00:00Z"},
		{"2010-06-01T12:30:00.5", "2010-06-01T12:30:00.5Z"},
		{"yesterday", "0001-01-01T00:00:00Z"},
	} {
		if got := parseTime(c.text).Format("2006-01-02T15:04:05.999999999Z07:00"); got != c.want {
			t.Errorf("%q: got %s, want %s", c.text, got, c.want)
		}
	}
}
