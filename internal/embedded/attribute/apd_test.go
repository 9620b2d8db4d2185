package attribute

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/cockroachdb/apd/v3"

	"contend/internal/longtest"
)

// ofAPD is a decimal by package apd, within the limits of DynamoDB.
type ofAPD struct {
	*apd.Decimal
	refusal string
}

func parseAPD(text string) ofAPD {
	d, _, err := apd.NewFromString(text)
	if err != nil || d.Form != apd.Finite {
		return ofAPD{refusal: notNumber}
	}
	return limitedAPD(d)
}

func limitedAPD(d *apd.Decimal) ofAPD {
	d.Reduce(d)
	magnitude := int64(d.Exponent) + d.NumDigits() - 1
	switch {
	case d.IsZero():
		d.Negative = false
	case magnitude > maxExponent:
		return ofAPD{refusal: overflow}
	case magnitude < minExponent:
		return ofAPD{refusal: underflow}
	case d.NumDigits() > digits:
		return ofAPD{refusal: precision}
	}
	return ofAPD{Decimal: d}
}

// mustBe fails unless a result of this package is that of apd.
func (want ofAPD) mustBe(t *testing.T, what string, got Decimal, err error) {
	t.Helper()
	if want.refusal != "" {
		if err == nil || !strings.HasPrefix(err.Error(), want.refusal) {
			t.Fatalf("%s: got %v, %v, want %q", what, got, err, want.refusal)
		}
		return
	}
	if err != nil || got.String() != want.Text('f') {
		t.Fatalf("%s: got %v, %v, want %s", what, got, err, want.Text('f'))
	}
}

func (want ofAPD) seconds() (int64, bool) {
	whole := new(apd.Decimal)
	if _, err := apd.BaseContext.WithPrecision(2*digits).Ceil(whole, want.Decimal); err != nil {
		return 0, false
	}
	n, err := whole.Int64()
	return n, err == nil && n > -maxSeconds && n < maxSeconds
}

// compareWithAPD leaves out long texts and exponents that are far out of range, for
// which apd returns other errors.
func compareWithAPD(t *testing.T, one, two string) {
	t.Helper()
	if len(one) > 200 || len(two) > 200 || isFar(one) || isFar(two) {
		return
	}
	a, errA := ParseDecimal(one)
	b, errB := ParseDecimal(two)
	x, y := parseAPD(one), parseAPD(two)
	x.mustBe(t, one, a, errA)
	y.mustBe(t, two, b, errB)
	if errA != nil || errB != nil {
		return
	}
	if got, want := a.Compare(b), x.Cmp(y.Decimal); got != want {
		t.Fatalf("%s compared with %s: got %d, want %d", one, two, got, want)
	}
	sum, difference := new(apd.Decimal), new(apd.Decimal)
	if _, err := apd.BaseContext.Add(sum, x.Decimal, y.Decimal); err != nil {
		t.Fatal(err)
	}
	got, err := a.Add(b)
	limitedAPD(sum).mustBe(t, one+" + "+two, got, err)
	if _, err := apd.BaseContext.Sub(difference, x.Decimal, y.Decimal); err != nil {
		t.Fatal(err)
	}
	got, err = a.Sub(b)
	limitedAPD(difference).mustBe(t, one+" - "+two, got, err)

	n, ok := a.Seconds()
	if want, isTime := x.seconds(); ok != isTime || ok && n != want {
		t.Fatalf("seconds of %s: got %d, %t, want %d, %t", one, n, ok, want, isTime)
	}
}

// TestDecimalIsThatOfAPD compares many random numbers of all sizes, and texts that are
// nearly numbers.
func TestDecimalIsThatOfAPD(t *testing.T) {
	const seed = 1
	r := rand.New(rand.NewPCG(seed, 0))
	for range longtest.Count(4000, 20_000) {
		compareWithAPD(t, randomNumeral(r), randomNumeral(r))
	}
}

func randomNumeral(r *rand.Rand) string {
	figures := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteByte("0123456789000999"[r.IntN(16)])
		}
		return b.String()
	}
	text := []string{"", "-", "+", "-"}[r.IntN(4)] + figures(1+r.IntN(22))
	if r.IntN(2) == 0 {
		text += "." + figures(r.IntN(22))
	}
	if r.IntN(2) == 0 {
		text += fmt.Sprintf("%s%d", []string{"e", "E", "e+"}[r.IntN(3)], r.IntN(140))
	} else if r.IntN(2) == 0 {
		text += fmt.Sprintf("e-%d", r.IntN(150))
	}
	if r.IntN(20) == 0 {
		at := r.IntN(len(text))
		text = text[:at] + string("+-.eE"[r.IntN(5)]) + text[at:]
	}
	return text
}

func FuzzDecimalIsThatOfAPD(f *testing.F) {
	for _, seed := range []string{"0", "1E2", "007", ".5", "5.", "-12.50e1", "9223372036854775808", "-9223372036854775808", "1E-130", "9.9E125", "1.2.3", "+-1", "e5"} {
		f.Add(seed, "-1.5")
	}
	f.Fuzz(func(t *testing.T, one, two string) {
		compareWithAPD(t, one, two)
	})
}

func isFar(text string) bool {
	_, _, tooFar, err := splitExponent(text)
	return tooFar != nil || err != nil
}
