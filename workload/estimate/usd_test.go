package estimate_test

import (
	"math"
	"testing"

	"contend/counter"
	"contend/workload/estimate"
	"contend/workload/scenario"
)

// TestUSD: units have the scenario's price; requests of unknown units take those of the design.
func TestUSD(t *testing.T) {
	s := &scenario.Scenario{Strategy: counter.TransactionTokenName, Price: scenario.Price{Write: 0.625, Read: 0.125}}
	for _, c := range []struct {
		write, read float64
		unknown     estimate.Requests
		want        float64
	}{
		{}, {write: 1e6, want: 0.625}, {read: 2e6, want: 0.25}, {write: 1e6, unknown: estimate.Requests{Writes: 1e6, Reads: 1e6}, want: 3*0.625 + 0.125},
	} {
		if got := estimate.USD(s, c.write, c.read, c.unknown); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%+v: got $%v", c, got)
		}
	}
}
