package report

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"contend/internal/plot"
)

// large is a campaign of many variants in groups.
func large(groups, each, runs int) *Comparison {
	random, base := rand.New(rand.NewPCG(7, 9)), *passing()
	var all []VariantRuns
	for w := range groups {
		for i := range each {
			v := VariantRuns{Settings: []Setting{{"retry.base", fmt.Sprintf("%dms", i+1)}, {"load.workers", fmt.Sprint(w + 1)}}}
			for n := range runs {
				r := modelled(random, base, i%8, w+1)
				v.Runs = append(v.Runs, ComparedRun{Folder: fmt.Sprintf("%04d-retry.base-%dms_%d-run%d", len(all)+1, i, w, n+1), Report: r}.Digest(nil))
			}
			all = append(all, v)
		}
	}
	return Compare(all, CompareOptions{})
}

func TestAPageOfAThousandVariantsIsAtMostTwoMegabytes(t *testing.T) {
	for _, c := range []*Comparison{large(50, 20, 2), large(2, 500, 1)} {
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
	random := rand.New(rand.NewPCG(1, 2))
	var all []VariantRuns
	for i := range 4 {
		var reports []*Report
		for range DefaultRepeat {
			r := modelled(random, *passing(), i, 8)
			r.ConflictRate.PerSecond = nil
			for range 3600 {
				r.ConflictRate.PerSecond = append(r.ConflictRate.PerSecond, known(random.Float64()))
			}
			r.ConflictRate.PerSecond[1234] = known(0.987654)
			for n := range int64(5000) {
				r.ConflictRate.AttemptsHistogram = append(r.ConflictRate.AttemptsHistogram, AttemptsBar{n + 1, 1})
			}
			reports = append(reports, r)
		}
		all = append(all, variantOf(policyNames()[i], runsOf(reports...)))
	}
	c := Compare(all, CompareOptions{})
	if page := comparisonPage(t, c); len(page) > maxPage/4 {
		t.Errorf("the page has %d bytes", len(page))
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
		got := thinned(points, mostPoints)
		if len(got) > mostPoints+1 {
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
	kept, note := outermost(all, 16)
	var names []string
	for _, s := range kept {
		names = append(names, s.Name)
	}
	if len(kept) != 16 || names[0] != "0" || !slices.Contains(names, "70") || !slices.Contains(names, "80") || !strings.Contains(note, "16 of 100") {
		t.Errorf("got %q, %q", names, note)
	}
	if kept, note := outermost(all[:16], 16); len(kept) != 16 || note != "" {
		t.Errorf("of 16: got %d, %q", len(kept), note)
	}
}
