package compare_test

import (
	"slices"
	"strings"
	"testing"

	"contend/report"
	"contend/report/compare"
	"contend/report/text"
)

// keeping is a run with the result of one threshold.
func keeping(t report.Threshold) *report.Report {
	r := measured(map[string]float64{"throughput": 100})
	r.Thresholds = []report.Threshold{t}
	return r
}

func TestComparisonTellsWhichVariantsMissedAThreshold(t *testing.T) {
	p99 := func(status report.ThresholdStatus, value, reason string) *report.Report {
		return keeping(report.Threshold{Text: "p99 < 200ms", Metric: "p99", Value: value, Status: status, Reason: reason})
	}
	c := compare.Compare([]compare.Candidate{
		variantOf("none", runsOf(p99(report.Missed, "1000", ""), p99(report.Met, "150", ""), p99(report.Missed, "250.5", ""))),
		variantOf("fixed", runsOf(p99(report.Undecided, "150", "the client was busy"))),
		variantOf("immediate", runsOf(p99(report.Missed, "300", ""), p99(report.Unanswerable, "", "the run has no sample of it"))),
		variantOf("full-jitter", runsOf(p99(report.Met, "100", ""))),
	}, compare.Options{})
	for _, want := range []string{
		"the threshold p99 < 200ms is missed by retry.policy=none (2 of 3 runs: 250.5 ms to 1000 ms); retry.policy=immediate (1 of 2 runs: 300 ms)",
		"the threshold p99 < 200ms cannot be decided for retry.policy=fixed (1 of 1 run: the client was busy)",
		"the threshold p99 < 200ms has no value to compare in retry.policy=immediate (1 of 2 runs: the run has no sample of it)",
	} {
		if !slices.Contains(c.Warnings, want) {
			t.Errorf("got %q, want among them %q", c.Warnings, want)
		}
	}
	if c.Variants[0].Runs[0].Thresholds[0].Status != report.Missed {
		t.Error("the runs do not have their thresholds")
	}
}

func TestComparisonTellsThatThresholdsWereMet(t *testing.T) {
	met, missed := report.Threshold{Text: "p99 < 1s", Metric: "p99", Value: "150", Status: report.Met}, report.Threshold{Text: "p99 < 1s", Metric: "p99", Value: "1500", Status: report.Missed}
	for _, c := range []struct {
		runs []*report.Report
		want bool
	}{
		{[]*report.Report{keeping(met), keeping(met)}, true},
		{[]*report.Report{keeping(met), keeping(missed)}, false},
		{[]*report.Report{measured(nil)}, false},
	} {
		var b strings.Builder
		if err := text.Comparison(&b, compare.Compare([]compare.Candidate{variantOf("none", runsOf(c.runs...))}, compare.Options{}), text.Options{Width: 100}); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(b.String(), "All thresholds were met, by 2 runs."); got != c.want {
			t.Errorf("%d runs: told is %t, want %t:\n%s", len(c.runs), got, c.want, b.String())
		}
	}
}

func TestComparisonTellsWhyRunsEndedAndThatNothingIsCompared(t *testing.T) {
	gone := func(reason string) compare.Run { return compare.Run{Folder: "x", Error: reason} }
	c := compare.Compare([]compare.Candidate{
		{Settings: []report.Setting{{Path: "strategy", Value: "sharded"}}, Runs: []compare.Run{gone("no connection"), gone("no connection")}},
		{Settings: []report.Setting{{Path: "seed", Value: "1"}}, Runs: []compare.Run{gone("a"), gone("b"), gone("c"), gone("d")}},
	}, compare.Options{})
	for _, want := range []string{
		"6 of 6 runs could not be run, or not to their end (strategy=sharded; seed=1): no connection; a; b; and 2 other errors",
		"no variant can be compared with another: only variants that differ in the first setting alone are compared",
	} {
		if !slices.Contains(c.Warnings, want) {
			t.Errorf("got %q, want among them %q", c.Warnings, want)
		}
	}
}

func TestComparisonWithoutDoubtsHasAnEmptyList(t *testing.T) {
	var b strings.Builder
	if err := pair(same(6, map[string]float64{"throughput": 1}), same(6, map[string]float64{"throughput": 1})).Encode(&b); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), `"warnings": []`) {
		t.Errorf("got %s, want an empty list of warnings", b.String())
	}
}
