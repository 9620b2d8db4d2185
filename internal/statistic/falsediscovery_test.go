package statistic

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The values of the first are those of R: p.adjust(p, "BH").
func TestAdjustedIsBenjaminiAndHochbergs(t *testing.T) {
	for _, c := range []struct{ ps, want []float64 }{
		{[]float64{0.01, 0.04, 0.03, 0.005, 0.5}, []float64{0.025, 0.05, 0.05, 0.025, 0.5}},
		{[]float64{0.02}, []float64{0.02}},
		{[]float64{1, 1, 1}, []float64{1, 1, 1}},
		{nil, nil},
	} {
		got := Adjusted(c.ps)
		if len(got) != len(c.want) {
			t.Fatalf("%v: got %v", c.ps, got)
		}
		for i := range got {
			if math.Abs(got[i]-c.want[i]) > 1e-12 {
				t.Errorf("%v: got %v, want %v", c.ps, got, c.want)
			}
		}
	}
}

// Of 200 comparisons of many variants without a difference, hardly any shows one;
// uncorrected, nearly all would.
func TestAdjustedKeepsManyTestsFromFindingWhatIsNotThere(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const families, tests, alpha = 200, 300, 0.02
	raw, corrected := 0, 0
	for range families {
		ps := make([]float64, tests)
		foundRaw := false
		for i := range ps {
			ps[i] = random.Float64()
			foundRaw = foundRaw || ps[i] <= alpha
		}
		if foundRaw {
			raw++
		}
		for _, p := range Adjusted(ps) {
			if p <= alpha {
				corrected++
				break
			}
		}
	}
	if raw < families*9/10 || corrected > families/20 {
		t.Errorf("%d of %d families find a difference uncorrected, %d corrected", raw, families, corrected)
	}
}
