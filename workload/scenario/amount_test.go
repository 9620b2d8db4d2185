package scenario

import (
	"math/rand/v2"
	"testing"
)

// TestOneAmountDrawsNothing: the random numbers of scenarios without amounts stay what
// they were.
func TestOneAmountDrawsNothing(t *testing.T) {
	random, untouched := rand.New(rand.NewPCG(1, 2)), rand.New(rand.NewPCG(1, 2))
	if got := (Amount{7, 7}).Draw(random); got != 7 || random.Uint64() != untouched.Uint64() {
		t.Errorf("got %d, or a random number was drawn", got)
	}
}

func TestAmountsAreDrawnEvenly(t *testing.T) {
	random, counts := rand.New(rand.NewPCG(1, 2)), map[int64]int{}
	const draws = 9000
	for range draws {
		counts[Amount{1, 9}.Draw(random)]++
	}
	for n := int64(1); n <= 9; n++ {
		if counts[n] < draws/9-150 || counts[n] > draws/9+150 {
			t.Errorf("%d was drawn %d times of %d", n, counts[n], draws)
		}
	}
	if len(counts) != 9 {
		t.Errorf("got %v, want the numbers from 1 to 9", counts)
	}
}
