package page

import (
	"slices"
	"strings"
	"testing"

	"contend/report"
	"contend/report/reporttest"
	"contend/report/text"
)

// TestLimitedPercentilesAreShown: text and page show limited percentiles beside the
// usual ones. Where there is little room, they are left out before p50, p99 and the
// maximum.
func TestLimitedPercentilesAreShown(t *testing.T) {
	r := reporttest.Passing()
	r.Thresholds = []report.Threshold{{Metric: "p95", Status: report.Met}, {Metric: "read.p99.5", Status: report.Met}, {Metric: "lateness.p42", Status: report.Met}, {Metric: "p100", Status: report.Met}}
	for width, want := range map[int]string{
		100: "ms count mean p50 p90 p95 p99 p99.5 p99.9 max",
		54:  "ms count p50 p95 p99 p99.5 max",
		40:  "ms count p50 p99 max",
	} {
		if !slices.ContainsFunc(strings.Split(rendered(t, r, text.Options{Width: width}), "\n"), func(line string) bool { return strings.Join(strings.Fields(line), " ") == want }) {
			t.Errorf("%d columns: there is no %q in\n%s", width, want, rendered(t, r, text.Options{Width: width}))
		}
	}
	var header []string
	header = append(header, latencyGrid(r).Header...)
	if got := strings.Join(header, " "); got != "ms count min mean p50 p90 p95 p99 p99.5 p99.9 max" {
		t.Errorf("page: got %q", got)
	}
}
