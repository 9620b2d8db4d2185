package page

import (
	"fmt"
	"strings"
	"testing"

	"contend/report"
	"contend/report/compare"
	"contend/report/reporttest"
)

func TestBlocksOfDifferentFieldsHaveAPage(t *testing.T) {
	page := comparisonPage(t, blocks())
	for _, want := range []string{
		"9 variants of 4 strategy, 2 load.workers, 2 retry.policy, 6 runs each",
		"Throughput against load.workers",
		"Not drawn: 5 variants whose settings do not name load.workers.",
		`<th scope="col" class="t">retry.policy</th>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// TestCurvesAlongASetting: a curve has only the variants that set its setting.
func TestCurvesAlongASetting(t *testing.T) {
	c := blocks()
	curves := curvesAlong(c, "load.workers")
	if len(curves) != 2 || curves[0].name != "conditional" || len(curves[0].variants) != 2 || curves[1].name != "atomic-add" {
		t.Errorf("curves along the workers: %+v", curves)
	}
	if chart := curveChart(c, c.Metrics[0], "load.workers", []float64{1, 8}); len(chart.Series) != 2 || chart.Series[0].Points[1].X != 8 {
		t.Errorf("drawn: %+v", chart.Series)
	}
	if all := curvesAlong(c, ""); len(all) != len(c.Variants) {
		t.Errorf("%d curves of %d variants", len(all), len(c.Variants))
	}
	names := map[string]bool{}
	for _, k := range curvesAlong(c, "") {
		if names[k.name] {
			t.Errorf("two curves are called %q", k.name)
		}
		names[k.name] = true
	}
}

// blocks is a comparison of a matrix whose blocks vary different fields, in
// different orders.
func blocks() *compare.Comparison {
	var groups []compare.Candidate
	base := reporttest.Passing()
	add := func(settings ...report.Setting) {
		v := compare.Candidate{Settings: settings}
		for n := range 6 {
			r := *base
			r.ThroughputPerS = new(100 + float64(10*len(groups)+n))
			v.Runs = append(v.Runs, compare.Run{Folder: fmt.Sprintf("%d-%d", len(groups), n), Report: &r})
		}
		groups = append(groups, v)
	}
	for _, strategy := range []string{"conditional", "atomic-add"} {
		for _, workers := range []string{"1", "8"} {
			add(report.Setting{Path: "strategy", Value: strategy}, report.Setting{Path: "load.workers", Value: workers})
		}
	}
	add(report.Setting{Path: "strategy", Value: "sharded"})
	add(report.Setting{Path: "strategy", Value: "combining"})
	add(report.Setting{Path: "retry.policy", Value: "none"}, report.Setting{Path: "strategy", Value: "conditional"})
	add(report.Setting{Path: "retry.policy", Value: "immediate"}, report.Setting{Path: "strategy", Value: "conditional"})
	add()
	return compare.Compare(groups, compare.Options{})
}
