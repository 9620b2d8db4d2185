package report

import (
	"testing"

	"contend/workload/threshold"
)

// TestMetricsAreThoseOfThresholds: what a scenario may limit is what a report has.
func TestMetricsAreThoseOfThresholds(t *testing.T) {
	ours, theirs := Metrics(), threshold.Metrics()
	if len(ours) != len(theirs) {
		t.Fatalf("got %d metrics, want %d", len(ours), len(theirs))
	}
	for i, m := range ours {
		if m.Name != theirs[i].Name || m.Kind != theirs[i].Kind {
			t.Errorf("metric %d: got %s (%v), want %s (%v)", i, m.Name, m.Kind, theirs[i].Name, theirs[i].Kind)
		}
		if isFinding := m.Kind == threshold.Status; (m.status != nil) != isFinding || (m.value != nil) == isFinding || m.Label == "" {
			t.Errorf("%s: incomplete", m.Name)
		}
	}
}
