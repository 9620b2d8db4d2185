package countertest

import (
	"sync"
	"testing"

	"contend/counter"
	"contend/internal/longtest"
)

// concurrent shows that all acknowledged changes are in the sum, that no two of them
// returned the same value, and that versions count the changes, also if one write
// carries several.
func (s suite) concurrent(t *testing.T) {
	const initial = 1000
	programs, adds := longtest.Count(4, 8), longtest.Count(5, 20)
	sum := int64(programs * adds)
	key := s.fresh(t, initial)
	receipts := make([][]counter.Receipt, programs)
	var wg sync.WaitGroup
	for p := range programs {
		wg.Go(func() {
			for range adds {
				receipt, err := s.settle(t, key, change(1))
				if err != nil {
					t.Error(err)
					return
				}
				receipts[p] = append(receipts[p], receipt)
			}
		})
	}
	wg.Wait()
	if got := s.read(t, key); got.Value != initial+sum || got.Version != s.version(1+sum) {
		t.Errorf("got value %d version %d after %d adds to %d", got.Value, got.Version, sum, initial)
	}
	if s.traits.ReturnsState {
		s.inOrder(t, receipts, initial)
	}
}

// inOrder checks the returned states: each value must follow from its version.
func (s suite) inOrder(t *testing.T, receipts [][]counter.Receipt, initial int64) {
	seen := map[int64]bool{}
	for _, of := range receipts {
		for _, receipt := range of {
			state := receipt.State
			if seen[state.Value] || !receipt.StateKnown {
				t.Errorf("value %d was returned twice, or not returned: %+v", state.Value, receipt)
			}
			seen[state.Value] = true
			if changes := state.Value - initial + 1; state.Version != s.version(changes) {
				t.Errorf("version %d has value %d", state.Version, state.Value)
			}
		}
	}
}
