package counter_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"contend/counter"
)

// TestACancelledLeaderHandsOver: a caller whose context has ended when it becomes the
// leader makes no attempt, and the callers that wait, or come later, are served. It may
// notice the end of its context before or after it becomes the leader; many rounds
// cover both.
func TestACancelledLeaderHandsOver(t *testing.T) {
	const rounds = 200
	synctest.Test(t, func(t *testing.T) {
		store := newFar(0)
		p := combiner(store)
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		patient, give := context.WithTimeout(t.Context(), time.Hour)
		defer give()
		for range rounds {
			receipt, err := p.strategy.Add(gone, shared, counter.Change{Delta: 1})
			if err == nil || !receipt.Unsent {
				t.Fatalf("cancelled: got %+v, %v; want nothing sent", receipt, err)
			}
			if receipt, err := p.strategy.Add(patient, shared, counter.Change{Delta: 1}); err != nil {
				t.Fatalf("the caller after a cancelled one: got %+v, %v", receipt, err)
			}
		}
	})
}

// TestALeaderThatIsCancelledAtTheHandoverHandsOver: the next leader's context ends at
// the moment at which the write before it is answered.
func TestALeaderThatIsCancelledAtTheHandoverHandsOver(t *testing.T) {
	for range 100 {
		synctest.Test(t, func(t *testing.T) {
			p := combiner(newFar(0))
			leaving, leave := context.WithTimeout(t.Context(), 2*roundTrip-time.Millisecond)
			defer leave()
			patient, give := context.WithTimeout(t.Context(), time.Hour)
			defer give()
			p.add(patient, counter.Change{Delta: 1}) // reads, then writes until twice the round trip
			time.Sleep(roundTrip)
			p.add(leaving, counter.Change{Delta: 1})
			last := p.add(patient, counter.Change{Delta: 1})
			p.wg.Wait()
			if last.err != nil {
				t.Fatalf("who waited behind a cancelled leader: got %+v, %v", last.receipt, last.err)
			}
		})
	}
}
