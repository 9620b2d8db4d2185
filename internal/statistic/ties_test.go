package statistic

import (
	"testing"

	"github.com/aclements/go-moremath/stats"
)

// TestTiesInMoremath shows why the exact test is our own: the one that benchmath
// has from go-moremath gives probabilities that cannot be where measurements are
// equal. It says so when that is mended.
func TestTiesInMoremath(t *testing.T) {
	a, b := []float64{1, 0}, []float64{0, 0, 0, 0}
	right := dealtP(append(append([]float64{}, a...), b...), len(a))
	theirs, err := stats.MannWhitneyUTest(a, b, stats.LocationDiffers)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%v against %v: the probability is %.3f; go-moremath says %.3f", a, b, right, theirs.P)
	if theirs.P <= 1 {
		t.Error("go-moremath may be right now: its test may take the place of ours")
	}
}
