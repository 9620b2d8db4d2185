package scaling

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"contend/internal/longtest"
)

var workers = []float64{1, 2, 4, 8, 16, 32, 64}

// made are observations of a curve N/X, each repeated, with a relative noise.
func made(time func(n float64) float64, repeats int, noise float64) []Observation {
	random := rand.New(rand.NewPCG(1, 1))
	var all []Observation
	for _, n := range workers {
		for range repeats {
			all = append(all, Observation{Workers: n, ThroughputPerS: n / time(n) * (1 + noise*random.NormFloat64()), GapS: gapAt(n), CycleGaps: 2})
		}
	}
	return all
}

// gapAt is a gap that grows once the client is busy.
func gapAt(n float64) float64 {
	if n > 16 {
		return 0.020 * math.Sqrt(n/16)
	}
	return 0.020
}

func fitted(t *testing.T, observations []Observation) map[Model]Curve {
	t.Helper()
	curves, err := Fit(observations, 7)
	if err != nil {
		t.Fatal(err)
	}
	byModel := map[Model]Curve{}
	for _, c := range curves {
		byModel[c.Model] = c
	}
	return byModel
}

// TestKnownCurvesAreRecovered: the parameters of synthetic data lie within 5 % of the true
// ones and in their intervals, and the model that made the data has the smallest AICc.
func TestKnownCurvesAreRecovered(t *testing.T) {
	for _, c := range []struct {
		model Model
		want  []float64
		time  func(n float64) float64
	}{
		{Amdahl, []float64{50, 0.3}, func(n float64) float64 { return (1 + 0.3*(n-1)) / 50 }},
		{USL, []float64{50, 0.1, 0.002}, func(n float64) float64 { return (1 + 0.1*(n-1) + 0.002*n*(n-1)) / 50 }},
		{Law, []float64{1.5, 0}, func(n float64) float64 {
			if n == 1 {
				return 1.5 * 2 * gapAt(1)
			}
			return gapAt(n) * (1.5*2 + n)
		}},
		{Law, []float64{1.2, 1}, func(n float64) float64 { return gapAt(n) * (1.2*2 + n - 1) }},
	} {
		exact := fitted(t, made(c.time, 1, 0))[c.model]
		observations := made(c.time, 6, 0.01)
		curves, err := Fit(observations, 7)
		if err != nil {
			t.Fatal(err)
		}
		if best := Best(curves); best.Model != c.model {
			t.Errorf("%s: the best is %s: %+v", c.model, best.Model, curves)
		}
		noisy := fitted(t, observations)[c.model]
		for i, want := range c.want {
			if got := exact.Parameters[i]; math.Abs(got.Value-want) > 1e-6*want {
				t.Errorf("%s, without noise: got %+v, want %v", c.model, got, want)
			}
			got := noisy.Parameters[i]
			if !got.Bounded || got.Low > want || got.High < want || math.Abs(got.Value-want) > max(0.05*want, 0.1) {
				t.Errorf("%s: got %+v, want %v", c.model, got, want)
			}
		}
	}
}

// TestPublishedRuns: contend's own runs with 20 ms of latency and immediate retries, with
// the gaps of a client that 64 workers saturated. The law beats the USL, of which only the
// saturated client made a peak.
func TestPublishedRuns(t *testing.T) {
	var all []Observation
	for i, x := range []float64{21.7, 21.6, 28.6, 36.2, 39.3, 38.8, 31.7} {
		n := workers[i]
		// The law with the measured gap gave these, from which the gap follows.
		law := []float64{21.8, 22.2, 29.6, 35.1, 39.3, 40.1, 32.0}[i]
		gap := n / law / (2 + n)
		if n == 1 {
			gap = 1 / law / 2
		}
		all = append(all, Observation{Workers: n, ThroughputPerS: x, GapS: gap, CycleGaps: 2})
	}
	curves := fitted(t, all)
	law, usl := curves[Law], curves[USL]
	if !law.Rated || !usl.Rated || law.AICc > usl.AICc-10 || usl.Off < 3*law.Off {
		t.Errorf("law %+v, USL %+v", law, usl)
	}
	if s := law.Parameters[0].Value; math.Abs(s-1) > 0.05 {
		t.Errorf("the cycle is %v times 2·G", s)
	}
	if usl.Peak < 10 || usl.Peak > 30 {
		t.Errorf("the USL peaks at %v", usl.Peak)
	}
	if without := fitted(t, all[:6])[USL]; without.Peak != 0 {
		t.Errorf("without the saturated point the USL peaks at %v", without.Peak)
	}
}

