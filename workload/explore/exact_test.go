package explore_test

import (
	"context"
	"os"
	"testing"

	"contend/counter"
	"contend/workload/check"
	"contend/workload/explore"
	"contend/workload/plan"
	"contend/workload/scenario"
)

// exact is the space of testdata/exact.yaml with another design.
func exact(t *testing.T, design string) *plan.Space {
	t.Helper()
	const file = "testdata/exact.yaml"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changes := []scenario.Override{
		{Source: "test", Path: "strategy", Value: design},
		{Source: "test", Path: "target", Value: scenario.TargetSimulated},
	}
	if traits, known := counter.TraitsOf(design); !known || !traits.Decrements {
		changes = append(changes, scenario.Override{Source: "test", Path: "operations.decrement", Value: "0"})
	}
	p, err := plan.DecodeSpace(file, text, changes...)
	if err != nil {
		t.Fatal(err)
	}
	return p.Space()
}

// The README says how many more seeds they survived.
func TestDesignsThatCountExactlySurvive(t *testing.T) {
	for _, design := range []string{"conditional-history", "transaction-token", "transaction-marker", "item-collection", "token-set"} {
		t.Run(design, func(t *testing.T) {
			t.Parallel()
			e := explore.Explorer{Space: exact(t, design), First: 1, Seeds: 30, Failures: 1}
			r, err := e.Run(context.Background())
			if err != nil || r.Passed != 30 {
				t.Errorf("got %+v, %v", r, err)
			}
		})
	}
}

// The same faults break those that do not claim it.
func TestOtherDesignsDoNotSurvive(t *testing.T) {
	for _, design := range []string{"conditional", "atomic-add", "sharded", "combining"} {
		t.Run(design, func(t *testing.T) {
			t.Parallel()
			e := explore.Explorer{Space: exact(t, design), First: 1, Seeds: 30, Failures: 1}
			r, err := e.Run(context.Background())
			if err != nil || r.Failed != 1 || r.Failures[0].Checks[0].Name != check.ExactlyOnce(nil).Name {
				t.Errorf("got %+v, %v", r, err)
			}
		})
	}
}
