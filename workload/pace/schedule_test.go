package pace

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

func all(arrivals Arrivals, seed uint64, rates ...Segment) []Arrival {
	s := NewSchedule(arrivals, rates, rand.New(rand.NewPCG(seed, 1)))
	var list []Arrival
	for {
		a, ok := s.Next()
		if !ok {
			return list
		}
		list = append(list, a)
	}
}

func TestUniformArrivalsAreExact(t *testing.T) {
	ms := func(all ...float64) (ns []int64) {
		for _, m := range all {
			ns = append(ns, int64(m*1e6))
		}
		return ns
	}
	for _, c := range []struct {
		name  string
		rates []Segment
		want  []int64 // the first arrivals
		count int     // of all
	}{
		{"constant", []Segment{{4, 4, time.Second}}, ms(0, 250, 500, 750), 4},
		{"cut off", []Segment{{4, 4, 1100 * time.Millisecond}}, ms(0, 250, 500, 750, 1000), 5},
		{"slow", []Segment{{0.5, 0.5, 5 * time.Second}}, ms(0, 2000, 4000), 3},
		{"jump", []Segment{{2, 2, time.Second}, {4, 4, time.Second}}, ms(0, 500, 1000, 1250, 1500, 1750), 6},
		{"ramp up", []Segment{{0, 8, 2 * time.Second}}, ms(0, 707.106781, 1000, 1224.744871, 1414.213562, 1581.138830, 1732.050807, 1870.828693), 8},
		{"ramp down", []Segment{{8, 0, 2 * time.Second}}, ms(0, 129.171306, 267.949192, 418.861169, 585.786437, 775.255128, 1000, 1292.893218), 8},
		{"silence between", []Segment{{2, 2, time.Second}, {0, 0, time.Second}, {2, 2, time.Second}}, ms(0, 500, 2000, 2500), 4},
		{"nothing", []Segment{{0, 0, time.Second}}, nil, 0},
		{"no time", nil, nil, 0},
	} {
		got := all(Uniform, 1, c.rates...)
		if len(got) != c.count {
			t.Errorf("%s: got %d arrivals, want %d", c.name, len(got), c.count)
		}
		for i := range min(len(got), len(c.want)) {
			if off := got[i].Due - c.want[i]; off < -1 || off > 1 {
				t.Errorf("%s: arrival %d at %d, want %d", c.name, i, got[i].Due, c.want[i])
			}
		}
	}
}

// TestCountsFollowTheRate: whatever the rates, each segment has as many arrivals as the
// integral of its rate, and no arrival is before the one preceding it.
func TestCountsFollowTheRate(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 200 {
		rates := make([]Segment, 1+random.IntN(4))
		for i := range rates {
			rates[i] = Segment{random.Float64() * 1000, random.Float64() * 1000, time.Duration(random.Int64N(int64(5 * time.Second)))}
		}
		for _, arrivals := range []Arrivals{Uniform, Poisson} {
			counts, last, end := make([]int, len(rates)), int64(0), int64(0)
			ends := make([]int64, len(rates))
			for i := range rates {
				end += int64(rates[i].Duration)
				ends[i] = end
			}
			for _, a := range all(arrivals, random.Uint64(), rates...) {
				counts[a.Segment]++
				if a.Due < last || a.Due >= ends[a.Segment] || a.Due < ends[a.Segment]-int64(rates[a.Segment].Duration) {
					t.Fatalf("%s: %d after %d in segment %d of %v", arrivals, a.Due, last, a.Segment, rates)
				}
				last = a.Due
			}
			for i, n := range counts {
				tolerated := 1.0
				if arrivals == Poisson {
					tolerated = 6*math.Sqrt(rates[i].mass()) + 1
				}
				if off := math.Abs(float64(n) - rates[i].mass()); off > tolerated {
					t.Errorf("%s: segment %d of %v has %d arrivals", arrivals, i, rates, n)
				}
			}
		}
	}
}

// TestPoissonIsPoisson: at a constant rate, gaps have the mean and the deviation
// of the exponential distribution, and counts a variance that is their mean.
func TestPoissonIsPoisson(t *testing.T) {
	const rate, seconds = 100, 2000
	got := all(Poisson, 3, Segment{rate, rate, seconds * time.Second})
	counts := make([]float64, seconds)
	var gaps []float64
	for i, a := range got {
		counts[a.Due/int64(time.Second)]++
		if i > 0 {
			gaps = append(gaps, float64(a.Due-got[i-1].Due)/1e9)
		}
	}
	mean, variance := moments(counts)
	near(t, "arrivals a second", mean, rate, 0.02)
	near(t, "their variance", variance, rate, 0.1)
	mean, variance = moments(gaps)
	near(t, "gap", mean, 1.0/rate, 0.02)
	near(t, "its deviation", math.Sqrt(variance), 1.0/rate, 0.02)
}

// TestPoissonFollowsARamp: in a ramp from 0 a quarter of the arrivals lies in the
// first half of the time.
func TestPoissonFollowsARamp(t *testing.T) {
	var early float64
	got := all(Poisson, 5, Segment{0, 2000, 10 * time.Second})
	for _, a := range got {
		if a.Due < int64(5*time.Second) {
			early++
		}
	}
	near(t, "all", float64(len(got)), 10000, 0.05)
	near(t, "early part", early/float64(len(got)), 0.25, 0.1)
}

func TestOneSeedOneSchedule(t *testing.T) {
	one, same, other := all(Poisson, 1, Segment{50, 50, time.Second}), all(Poisson, 1, Segment{50, 50, time.Second}), all(Poisson, 2, Segment{50, 50, time.Second})
	for i := range one {
		if one[i] != same[i] {
			t.Fatalf("arrival %d: %v and %v", i, one[i], same[i])
		}
	}
	if one[0] == other[0] {
		t.Error("seeds 1 and 2 give the same first arrival")
	}
}

func TestNextAllocatesNothing(t *testing.T) {
	s := NewSchedule(Poisson, []Segment{{1000, 1000, math.MaxInt64}}, rand.New(rand.NewPCG(1, 1)))
	if n := testing.AllocsPerRun(1000, func() { s.Next() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestLevel(t *testing.T) {
	for _, c := range []struct {
		s      Segment
		passed time.Duration
		want   float64
	}{
		{Segment{0, 8, 4 * time.Second}, 0, 0},
		{Segment{0, 8, 4 * time.Second}, time.Second, 2},
		{Segment{8, 4, 4 * time.Second}, 4 * time.Second, 4},
		{Segment{8, 4, 0}, 0, 4},
	} {
		if got := c.s.Level(c.passed); got != c.want {
			t.Errorf("%v after %v: got %v, want %v", c.s, c.passed, got, c.want)
		}
	}
}

func moments(values []float64) (mean, variance float64) {
	for _, v := range values {
		mean += v / float64(len(values))
	}
	for _, v := range values {
		variance += (v - mean) * (v - mean) / float64(len(values)-1)
	}
	return mean, variance
}

func near(t *testing.T, what string, got, want, part float64) {
	t.Helper()
	if math.Abs(got-want) > part*want {
		t.Errorf("%s: got %v, want about %v", what, got, want)
	}
}