// TestNoPeakOutsideTheData: the curve of these data has its peak at N = 100.
func TestNoPeakOutsideTheData(t *testing.T) {
	time := func(n float64) float64 { return (1 + 0.00009*n*(n-1) + 0.1*(n-1)) / 50 }
	usl := fitted(t, made(time, 1, 0))[USL]
	if usl.Peak != 0 || usl.Parameters[2].Value <= 0 {
		t.Errorf("got a peak at %v, κ = %v", usl.Peak, usl.Parameters[2].Value)
	}
	inside := func(n float64) float64 { return (1 + 0.002*n*(n-1) + 0.1*(n-1)) / 50 }
	if peak := fitted(t, made(inside, 1, 0))[USL].Peak; math.Abs(peak-math.Sqrt(0.9/0.002)) > 0.01 {
		t.Errorf("got a peak at %v", peak)
	}
}

// TestNothingIsNegative: of data that speed up more than linearly, no parameter is below 0.
func TestNothingIsNegative(t *testing.T) {
	for _, c := range fitted(t, made(func(n float64) float64 { return 1 / (10 + n) }, 1, 0)) {
		for _, p := range c.Parameters {
			if p.Value < 0 {
				t.Errorf("%s: %+v", c.Model, p)
			}
		}
	}
}

func TestTheSeedDecidesTheIntervals(t *testing.T) {
	observations := made(func(n float64) float64 { return (1 + 0.3*(n-1)) / 50 }, 6, 0.02)
	fit := func(seed uint64) []Curve {
		curves, err := Fit(observations, seed)
		if err != nil {
			t.Fatal(err)
		}
		return curves
	}
	if !reflect.DeepEqual(fit(1), fit(1)) {
		t.Error("the same seed gives other intervals")
	}
	if reflect.DeepEqual(fit(1), fit(2)) {
		t.Error("the seed decides nothing")
	}
}

func TestTooLittle(t *testing.T) {
	time := func(n float64) float64 { return (1 + 0.3*(n-1)) / 50 }
	all := made(time, 2, 0.01)
	if _, err := Fit(all[:6], 1); err == nil {
		t.Error("three worker counts were fitted")
	}
	curves := fitted(t, all)
	if curves[Amdahl].Parameters[0].Bounded {
		t.Error("two runs of each worker count have an interval")
	}
	few := fitted(t, made(time, 1, 0.01)[:4])
	if few[USL].Rated || few[Amdahl].Rated || few[Law].Rated {
		t.Errorf("four runs rate %+v", few)
	}
	if best := Best(nil); best != nil {
		t.Errorf("the best of nothing is %+v", *best)
	}
	for _, wrong := range []Observation{{}, {Workers: 1}, {Workers: math.NaN(), ThroughputPerS: 1}, {Workers: 2, ThroughputPerS: math.Inf(1)}, {Workers: 2, ThroughputPerS: 1, GapS: -1}} {
		if _, err := Fit(append(made(time, 1, 0), wrong), 1); err == nil {
			t.Errorf("%+v was fitted", wrong)
		}
	}
	for i := range all {
		all[i].GapS = 0
	}
	if curves, err := Fit(all, 1); err != nil || len(curves) != 2 {
		t.Errorf("without a gap: got %v, %v", curves, err)
	}
}

// TestIntervalsHoldTheTruth: of many data sets, the intervals of about 95 of 100 hold the
// true parameter.
func TestIntervalsHoldTheTruth(t *testing.T) {
	longtest.Only(t)
	const sets = 200
	truth := []float64{50, 0.1, 0.002}
	held := make([]int, len(truth))
	for seed := range uint64(sets) {
		random := rand.New(rand.NewPCG(seed, 2))
		var all []Observation
		for _, n := range workers {
			for range 6 {
				x := truth[0] * n / (1 + truth[1]*(n-1) + truth[2]*n*(n-1))
				all = append(all, Observation{Workers: n, ThroughputPerS: x * (1 + 0.03*random.NormFloat64())})
			}
		}
		for i, p := range fitted(t, all)[USL].Parameters {
			if p.Low <= truth[i] && truth[i] <= p.High {
				held[i]++
			}
		}
	}
	for i, n := range held {
		if n < sets*90/100 || n == sets {
			t.Errorf("parameter %d: %d of %d intervals hold the truth", i, n, sets)
		}
	}
	t.Log(held)
}
