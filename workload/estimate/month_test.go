package estimate_test

import (
	"math"
	"testing"

	"contend/workload/estimate"
	"contend/workload/scenario"
)

// TestAMonth: 100 write units a second are 262.8 million in a month, for $0.625 each; 143
// units are provisioned so that 70 % of them are used. Both cost the same if 28.9 % are.
func TestAMonth(t *testing.T) {
	p := scenario.Default().Price
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > want/1000 {
			t.Errorf("%s: got %v, want %v", what, got, want)
		}
	}
	m := estimate.OfMonth(p, estimate.Rate{Write: 100, Read: 10}, estimate.UsualUtilisation)
	near("on demand", m.OnDemand, 262.8*0.625+26.28*0.125)
	near("provisioned", m.Provisioned, (143*0.00065+15*0.00013)*730)
	near("break-even", m.BreakEven, 0.2889)
	if m.WriteUnits != 143 || m.ReadUnits != 15 {
		t.Errorf("%d and %d units, want 143 and 15", m.WriteUnits, m.ReadUnits)
	}
	at := estimate.OfMonth(p, estimate.Rate{Write: 1e6, Read: 1e6}, m.BreakEven)
	near("at the break-even", at.Provisioned, at.OnDemand)
}

// TestThePricesOfAMonthAreTheScenarios: each price changes its part.
func TestThePricesOfAMonthAreTheScenarios(t *testing.T) {
	rate := estimate.Rate{Write: 1, Read: 1}
	usual := estimate.OfMonth(scenario.Default().Price, rate, 1)
	for _, c := range []struct {
		change   func(*scenario.Price)
		onDemand bool
	}{
		{func(p *scenario.Price) { p.Write *= 2 }, true},
		{func(p *scenario.Price) { p.Read *= 2 }, true},
		{func(p *scenario.Price) { p.Provisioned.Write *= 2 }, false},
		{func(p *scenario.Price) { p.Provisioned.Read *= 2 }, false},
	} {
		p := scenario.Default().Price
		c.change(&p)
		m := estimate.OfMonth(p, rate, 1)
		if (m.OnDemand != usual.OnDemand) != c.onDemand || (m.Provisioned != usual.Provisioned) == c.onDemand {
			t.Errorf("%+v: %+v, usually %+v", p, m, usual)
		}
	}
	if free := estimate.OfMonth(scenario.Price{}, rate, 1); free.OnDemand != 0 || free.BreakEven != 0 {
		t.Errorf("a store without prices costs %+v", free)
	}
}
