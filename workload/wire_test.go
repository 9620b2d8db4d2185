package workload

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"contend/counter"
	"contend/internal/history"
)

// metered is a store whose requests are on the wire, a millisecond each, with a
// fault in every read.
type metered struct{ store }

func (m *metered) note(ctx context.Context, write bool) {
	began := time.Now()
	w := counter.WireOf(ctx)
	if w == nil {
		return // the setup
	}
	w.Sends = append(w.Sends, counter.Send{Began: began, Ended: began.Add(time.Millisecond), Attempt: 1, Write: write, Status: 200})
	if !write {
		w.Hit(counter.SendFault{Kind: "delay", Delivered: 1, Status: 200})
	}
}

func (m *metered) Read(ctx context.Context, key counter.Key, consistent bool) (counter.State, counter.Units, error) {
	m.note(ctx, false)
	return m.store.Read(ctx, key, consistent)
}

func (m *metered) Add(ctx context.Context, key counter.Key, change counter.Change) (counter.Receipt, error) {
	m.note(ctx, true)
	return m.store.Add(ctx, key, change)
}

// TestEveryRequestIsInAnAccount: also those of a look at a conflict, which come
// between two attempts, in every mode.
func TestEveryRequestIsInAnAccount(t *testing.T) {
	for _, refresh := range []Refresh{RefreshAfterWait, RefreshAtConflict, RefreshFromConflict} {
		t.Run(string(refresh), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &metered{store{latency: time.Millisecond, needsState: true}}
				sc := scenario(func(sc *Scenario) {
					sc.Load = Load{Workers: 4, Duration: 300 * time.Millisecond}
					sc.Operations = Mix{history.Increment: 3, history.Read: 1}
					sc.Retry.Refresh = refresh
				})
				fleet := Fleet{Scenario: sc, Setup: &s.store, Strategy: func(int) counter.Strategy { return s }}
				result, err := fleet.Run(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				y := result.Tally
				if y.Conflicts == 0 {
					t.Fatal("nobody met a conflict")
				}
				if result.Wire.Requests != y.Reads+y.Writes {
					t.Errorf("%d requests on the wire, %d reads and %d writes", result.Wire.Requests, y.Reads, y.Writes)
				}
				// A look that the end of the load cuts off from its attempt has no
				// place in the history.
				if hit := result.Faults[0].Requests; hit > y.Reads || hit < y.Reads-int64(sc.Load.Workers) {
					t.Errorf("%d faults for %d reads", hit, y.Reads)
				}
			})
		})
	}
}
