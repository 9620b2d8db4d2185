package report

import (
	"slices"
	"strings"
	"testing"

	"contend/workload/check"
	"contend/workload/history"
	"contend/workload/threshold"
)

// TestMetricsAreThoseOfThresholds: a report has exactly the metrics that a scenario may
// limit.
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

// TestFindingsAreThoseOfChecks: a scenario may demand the status of every check.
func TestFindingsAreThoseOfChecks(t *testing.T) {
	want := []string{"verdict"}
	audit := check.NewAudit(history.Header{Counters: []history.CounterStart{{Key: "c"}, {Key: "d"}}, Floor: new(int64(0))})
	if err := audit.Add(&history.Op{Kind: history.Transfer, Delta: -1, To: 1, Ending: history.GaveUp}); err != nil {
		t.Fatal(err)
	}
	for _, c := range audit.Close(history.Footer{}, false).Checks {
		want = append(want, strings.ReplaceAll(c.Name, "-", "_"))
	}
	var got []string
	for _, m := range threshold.Metrics() {
		if m.Kind == threshold.Status {
			got = append(got, m.Name)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("thresholds know %q, the checks are %q", got, want)
	}
}
