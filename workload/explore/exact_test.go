package explore_test

import (
	"context"
	"os"
	"testing"

	"contend/counter"
	"contend/internal/longtest"
	"contend/workload/check"
	"contend/workload/explore"
	"contend/workload/plan"
	"contend/workload/scenario"
)

// exact is the space of testdata/exact.yaml with another design.
func exact(t *testing.T, design string) *plan.Space {
	t.Helper()
	changes := []scenario.Override{{Source: "test", Path: "strategy", Value: design}}
	if traits, known := counter.TraitsOf(design); !known || !traits.Decrements {
		changes = append(changes, scenario.Override{Source: "test", Path: "operations.decrement", Value: "0"})
	}
	return space(t, "testdata/exact.yaml", changes...)
}

// space is that of a file, with changes.
func space(t *testing.T, file string, changes ...scenario.Override) *plan.Space {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changes = append(changes, scenario.Override{Source: "test", Path: "target", Value: scenario.TargetSimulated})
	p, err := plan.DecodeSpace(file, text, changes...)
	if err != nil {
		t.Fatal(err)
	}
	return p.Space()
}

// The README says how many more seeds they survived.
func TestDesignsThatCountExactlySurvive(t *testing.T) {
	seeds := int64(longtest.Count(12, 30))
	for _, design := range []string{"conditional-history", "transaction-token", "transaction-marker", "item-collection", "token-set"} {
		t.Run(design, func(t *testing.T) {
			t.Parallel()
			e := explore.Explorer{Space: exact(t, design), First: 1, Seeds: seeds, Failures: 1}
			r, err := e.Run(context.Background())
			if err != nil || r.Passed != seeds {
				t.Errorf("got %+v, %v", r, err)
			}
		})
	}
}

// Clients that take turns by numbers in the item count exactly too, and none waits for ever.
// The README says how many more seeds they survived.
func TestQueuesSurvive(t *testing.T) {
	seeds := int64(longtest.Count(70, 200))
	for _, policy := range []string{"ticket", "shared-window"} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			var changes []scenario.Override
			if policy == "shared-window" {
				for path, value := range map[string]string{"retry.policy": policy, "retry.enlist": "false", "retry.poll": "strong"} {
					changes = append(changes, scenario.Override{Source: "test", Path: path, Value: value})
				}
			}
			e := explore.Explorer{Space: space(t, "testdata/queue.yaml", changes...), First: 1, Seeds: seeds, Failures: 1}
			r, err := e.Run(context.Background())
			if err != nil || r.Passed != seeds {
				t.Errorf("got %+v, %v", r, err)
			}
		})
	}
}

// The same faults break those that do not claim it.
func TestOtherDesignsDoNotSurvive(t *testing.T) {
	for _, design := range []string{"conditional", "atomic-add", "sharded", "combining"} {
		t.Run(design, func(t *testing.T) {
			if design == "sharded" || design == "combining" {
				longtest.Only(t)
			}
			t.Parallel()
			e := explore.Explorer{Space: exact(t, design), First: 1, Seeds: 30, Failures: 1}
			r, err := e.Run(context.Background())
			if err != nil || r.Failed != 1 || r.Failures[0].Checks[0].Name != check.ExactlyOnce(nil).Name {
				t.Errorf("got %+v, %v", r, err)
			}
		})
	}
}
