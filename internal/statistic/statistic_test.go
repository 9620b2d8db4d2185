package statistic

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSummarize(t *testing.T) {
	for _, c := range []struct {
		sample []float64
		want   Summary
	}{
		{[]float64{7}, Summary{Median: 7}},
		{[]float64{3, 1, 2}, Summary{Median: 2}},
		{[]float64{4, 1, 2, 3, 5}, Summary{Median: 3}},
		{[]float64{6, 5, 4, 3, 2, -10}, Summary{Median: 3.5, Low: -10, High: 6, Bounded: true}},
		{[]float64{0, 0, 0, 0, 0, 0}, Summary{Bounded: true}},
		{[]float64{1, 2, 3, 4, 5, 6, 7, 8, 9}, Summary{Median: 5, Low: 2, High: 8, Bounded: true}},
	} {
		if got, err := Summarize(c.sample, 0.95); err != nil || got != c.want {
			t.Errorf("%v: got %+v, %v, want %+v", c.sample, got, err, c.want)
		}
	}
}

func TestCompare(t *testing.T) {
	low, high := []float64{1, 2, 3, 4, 5, 6}, []float64{7, 8, 9, 10, 11, 12}
	for _, c := range []struct {
		name  string
		a, b  []float64
		alpha float64
		want  Comparison
	}{
		{"apart", low, high, 0.05, Comparison{P: 2.0 / 924, Differ: true}},
		{"apart, the other way", high, low, 0.05, Comparison{P: 2.0 / 924, Differ: true}},
		{"the same", low, low, 0.05, Comparison{P: 1}},
		{"all equal", []float64{3, 3, 3, 3}, []float64{3, 3, 3, 3}, 0.05, Comparison{P: 1}},
		{"all 0", make([]float64, 6), make([]float64, 6), 0.05, Comparison{P: 1}},
		{"each equal", []float64{3, 3, 3, 3}, []float64{4, 4, 4, 4}, 0.05, Comparison{P: 2.0 / 70, Differ: true}},
		{"one each", low[:1], high[:1], 0.05, Comparison{P: 1, TooFew: true}},
		{"three each", low[:3], high[:3], 0.05, Comparison{P: 1, TooFew: true}},
		{"one against many", low[:1], high, 0.05, Comparison{P: 1, TooFew: true}},
		{"five equal against six", []float64{1, 1, 1, 1, 1}, []float64{2, 2, 2, 2, 2, 2}, 0.05, Comparison{P: 2.0 / 462, Differ: true}},
		{"six equal against five", []float64{2, 2, 2, 2, 2, 2}, []float64{1, 1, 1, 1, 1}, 0.05, Comparison{P: 2.0 / 462, Differ: true}},
		{"two against eight", low[:2], append(high, 13, 14), 0.05, Comparison{P: 2.0 / 45, Differ: true}},
		{"four each at a stricter level", low[:4], high[:4], 0.02, Comparison{P: 1, TooFew: true}},
	} {
		got, err := Compare(c.a, c.b, c.alpha)
		if err != nil || math.Abs(got.P-c.want.P) > 1e-12 || got.Differ != c.want.Differ || got.TooFew != c.want.TooFew {
			t.Errorf("%s: got %+v, %v, want %+v", c.name, got, err, c.want)
		}
	}
}

func TestNeed(t *testing.T) {
	for _, c := range []struct {
		alpha float64
		want  int
	}{{0.5, 2}, {0.05, 4}, {0.02, 5}, {0.01, 5}, {0.001, 7}} {
		if got := Need(c.alpha); got != c.want {
			t.Errorf("%v: got %d, want %d", c.alpha, got, c.want)
		}
	}
}

