package bench_test

import (
	"fmt"
	"math"
	"testing"

	"contend/internal/longtest"
	"contend/report/capacity"
	"contend/scenarios"
	"contend/workload/scenario"
)

// TestCapacityAgreesWithReality: the capacity of hot-key that a search in real time on the
// embedded server finds is within a tenth of that in simulated time, with the client's cost
// as it was measured. On a busy machine, nothing can be concluded.
func TestCapacityAgreesWithReality(t *testing.T) {
	longtest.Only(t)
	text, err := scenarios.Open("hot-key")
	if err != nil {
		t.Fatal(err)
	}
	s, err := scenario.Decode("hot-key", text)
	if err != nil {
		t.Fatal(err)
	}
	s.Simulated.Client = clientCost(t, rivals)
	measured := capacityOn(t, s, scenario.TargetEmbedded)
	simulated := capacityOn(t, s, scenario.TargetSimulated)
	t.Logf("client %s\nmeasured: %s\nsimulated: %s", s.Simulated.Client, measured.Answer, simulated.Answer)
	if measured.Lower == nil || measured.Upper == nil || len(measured.Void) > len(measured.Trials)/2 {
		told(t, "*** COULD NOT JUDGE whether the capacity in simulated time agrees with real time: the machine is busy ***")
		t.Skip("the machine is busy, so that real time shows the machine")
	}
	real, model := middleOf(measured), middleOf(simulated)
	if off := real/model - 1; math.Abs(off) > agreement {
		t.Errorf("measured %s, simulated %s: %+.1f %% apart, more than %.0f %%", perSecond(real), perSecond(model), 100*off, 100*agreement)
	}
}

func capacityOn(t *testing.T, s scenario.Scenario, target string) *capacity.Capacity {
	t.Helper()
	s.Target = target
	c, err := capacity.Search(t.Context(), s, capacity.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// middleOf is the middle of a bracket.
func middleOf(c *capacity.Capacity) float64 { return (*c.Lower + *c.Upper) / 2 }

func perSecond(rate float64) string { return fmt.Sprintf("%.1f/s", rate) }
