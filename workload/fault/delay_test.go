package fault_test

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"contend/workload/fault"
)

// TestDelay: a request waits for the delay that was drawn, and the delays have the
// right distribution.
func TestDelay(t *testing.T) {
	const n = 4000
	const ms = float64(time.Millisecond)
	for _, c := range []struct {
		delay            fault.Delay
		mean, sd, atZero float64 // expected, in ms and as a share
	}{
		{fault.Delay{Mean: 50 * time.Millisecond}, 50, 0, 0},
		{fault.Delay{Mean: 50 * time.Millisecond, SD: 10 * time.Millisecond}, 50, 10, 0},
		// Cut off at 0 one standard deviation below the mean: it is below 0 with
		// Φ(−1), has the mean Φ(1) + φ(1), and so on.
		{fault.Delay{Mean: 10 * time.Millisecond, SD: 10 * time.Millisecond}, 10.833, 8.666, 0.1587},
	} {
		synctest.Test(t, func(t *testing.T) {
			var told notes
			transport := fault.New(canned{}, fault.Config{
				Rules: []fault.Rule{{Kind: fault.LateRequest, Probability: 1, Delay: c.delay}}, Seed: 1, Note: told.add,
			})
			transport.Begin(time.Now())
			for i := range n {
				start := time.Now()
				isHit(t, transport, "UpdateItem", 0)
				if got, want := time.Since(start), told.list()[i].Delay; got != want {
					t.Fatalf("waited %s, told %s", got, want)
				}
			}
			sum, squares, zeros := 0.0, 0.0, 0.0
			for _, i := range told.list() {
				d := float64(i.Delay) / ms
				sum, squares = sum+d, squares+d*d
				if d == 0 {
					zeros++
				}
			}
			mean := sum / n
			sd := math.Sqrt(max(0, squares/n-mean*mean))
			within(t, "mean", mean, c.mean, 4*c.sd/math.Sqrt(n))
			within(t, "standard deviation", sd, c.sd, 4*c.sd/math.Sqrt(2*n))
			within(t, "share of 0", zeros/n, c.atZero, 4*math.Sqrt(c.atZero*(1-c.atZero)/n))
		})
	}
}

func within(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance+1e-9 {
		t.Errorf("%s: got %v, want %v ± %v", what, got, want, tolerance)
	}
}
