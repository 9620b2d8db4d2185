package page

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"contend/internal/longtest"
	"contend/internal/plot"
	"contend/report"
	"contend/report/compare"
	"contend/report/reporttest"
	"contend/workload/check"
)

// large is a campaign of many variants in groups. Drawing a run takes long, so all runs
// of one policy under one load are copies of the first.
func large(groups, each, runs int) *compare.Comparison {
	random, base := rand.New(rand.NewPCG(7, 9)), *reporttest.Passing()
	type model struct{ policy, workers int }
	drawn := map[model]compare.Run{}
	var all []compare.Candidate
	for w := range groups {
		for i := range each {
			v := compare.Candidate{Settings: []report.Setting{{Path: "retry.base", Value: fmt.Sprintf("%dms", i+1)}, {Path: "load.workers", Value: fmt.Sprint(w + 1)}}}
			for n := range runs {
				of := model{i % 8, w%10 + 1}
				if _, ok := drawn[of]; !ok {
					drawn[of] = compare.Run{Report: modelled(random, base, of.policy, of.workers)}.Digest(nil)
				}
				run := drawn[of]
				run.Folder = fmt.Sprintf("%04d-retry.base-%dms_%d-run%d", len(all)+1, i, w, n+1)
				v.Runs = append(v.Runs, run)
			}
			all = append(all, v)
		}
	}
	return compare.Compare(all, compare.Options{})
}

func TestAPageOfAThousandVariantsIsAtMostTwoMegabytes(t *testing.T) {
	campaigns := []*compare.Comparison{large(2, 500, 1)}
	if longtest.Asked() {
		campaigns = append(campaigns, large(50, 20, 2))
	}
	for _, c := range campaigns {
		page := comparisonPage(t, c)
		if len(page) > maxPage {
			t.Errorf("%d variants: the page has %d bytes", len(c.Variants), len(page))
		}
		for _, want := range []string{"comparison.csv has all", "not shown, to keep the page small", "runs, with links to their pages"} {
			if !strings.Contains(page, want) {
				t.Errorf("the page does not say %q", want)
			}
		}
	}
}

// A campaign of four variants that ran for an hour has thousands of seconds each.
func TestAPageOfALongCampaignIsAtMostTwoMegabytes(t *testing.T) {
	random, base := rand.New(rand.NewPCG(1, 2)), *reporttest.Passing()
	var all []compare.Candidate
	for i := range 4 {
		var reports []*report.Report
		for range compare.DefaultRepeat {
			r := modelled(random, base, i, 8)
			r.ConflictRate.PerSecond = nil
			for range 3600 {
				r.ConflictRate.PerSecond = append(r.ConflictRate.PerSecond, new(random.Float64()))
			}
			r.ConflictRate.PerSecond[1234] = new(0.987654)
			for n := range int64(5000) {
				r.ConflictRate.AttemptsHistogram = append(r.ConflictRate.AttemptsHistogram, report.AttemptsBar{Attempts: n + 1, Operations: 1})
			}
			reports = append(reports, r)
		}
		all = append(all, variantOf(policyNames()[i], runsOf(reports...)))
	}
	c := compare.Compare(all, compare.Options{})
	if page := comparisonPage(t, c); len(page) > maxPage/4 {
		t.Errorf("the page has %d bytes", len(page))
	}
}

