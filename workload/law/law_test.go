package law_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"contend/workload/law"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Abs(want)) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func closed(t *testing.T, c law.Closed) law.Prediction {
	t.Helper()
	p, err := c.Predict()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func open(t *testing.T, o law.Open) law.Prediction {
	t.Helper()
	p, err := o.Predict()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPublishedLoads: with a gap of 22.5 ms and no waits, as measured at 20 ms of latency,
// and with the gap of 30.3 ms of a client that 64 workers saturate.
func TestPublishedLoads(t *testing.T) {
	for _, c := range []struct{ workers, gapMS, want float64 }{
		{1, 23, 21.7}, {2, 22.5, 22.2}, {4, 22.5, 29.6}, {8, 22.8, 35.1}, {16, 22.6, 39.3}, {32, 23.5, 40.1}, {64, 30.3, 32.0},
	} {
		p := closed(t, law.Closed{Workers: c.workers, GapS: c.gapMS / 1000})
		near(t, "throughput", p.ThroughputPerS, c.want, 0.01)
	}
	for _, c := range []struct{ gapMS, want float64 }{{4, 200}, {8, 111}, {20, 48}} {
		near(t, "limit", law.Limit(c.gapMS/1000, 1000), c.want, 0.01)
	}
	for _, c := range []struct {
		rate float64
		want int
	}{{0, 1}, {0.1, 2}, {0.3, 4}, {0.5, 7}, {0.7, 13}, {0.9, 44}} {
		p := open(t, law.Open{RatePerS: c.rate * 50, GapS: 0.02})
		if got := p.AttemptsAt(99); got != c.want {
			t.Errorf("ρ = %v: 99 of 100 increments take %d attempts, want %d", c.rate, got, c.want)
		}
		if more := p.MoreThan(c.want); more > 0.01*(1+1e-9) {
			t.Errorf("ρ = %v: %v take more than %d attempts", c.rate, more, c.want)
		}
	}
}

// TestClosedSolvesItsEquation puts the solution back into N = λ·R/G + X·Z.
func TestClosedSolvesItsEquation(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for range 1000 {
		c := law.Closed{Workers: 1 + math.Exp(8*random.Float64()), GapS: 0.001 + random.Float64(), CycleS: 0.01 + random.Float64(), ThinkS: 100 * random.Float64()}
		p := closed(t, c)
		near(t, "workers", p.AttemptsPerGap*c.CycleS/c.GapS+p.ThroughputPerS*c.ThinkS, c.Workers, 1e-9)
		near(t, "X", p.ThroughputPerS*p.WritesPerSuccess*c.GapS, p.AttemptsPerGap, 1e-9)
		near(t, "C", p.WritesPerSuccess*(1-p.ConflictRate), 1, 1e-9)
	}
}

// TestOpenAndClosedAgree: a closed loop with much time to think is an open loop.
func TestOpenAndClosedAgree(t *testing.T) {
	for _, served := range []float64{0.1, 0.5, 0.9} {
		const gap, workers = 0.02, 1e7
		rate := served / gap
		a := open(t, law.Open{RatePerS: rate, GapS: gap})
		b := closed(t, law.Closed{Workers: workers, GapS: gap, ThinkS: workers / rate})
		near(t, "throughput", b.ThroughputPerS, a.ThroughputPerS, 0.001)
		near(t, "conflict rate", b.ConflictRate, a.ConflictRate, 0.001)
		near(t, "conflict rate", a.ConflictRate, served, 1e-9)
	}
}

func TestLimits(t *testing.T) {
	const gap, writes = 0.02, 1000.0
	limit := law.Limit(gap, writes)
	for _, rate := range []float64{limit, 10 * limit} {
		p := open(t, law.Open{RatePerS: rate, GapS: gap, WritesPerS: writes})
		near(t, "throughput", p.ThroughputPerS, limit, 1e-9)
		near(t, "writes per second", p.ThroughputPerS*p.WritesPerSuccess, writes, 1e-9)
		if !p.Limited {
			t.Errorf("%v/s is beyond the limit of %v/s", rate, limit)
		}
	}
	if p := open(t, law.Open{RatePerS: 0.99 * limit, GapS: gap, WritesPerS: writes}); p.Limited || p.ThroughputPerS*p.WritesPerSuccess > writes {
		t.Errorf("below the limit: got %+v", p)
	}
	if p := closed(t, law.Closed{Workers: 1000, GapS: gap, WritesPerS: writes}); !p.Limited || math.Abs(p.ThroughputPerS-limit) > 1e-9 {
		t.Errorf("1000 workers: got %+v, want %v/s", p, limit)
	}
	p := open(t, law.Open{RatePerS: 60, GapS: gap})
	if !p.Limited || p.ThroughputPerS != 50 || p.ConflictRate != 1 || p.AttemptsAt(99) != math.MaxInt {
		t.Errorf("beyond one success a gap: got %+v", p)
	}
}

// TestWithoutAGap: nothing is refused, and the limit of writes is the only one.
func TestWithoutAGap(t *testing.T) {
	if p := closed(t, law.Closed{Workers: 10, CycleS: 0.01}); p.ThroughputPerS != 1000 || p.ConflictRate != 0 || p.AttemptsAt(99) != 1 {
		t.Errorf("got %+v", p)
	}
	if p := closed(t, law.Closed{Workers: 20, CycleS: 0.01, WritesPerS: 1000}); p.ThroughputPerS != 1000 || !p.Limited || p.WritesPerSuccess != 1 {
		t.Errorf("got %+v", p)
	}
	if p := open(t, law.Open{RatePerS: 5000}); p.ThroughputPerS != 5000 || p.Limited {
		t.Errorf("got %+v", p)
	}
}

func TestWrongNumbersAreNamed(t *testing.T) {
	for want, load := range map[string]interface {
		Predict() (law.Prediction, error)
	}{
		"gap":         law.Closed{Workers: 2, GapS: -1},
		"workers":     law.Closed{Workers: math.NaN(), GapS: 1},
		"think time":  law.Closed{Workers: 2, GapS: 1, ThinkS: math.Inf(1)},
		"both 0":      law.Closed{Workers: 2},
		"rate":        law.Open{RatePerS: -1},
		"write limit": law.Open{RatePerS: 1, WritesPerS: math.NaN()},
	} {
		if _, err := load.Predict(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error that names the %s", err, want)
		}
	}
}
