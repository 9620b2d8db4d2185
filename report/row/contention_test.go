package row

import (
	"testing"

	"contend/report"
)

// TestAnIndexThatMeansNothingIsExplained where updates were applied all the same.
func TestAnIndexThatMeansNothingIsExplained(t *testing.T) {
	f := &report.Fairness{Best: 400, Workers: []report.Worker{{Number: 0, Applied: 400}, {Number: 1, Applied: 9}}}
	if got := Fairness(f)[0][2]; got != "the load did not give all workers the same work" {
		t.Errorf("got %q", got)
	}
}