// TestAPageOfALargeRunIsAtMostTwoMegabytes: the run has ten thousand workers, a
// thousand windows of faults, and an hour with stalls. A report that somebody made long
// by hand is tested too.
func TestAPageOfALargeRunIsAtMostTwoMegabytes(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	long := strings.Repeat("<&>", 10000)
	for _, c := range []struct {
		what  string
		build func(*report.Report)
		says  []string
	}{
		{"workers", func(r *report.Report) {
			r.Fairness.Workers = nil
			for n := range 10000 {
				r.Fairness.Workers = append(r.Fairness.Workers, report.Worker{Number: n, Applied: random.Int64N(1000), Attempts: 1000})
			}
		}, []string{"A line through all 10000 workers; report.json has each.", "those with the fewest first"}},
		{"fault windows", func(r *report.Report) {
			f := report.Fault{Kind: "lost-reply"}
			for n := range 1000 {
				f.Windows = append(f.Windows, report.FaultWindow{FromS: float64(n), ToS: new(float64(n) + random.Float64())})
			}
			r.Faults = []report.Fault{f}
		}, []string{"Of 1000 windows the 40 longest are drawn; report.json has them all.", "and 980 more"}},
		{"an hour with stalls", func(r *report.Report) {
			r.ElapsedS, r.LoadS, r.Seconds = 3600, new(3600.), nil
			r.Stalls = &report.Stalls{Count: 900, Share: new(0.5), LongestS: 2}
			for n := range 3600 {
				s := report.Second{P50MS: new(random.Float64()), P99MS: new(9 + random.Float64())}
				s.Attempts, s.Applied, s.Operations = 1000+random.Int64N(99), 900, 900
				r.Seconds = append(r.Seconds, s)
				if n%4 == 0 {
					r.Stalls.Longest = append(r.Stalls.Longest, report.Stall{FromS: float64(n), ToS: float64(n) + 2, Workers: 3, Ended: true})
				}
			}
		}, []string{"the 40 longest are drawn; report.json has them all."}},
		{"stages", func(r *report.Report) {
			for n := range 20000 {
				r.Stages = append(r.Stages, report.Stage{FromS: float64(n) / 1000, ToS: float64(n+1) / 1000, Workers: 3})
			}
		}, []string{"Of 20000 stages the first 40 are marked", "rows; report.json has them all."}},
		{"long texts", func(r *report.Report) {
			r.Scenario, r.Description, r.Error = long, long, long
			r.Verdict.Status = "fail"
			for range 300 {
				r.Warnings = append(r.Warnings, long)
				r.Thresholds = append(r.Thresholds, report.Threshold{Text: long, Status: report.Missed})
				r.Verdict.Checks = append(r.Verdict.Checks, check.Result{Name: long, Status: "fail", Reason: long, Evidence: []string{long, long, long, long}})
			}
			for n := range 20000 {
				r.FailuresByReason[fmt.Sprint(n, long[:100])] = 1
			}
		}, []string{"…", "findings are not shown; report.json has them all."}},
	} {
		t.Run(c.what, func(t *testing.T) {
			r := reporttest.Passing()
			c.build(r)
			page := runPage(t, r)
			if len(page) > maxPage {
				t.Errorf("the page has %d bytes", len(page))
			}
			t.Logf("%d bytes", len(page))
			for _, want := range c.says {
				if !strings.Contains(page, want) {
					t.Errorf("the page does not say %q", want)
				}
			}
		})
	}
}

func TestAThinnedLineKeepsItsEndsAndExtremes(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{0, 1, 5, 150, 151, 1000, 100000} {
		points := make([]plot.Point, n)
		for i := range points {
			points[i] = plot.Point{X: float64(i), Y: random.Float64()}
		}
		if n > 100 {
			points[n/3].Y, points[n/2].Y = 99, -99
		}
		got := thinned(points, maxPoints)
		if len(got) > maxPoints+1 {
			t.Errorf("of %d points %d are left", n, len(got))
		}
		if n > 0 && (got[0] != points[0] || got[len(got)-1] != points[n-1]) {
			t.Errorf("of %d points the ends are lost", n)
		}
		if n > 100 && (!slices.Contains(got, points[n/3]) || !slices.Contains(got, points[n/2])) {
			t.Errorf("of %d points the extremes are lost", n)
		}
		if !slices.IsSortedFunc(got, func(a, b plot.Point) int { return int(math.Copysign(1, a.X-b.X)) }) {
			t.Errorf("of %d points the order is lost", n)
		}
	}
}

func TestOutermostSeriesAreDrawn(t *testing.T) {
	var all []plot.Series
	for i := range 100 {
		all = append(all, plot.Series{Name: fmt.Sprint(i), Points: []plot.Point{{X: 1, Y: float64(100 + i%50)}}})
	}
	all[70].Points[0].Y, all[80].Points[0].Y = 9999, 1
	kept, note := outermost(all, 16, inReports)
	var names []string
	for _, s := range kept {
		names = append(names, s.Name)
	}
	if len(kept) != 16 || names[0] != "0" || !slices.Contains(names, "70") || !slices.Contains(names, "80") || !strings.Contains(note, "16 of 100") {
		t.Errorf("got %q, %q", names, note)
	}
	if kept, note := outermost(all[:16], 16, inReports); len(kept) != 16 || note != "" {
		t.Errorf("of 16: got %d, %q", len(kept), note)
	}
}