func TestRefused(t *testing.T) {
	good := []float64{1, 2}
	for _, bad := range [][]float64{nil, {1, math.NaN()}, {math.Inf(1)}, {math.Inf(-1), 2}} {
		if _, err := Summarize(bad, 0.95); err == nil {
			t.Errorf("%v was summarized", bad)
		}
		if _, err := Compare(bad, good, 0.05); err == nil {
			t.Errorf("%v was compared", bad)
		}
		if _, err := Compare(good, bad, 0.05); err == nil {
			t.Errorf("%v was compared with", bad)
		}
	}
	for _, level := range []float64{0, 1, -1, 2, math.NaN()} {
		if _, err := Summarize(good, level); err == nil {
			t.Errorf("a confidence of %v was accepted", level)
		}
		if _, err := Compare(good, good, level); err == nil {
			t.Errorf("an alpha of %v was accepted", level)
		}
	}
}

func TestArgumentsStayAsTheyAre(t *testing.T) {
	sample := []float64{3, 1, 2}
	if _, err := Compare(sample, sample, 0.5); err != nil {
		t.Fatal(err)
	}
	if _, err := Summarize(sample, 0.5); err != nil || !slices.Equal(sample, []float64{3, 1, 2}) {
		t.Errorf("got %v, %v", sample, err)
	}
}

// TestLevelIsKept: if samples do not differ, at most a share alpha of them is reported
// as different, whatever their distribution.
func TestLevelIsKept(t *testing.T) {
	const trials, n, alpha = 4000, 6, 0.05
	random := rand.New(rand.NewPCG(1, 2))
	for name, draw := range map[string]func() float64{
		"normal":    random.NormFloat64,
		"lognormal": func() float64 { return math.Exp(random.NormFloat64()) },
		"counts":    func() float64 { return float64(random.IntN(4)) },
	} {
		differ := 0
		for range trials {
			var a, b [n]float64
			for i := range n {
				a[i], b[i] = draw(), draw()
			}
			c, err := Compare(a[:], b[:], alpha)
			if err != nil {
				t.Fatal(err)
			}
			if c.Differ {
				differ++
			}
		}
		if got := float64(differ) / trials; got > alpha+0.01 {
			t.Errorf("%s: %v of equal pairs differ, want at most %v", name, got, alpha)
		}
	}
}

// TestExactPIsThatOfAllDeals deals the measurements in every way there is.
func TestExactPIsThatOfAllDeals(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		values := make([]float64, 4+random.IntN(8))
		distinct := 1 + random.IntN(12)
		for i := range values {
			values[i] = float64(random.IntN(distinct)) / 10
		}
		n := 1 + random.IntN(len(values)-1)
		if got, want := exactP(values[:n], values[n:]), dealtP(values, n); math.Abs(got-want) > 1e-12 {
			t.Errorf("%v against %v: got %v, want %v", values[:n], values[n:], got, want)
		}
	}
}

// dealtP compares by U itself: pairs won by the first sample, equal ones by half.
func dealtP(values []float64, n int) float64 {
	u := func(chosen uint) (u float64) {
		for i, a := range values {
			for j, b := range values {
				if chosen>>i&1 == 1 && chosen>>j&1 == 0 {
					if a > b {
						u++
					} else if a == b {
						u += 0.5
					}
				}
			}
		}
		return u
	}
	own := u(1<<n - 1)
	var low, high, all float64
	for chosen := range uint(1) << len(values) {
		if bits.OnesCount(chosen) != n {
			continue
		}
		all++
		if v := u(chosen); v <= own {
			low++
		}
		if v := u(chosen); v >= own {
			high++
		}
	}
	return min(1, 2*min(low, high)/all)
}

// TestLargeSamples are compared by the normal approximation, which agrees with the
// exact test where one takes over from the other.
func TestLargeSamples(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	a, b := make([]float64, maxExact+5), make([]float64, maxExact+5)
	for i := range a {
		a[i], b[i] = math.Round(10*random.NormFloat64()), math.Round(10*random.NormFloat64()+5)
	}
	c, err := Compare(a, b, 0.05)
	if err != nil {
		t.Fatal(err)
	}
	if exact := exactP(a, b); math.Abs(c.P-exact) > 0.01 {
		t.Errorf("got %v, the exact P is %v", c.P, exact)
	}
}
