package workload

import (
	"testing"

	"contend/counter"
)

// TestDesignsUnderTheSDKsRetriesAreToldWhatRefusedThem: by it they know their own
// tries.
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
