package scenario

import (
	"math"
	"math/rand/v2"
	"testing"

	"contend/counter"
	"contend/workload/history"
)

// TestDesignsUnderTheSDKsRetriesAreToldWhatRefusedThem: by the item that refused a request
// a design recognizes its own earlier try.
func TestDesignsUnderTheSDKsRetriesAreToldWhatRefusedThem(t *testing.T) {
	for _, c := range []struct {
		retry   SDKRetry
		refresh Refresh
		want    counter.ConflictState
	}{
		{SDKRetryNone, RefreshAfterWait, counter.OmitConflictState},
		{"", RefreshAfterWait, counter.OmitConflictState},
		{SDKRetryNone, RefreshFromConflict, counter.ReturnConflictState},
		{SDKRetryStandard, RefreshAfterWait, counter.ReturnConflictState},
		{SDKRetryAdaptive, RefreshAtConflict, counter.ReturnConflictState},
	} {
		s := Scenario{SDKRetry: c.retry, Retry: Retry{Refresh: c.refresh}}
		if got := s.CounterParameters().OnConflict; got != c.want {
			t.Errorf("%q, %s: got %v, want %v", c.retry, c.refresh, got, c.want)
		}
	}
}

func TestMixNeverPicksWeightZero(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	mix := Mix{history.Increment: 0, history.Decrement: 3, history.Read: 1}
	var got [3]int
	for range 10000 {
		got[mix.Draw(random)]++
	}
	check(t, "increments", got[history.Increment], 0)
	near(t, "decrements", 1, got[history.Decrement], 7500)
}

// near allows five standard deviations of a Poisson count.
func near(t *testing.T, what string, i, got int, want float64) {
	t.Helper()
	if math.Abs(float64(got)-want) > 5*math.Sqrt(want)+1 {
		t.Errorf("%s: counter %d was picked %d times, want about %.0f", what, i, got, want)
	}
}

func check[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
