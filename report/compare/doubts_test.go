package compare_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"contend/report"
	"contend/report/compare"
	"contend/report/text"
	"contend/workload/check"
	"contend/workload/hist"
)

// everyForm is a comparison as text, page, JSON and CSV.
func everyForm(t *testing.T, c *compare.Comparison) map[string]string {
	t.Helper()
	var encoded, rows bytes.Buffer
	if err := c.Encode(&encoded); err != nil {
		t.Fatal(err)
	}
	if err := c.CSV(&rows); err != nil {
		t.Fatal(err)
	}
	unwrapped := strings.Join(strings.Fields(comparisonText(t, c, text.Options{Width: 100})), " ")
	return map[string]string{"text": unwrapped, "page": comparisonPage(t, c), "JSON": encoded.String(), "CSV": rows.String()}
}

func TestRunsThatDidNotEndAreNoSamples(t *testing.T) {
	for _, c := range []struct {
		what  string
		spoil func(*compare.Run)
		why   string
	}{
		{"interrupted", func(r *compare.Run) { r.Report.Interrupted = true }, "it was interrupted"},
		{"with an error", func(r *compare.Run) { r.Report.Error = "disk full"; r.Report.Verdict.Status = check.Inconclusive }, "it ended in an error"},
		{"with an error of its campaign", func(r *compare.Run) { r.Error = "disk full" }, "it ended in an error"},
	} {
		other := same(7, map[string]float64{"throughput": 100})
		other[0].Report.ThroughputPerS = new(9000.)
		c.spoil(&other[0])
		compared := pair(same(6, map[string]float64{"throughput": 100}), other)
		e := compared.Variants[1].Estimates["throughput"]
		if e.N != 6 || e.Median != 100 || e.High == nil || *e.High != 100 {
			t.Errorf("%s: the estimate is %+v", c.what, e)
		}
		for form, text := range everyForm(t, compared) {
			if want := map[bool]string{true: c.why, false: "1 of 13 runs are left out"}[form == "CSV"]; !strings.Contains(text, want) {
				t.Errorf("%s: the %s does not say %q", c.what, form, want)
			}
		}
	}
}

func TestDoubtsOfRunsAreThoseOfTheComparison(t *testing.T) {
	for _, c := range []struct {
		with func(*report.Report)
		want string
	}{
		{func(r *report.Report) { r.Setup.DurationS, r.ElapsedS = new(0.75), 0.75 }, compare.DoubtBrief},
		{func(r *report.Report) { r.Drift = &report.Drift{FirstPerS: 10, LastPerS: 20} }, compare.DoubtDrift},
		{func(r *report.Report) { r.ElapsedS, r.Latency.Response.P99 = 0.75, new(740.) }, compare.DoubtBound},
		{func(r *report.Report) { r.Latency.Response = timesOf(20) }, compare.DoubtTail99},
		{func(r *report.Report) { r.Latency.Response = timesOf(200) }, compare.DoubtTails},
	} {
		other := same(6, map[string]float64{"throughput": 100})
		c.with(other[0].Report)
		compared := pair(same(6, map[string]float64{"throughput": 100}), other)
		for form, text := range everyForm(t, compared) {
			if !strings.Contains(text, c.want) {
				t.Errorf("the %s does not say %q", form, c.want)
			}
		}
		if want := "1 of 12 runs " + c.want + " (retry.policy=full-jitter)"; !slices.Contains(compared.Warnings, want) {
			t.Errorf("got %q, want %q", compared.Warnings, want)
		}
	}
	whole := same(6, map[string]float64{"throughput": 100})
	for _, run := range whole {
		run.Report.Setup.DurationS, run.Report.ElapsedS, run.Report.Latency.Response = new(10.), 10, timesOf(20000)
	}
	if got := pair(whole, whole).Warnings; len(got) != 0 {
		t.Errorf("runs without a doubt: %q", got)
	}
}

// timesOf are n times of 1 to n ms.
func timesOf(n int) report.Times {
	var h hist.Histogram
	for i := range n {
		h.Record(time.Duration(i+1) * 10 * time.Microsecond)
	}
	return report.TimesOf(&h)
}

// Many variants that are all the same differ in nothing; uncorrected tests would
// find something in nearly every comparison.
func TestManyTestsAreCorrected(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	wrong := 0
	for range 20 {
		var all []compare.Candidate
		for i := range 60 {
			var reports []*report.Report
			for range compare.DefaultRepeat {
				noise := func() float64 { return 1 + 0.03*random.NormFloat64() }
				reports = append(reports, measured(map[string]float64{"throughput": 100 * noise(), "response.p99": noise(), "fairness": noise()}))
			}
			all = append(all, compare.Candidate{Settings: []report.Setting{{Path: "seed", Value: fmt.Sprint(i)}}, Runs: runsOf(reports...)})
		}
		c := compare.Compare(all, compare.Options{})
		if c.Tests < 59*3 {
			t.Fatalf("%d tests", c.Tests)
		}
		for _, m := range c.Metrics {
			if slices.ContainsFunc(c.Variants, func(v compare.Variant) bool {
				change := v.Estimates[m.Name].Change
				return change != nil && change.Verdict != compare.NotShown
			}) {
				wrong++
			}
		}
	}
	if wrong > 6 { // about 2 in 100 of 60 are to be expected, and nearly all without a correction
		t.Errorf("in %d of 60 metrics a difference is shown that is not there", wrong)
	}
}

func TestTheBestIsHeldAgainstTheRunnerUp(t *testing.T) {
	at := func(values ...float64) (runs []compare.Run) {
		for _, v := range values {
			runs = append(runs, same(1, map[string]float64{"throughput": v})...)
		}
		return runs
	}
	slow, fast := at(10, 11, 12, 13, 14, 15), at(100, 101, 102, 103, 104, 105)
	hardlyFaster, faster := at(100.5, 101.5, 102.5, 103.5, 104.5, 105.5), at(200, 201, 202, 203, 204, 205)
	three := func(third []compare.Run) *compare.Comparison {
		return compare.Compare([]compare.Candidate{variantOf("none", slow), variantOf("fixed", fast), variantOf("linear", third)}, compare.Options{})
	}
	for form, text := range everyForm(t, three(hardlyFaster)) {
		if form == "page" && (!strings.Contains(text, "retry.policy=linear and retry.policy=fixed do not differ significantly") ||
			!strings.Contains(text, "It is not shown to have the highest of all") || strings.Contains(text, "has the highest throughput")) {
			t.Errorf("the page claims a winner: %s", text[strings.Index(text, "<main"):])
		}
	}
	page := comparisonPage(t, three(faster))
	if !strings.Contains(page, "retry.policy=linear has the highest throughput") || !strings.Contains(page, "retry.policy=linear, ahead of the runner-up, p=") {
		t.Error("the page does not name the winner")
	}
	best := three(faster).Best
	if len(best) != 1 || best[0].Variant != "retry.policy=linear" || best[0].RunnerUp != "retry.policy=fixed" || !best[0].Shown {
		t.Errorf("got %+v", best)
	}
	failing := at(200, 201, 202, 203, 204, 205)
	failing[0].Report.Verdict.Status = check.Fail
	if best := three(failing).Best; best[0].Variant != "retry.policy=fixed" {
		t.Errorf("a wrong count wins: %+v", best)
	}
	if few := comparisonPage(t, compare.Compare([]compare.Candidate{variantOf("none", slow[:1]), variantOf("fixed", fast[:1])}, compare.Options{})); !strings.Contains(few, "not shown: there are too few runs") {
		t.Error("the page claims a winner of one run each")
	}
}

func TestThePageHasTheLevelTheTestsAndEveryP(t *testing.T) {
	c := policies()
	page := comparisonPage(t, c)
	for _, want := range []string{"no difference was found at p ≤ 0.02", fmt.Sprintf("%d tests were made", c.Tests), "Benjamini–Hochberg"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	table := page[strings.Index(page, `id="compared"`):]
	table = table[:strings.Index(table, "</section>")]
	changes := 0
	for _, v := range c.Variants {
		for _, m := range c.Metrics {
			if change := v.Estimates[m.Name].Change; change != nil && change.P != nil {
				changes++
			}
		}
	}
	if got := strings.Count(table, " p=") + strings.Count(table, " p&lt;"); got != changes {
		t.Errorf("%d p are shown of %d", got, changes)
	}
}

func TestChangesInWords(t *testing.T) {
	for ratio, want := range map[float64]string{
		0: "0%", 0.1: "+10%", -0.12: "-12%", 0.021: "+2.1%", -0.0002: "-<0.1%", 0.0002: "+<0.1%", 0.994: "+99%", 1: "×2.0", 1.1: "×2.1", 8: "×9.0", 11: "×12",
		-0.98: "-98%", -0.995: "×0.005", -1: "-100%", -3: "×-2.0", 1e9: "×1e9",
	} {
		if got := compare.ChangeWords(ratio); got != want {
			t.Errorf("%v: got %q, want %q", ratio, got, want)
		}
	}
	for p, want := range map[float64]string{0: "p<0.001", 0.0009: "p<0.001", 0.001: "p=0.001", 0.0216: "p=0.022", 1: "p=1.000"} {
		if got := compare.Probability(p); got != want {
			t.Errorf("%v: got %q, want %q", p, got, want)
		}
	}
}

// A file that says what nobody measured is as if it did not.
func TestTheComparisonIsJSON(t *testing.T) {
	var out bytes.Buffer
	if err := policies().Encode(&out); err != nil {
		t.Fatal(err)
	}
	var read compare.Comparison
	if err := json.Unmarshal(out.Bytes(), &read); err != nil || len(read.Best) == 0 || read.Tests == 0 {
		t.Errorf("got %v, %+v", err, read.Best)
	}
	rows, err := csv.NewReader(strings.NewReader(everyForm(t, policies())["CSV"])).ReadAll()
	if err != nil || rows[0][len(rows[0])-1] != "doubts" {
		t.Errorf("got %v, %q", err, rows[0])
	}
}
