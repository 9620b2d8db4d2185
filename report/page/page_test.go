package page

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"contend/internal/plot"
	"contend/report"
	"contend/report/compare"
	"contend/report/reporttest"
)

var pages = flag.String("pages", "", "write the pages of the tests into this folder, to be looked at")

func runPage(t *testing.T, r *report.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := Report(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func comparisonPage(t *testing.T, c *compare.Comparison) string {
	t.Helper()
	var b bytes.Buffer
	if err := Comparison(&b, c); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// policiesPage is a comparison of all policies, which takes seconds to make.
var policiesPage = sync.OnceValue(func() string {
	var b bytes.Buffer
	if err := Comparison(&b, compared(policyNames(), []int{1, 8, 32, 128}, 6)); err != nil {
		panic(err) // a buffer takes everything
	}
	return b.String()
})

// allPages are those of all kinds of reports, by name.
func allPages(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{
		"shown":      runPage(t, shownRun()),
		"comparison": policiesPage(),
		"failed":     comparisonPage(t, failedComparison()),
		"empty":      comparisonPage(t, &compare.Comparison{}),
		"zero":       runPage(t, &report.Report{}),
	}
	for name, r := range reporttest.Fixtures() {
		all["run-"+name] = runPage(t, r)
	}
	return all
}

// TestPagesStandAlone: nothing is fetched, nothing is run, and every element is
// closed where a parser of XML, which forgives nothing, expects it.
func TestPagesStandAlone(t *testing.T) {
	for name, page := range allPages(t) {
		if *pages != "" {
			if err := os.WriteFile(filepath.Join(*pages, name+".html"), []byte(page), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		for _, banned := range []string{"<script", "<link", "@import", "url(", "<img", "<iframe", " src=", "ZgotmplZ", "NaN", "%!"} {
			if strings.Contains(page, banned) {
				t.Errorf("%s: %q is in the page", name, banned)
			}
		}
		for _, link := range regexp.MustCompile(`(?:href|action|data)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
			if strings.Contains(link[1], "//") || !strings.HasPrefix(link[1], "#") && !strings.HasPrefix(link[1], "./") {
				t.Errorf("%s: links to %q", name, link[1])
			}
		}
		if err := wellFormed(page); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		const most = 2 << 20
		if len(page) > most {
			t.Errorf("%s: %d bytes, want at most %d", name, len(page), most)
		}
	}
}

func wellFormed(page string) error {
	decoder := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(page, "<!doctype html>")))
	decoder.Entity = xml.HTMLEntity
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// TestHostileNames: names from a scenario or a store are shown as text, and never act
// as markup.
func TestHostileNames(t *testing.T) {
	const hostile = `</style></svg><script>alert("x")</script>`
	r := shownRun()
	r.Scenario, r.Description, r.Strategy, r.Error = hostile, hostile, hostile, hostile
	r.Counters[0].Key, r.Faults[0].Kind, r.Thresholds[0].Text, r.Target.Endpoint = hostile, hostile, hostile, hostile
	r.Warnings = append(r.Warnings, hostile)
	r.Verdict.Checks[0].Reason, r.Verdict.Checks[0].Evidence = hostile, []string{hostile}
	r.FailuresByReason = map[string]int64{hostile: 1}
	page := runPage(t, r)
	c := failedComparison()
	c.Scenario, c.Variants[0].Group, c.Variants[0].Settings[0].Path, c.Variants[0].Runs[0].Folder = hostile, hostile, hostile, `javascript:alert(1)//`+hostile
	for _, page := range []string{page, comparisonPage(t, c)} {
		if strings.Contains(page, "<script") || strings.Contains(page, "</style></svg>") || strings.Contains(page, `href="javascript`) {
			t.Error("a name became code")
		}
		if !strings.Contains(page, "&lt;script&gt;") {
			t.Error("the name is not told")
		}
		if err := wellFormed(page); err != nil {
			t.Error(err)
		}
	}
}

// TestVerdictComesFirst: the verdict and its evidence come before any plot, and the
// number of warnings stands above it.
func TestVerdictComesFirst(t *testing.T) {
	for _, c := range []struct {
		page string
		want []string // in this order
	}{
		{runPage(t, reporttest.Passing()), []string{`banner good`, "PASS", "The count is right", "exactly-once", `class="tile"`, "<figure"}},
		{runPage(t, reporttest.Failed()), []string{`banner bad`, "FAIL", "The count is wrong", "exactly-once", "worker 17, operation 1201", "<figure"}},
		{runPage(t, reporttest.Inconclusive()), []string{`banner doubt`, "INCONCLUSIVE", "It is unknown whether", "exactly-once", "<figure"}},
		{runPage(t, shownRun()), []string{"warning</a>", `banner bad`, "1 threshold of 2 missed", "threshold", "p99 &lt; 200ms: met", "missed", "<figure", "Environment", `id="warnings"`}},
		{runPage(t, reporttest.StoppedByError()), []string{"Error: worker 3, operation 13", "does not pass", "<figure"}},
		{policiesPage(), []string{
			"3 warnings", "PASS", "all of 192 runs: 8 retry.policy × 4 load.workers, 6 runs each", "better", "<figure", "Contention frontier", `href="./001-none_1-1/report.html"`}},
		{comparisonPage(t, failedComparison()), []string{"FAIL", "wrong in 1 of 8 runs", "verdicts", "too few", "Highest throughput", "load.workers=8", "<figure"}},
	} {
		rest := c.page
		for _, want := range c.want {
			_, after, found := strings.Cut(rest, want)
			if !found {
				t.Errorf("%q is not after what goes before it: %q", want, c.want)
				break
			}
			rest = after
		}
	}
}

// TestPlotsOfARun: each plot whose numbers exist is drawn, with windows and stages; for
// every other plot there is a sentence.
func TestPlotsOfARun(t *testing.T) {
	page := runPage(t, shownRun())
	for _, want := range []string{
		"<figcaption>Throughput over time", "<figcaption>Conflict rate over time", "<figcaption>Response over time", "<figcaption>Latency by percentile",
		"<figcaption>Attempts per success", "<figcaption>Successes per worker", ">warm-up</text>", ">lost-reply</text>", ">stage 2</text>", ">99 %</text>",
		"Injected on the way", "2 s to 4 s", "poisson", "1.31 of 2 processors", "retries standard",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not there", want)
		}
	}
	if got, want := strings.Count(page, `<svg class="plot"`), 2*strings.Count(page, "<figcaption>"); got != want {
		t.Errorf("%d drawings, want %d: one for each width", got, want)
	}
	bare := runPage(t, reporttest.NoOperation())
	for _, want := range []string{"No plots over time", "No plot of fairness"} {
		if !strings.Contains(bare, want) {
			t.Errorf("%q is not there", want)
		}
	}
}

func TestComparisonWithoutNumbersToPlot(t *testing.T) {
	c := compared([]string{"none", "full-jitter"}, []int{8}, 1)
	for i := range c.Variants {
		c.Variants[i].Settings = c.Variants[i].Settings[:1]
		for j := range c.Variants[i].Runs {
			run := &c.Variants[i].Runs[j]
			*run = compare.Run{Folder: run.Folder, Verdict: run.Verdict, Values: run.Values}
		}
	}
	page := comparisonPage(t, c)
	for _, want := range []string{"No curves", "No plot of the contention frontier", "No plot of Response by percentile", "too few"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not there", want)
		}
	}
}

// TestStepsOfALongRun: the steps that are drawn contain the attempts of all seconds.
func TestStepsOfALongRun(t *testing.T) {
	r := &report.Report{Course: report.Course{ElapsedS: 3600.1}}
	for range 3601 {
		r.Seconds = append(r.Seconds, report.Second{SecondCounts: report.SecondCounts{Attempts: 10}, P99MS: new(5.)})
	}
	r.Seconds[17].P99MS = new(99.)
	steps := stepsOf(r)
	var attempts int64
	worst := 0.0
	for _, s := range steps {
		attempts += s.Attempts
		worst = max(worst, *s.P99MS)
	}
	if attempts != 36000 || len(steps) != 277 || worst != 99 {
		t.Errorf("got %d attempts in %d steps with p99 up to %v", attempts, len(steps), worst)
	}
}

// TestStepsHoldToTheirEnd: a step is drawn to its end, even before a second in which
// nothing was measured, and all plots over time are as long as the run.
func TestStepsHoldToTheirEnd(t *testing.T) {
	r := &report.Report{Course: report.Course{ElapsedS: 4.2}, Rates: report.Rates{Seconds: []report.Second{{P50MS: new(7.)}, {P50MS: new(9.)}, {}, {P50MS: new(8.)}, {}}}}
	steps := stepsOf(r)
	s := along("p50", 0, steps, func(s step) float64 { return orNaN(s.P50MS) })
	var got []string
	for _, p := range s.Points {
		got = append(got, fmt.Sprintf("%v:%v", p.X, p.Y))
	}
	if want := "0:7 1:9 2:9 2:NaN 3:8 4:8"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
	if got, want := timeLead(r), "The time after 4 s is left out: it is too short for a rate."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestAskedRate: the page shows the rate that the scenario asks for, as far as it is
// known.
func TestAskedRate(t *testing.T) {
	ramp := []report.Stage{{FromS: 0, ToS: 2, RatePerS: new(20.)}, {FromS: 2, ToS: 5, RatePerS: new(150.), Ramp: true}}
	for _, c := range []struct {
		what string
		r    report.Report
		want string
	}{
		{"closed loop", report.Report{Course: report.Course{ElapsedS: 3}}, ""},
		{"stages of workers", report.Report{Stages: []report.Stage{{ToS: 1, Workers: 4}}}, ""},
		{"a rate, until no more is due", report.Report{Course: report.Course{ElapsedS: 3.5}, OpenLoop: &report.OpenLoop{AskedRatePerS: new(50.)}, Conditions: report.Conditions{Setup: report.Setup{DurationS: new(3.)}}}, "0:50 3:50"},
		{"a rate without a duration", report.Report{Course: report.Course{ElapsedS: 3.5}, OpenLoop: &report.OpenLoop{AskedRatePerS: new(50.)}}, "0:50 3.5:50"},
		{"a ramp", report.Report{OpenLoop: &report.OpenLoop{}, Stages: ramp}, "0:20 2:20 2:20 5:150"},
		{"a ramp that was stopped", report.Report{OpenLoop: &report.OpenLoop{}, Stages: ramp, Course: report.Course{Interrupted: true}}, "0:20 2:20"},
	} {
		var got []string
		for _, p := range askedRate(&c.r) {
			got = append(got, fmt.Sprintf("%v:%v", p.X, p.Y))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %v, want %s", c.what, got, c.want)
		}
	}
}

// TestPageOfAnOpenLoop: the share of due operations that began is a key figure. The
// fairness among workers that had different tasks is not.
func TestPageOfAnOpenLoop(t *testing.T) {
	r := reporttest.Passing()
	r.OpenLoop, r.Fairness.Jain = &report.OpenLoop{Arrivals: "poisson", Overload: "drop", AskedRatePerS: new(200.)}, nil
	r.Tally.Due, r.Tally.Started, r.Tally.Dropped = 400, 100, 300
	page := runPage(t, r)
	for _, want := range []string{"<dt>Begun</dt><dd>25.0<span", "of 400 operations due", "<li>200/s poisson</li>", "Asked for and applied over time", "found no free worker"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not there", want)
		}
	}
	if strings.Contains(page, "<dt>Fairness</dt>") {
		t.Error("there is a fairness")
	}
}

// TestPageComparesFairnessWithChance: Jain's index of the run stands beside that of
// successes that go to workers drawn at random.
func TestPageComparesFairnessWithChance(t *testing.T) {
	r := reporttest.Passing()
	r.Fairness.Jain, r.Fairness.JainLimit = new(0.9), new(0.97)
	page := runPage(t, r)
	for _, want := range []string{"1 is even, 0.970 is at random", "0.970 if each success went to a worker drawn at random"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not there", want)
		}
	}
}

// TestPageLinksThePicture: the page links to the picture of a violation, and says so if
// there was nothing to draw one from.
func TestPageLinksThePicture(t *testing.T) {
	r := reporttest.Passing()
	if page := runPage(t, r); strings.Contains(page, report.PictureFile) || strings.Contains(page, "No check was run.") {
		t.Error("a page without a violation links its picture, or misses its checks")
	}
	r.ViolationDrawn, r.Verdict.Checks = true, nil
	if page := runPage(t, r); !strings.Contains(page, `<a href="violation.html">`) || !strings.Contains(page, "No check was run.") {
		t.Error("the picture is not linked, or missing checks are not told")
	}
}

// TestPageOfOneVariant: there is no comparison, but the checks are shown all the same.
func TestPageOfOneVariant(t *testing.T) {
	page := comparisonPage(t, compared([]string{"none"}, []int{8}, 3))
	if strings.Contains(page, "No check was run.") || !strings.Contains(page, "The count was right in all of 3 runs") {
		t.Error("the page does not tell that all runs passed")
	}
}

// TestThroughputAgainstTheRate: the plot has a line that shows where every due
// operation would be applied.
func TestThroughputAgainstTheRate(t *testing.T) {
	s := allApplied([]float64{20, 40, 160})
	if first, last := s.Points[0], s.Points[len(s.Points)-1]; s.Kind != plot.Guide || first.X != 20 || last.X != 160 || first.Y != 20 || last.Y != 160 {
		t.Errorf("got %v from %v to %v", s.Kind, first, last)
	}
}

func TestWindowsInWords(t *testing.T) {
	for _, c := range []struct {
		windows []report.FaultWindow
		want    string
	}{
		{[]report.FaultWindow{{FromS: 2, ToS: new(4.0)}, {FromS: 6}}, "2 s to 4 s, from 6 s"},
		{[]report.FaultWindow{{ToS: new(1.5)}}, "0 s to 1.5 s"},
		{nil, "always"},
	} {
		if got := whenOf(c.windows); got != c.want {
			t.Errorf("%+v: got %q, want %q", c.windows, got, c.want)
		}
	}
}

// TestConflictRatesOfAllSeconds: the rates come from every run, and a second without
// attempts has none.
func TestConflictRatesOfAllSeconds(t *testing.T) {
	rates := func(all ...*float64) compare.Run {
		return compare.Run{Report: &report.Report{Rates: report.Rates{ConflictRate: report.ConflictRate{PerSecond: all}}}}
	}
	v := compare.Variant{Runs: []compare.Run{rates(new(0.5), nil, new(0.25)).Digest(nil), {}, rates(new(0.375)).Digest(nil)}}
	if got := secondRates(&v); !slices.Equal(got, []float64{0.25, 0.375, 0.5}) {
		t.Errorf("got %v", got)
	}
}

// A name may contain characters that have a meaning in a link.
func TestLinksToRunsOfAnyName(t *testing.T) {
	for folder, want := range map[string]string{
		"1-none": "./1-none/report.html", "a#b": "./a%23b/report.html", "a?b": "./a%3Fb/report.html", "a%41": "./a%2541/report.html",
		"a b": "./a%20b/report.html", "javascript:alert(1)": "./javascript:alert%281%29/report.html", "": "", "/tmp/a#b": "/tmp/a%23b/report.html", ".": "./report.html",
	} {
		if got := linkTo(folder); got != want {
			t.Errorf("%q: got %q, want %q", folder, got, want)
		}
	}
}

// TestAQueueIsOnTheFrontierChart: it wastes no write, which a logarithmic axis could not
// show.
func TestAQueueIsOnTheFrontierChart(t *testing.T) {
	queue := modelled(rand.New(rand.NewPCG(7, 9)), *reporttest.Passing(), 0, 8)
	queue.Frontier = &report.Frontier{C: 1, T: 1.51}
	random := modelled(rand.New(rand.NewPCG(7, 9)), *reporttest.Passing(), 0, 8)
	page := comparisonPage(t, pair(runsOf(random), runsOf(queue)))
	for _, want := range []string{"Drawn at the edge: 1 variant", "a queue that is polled: T = 1.5", "(T − 1)(C − 1) = 1"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not there", want)
		}
	}
}

// TestTheLawIsOnThePage: its figures, the assumption that fails, and the attempts that it
// expects.
func TestTheLawIsOnThePage(t *testing.T) {
	var b bytes.Buffer
	if err := Report(&b, reporttest.OpenLoopRun()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Law of a hot item", "Queueing: 499/s were due", "by the law, ρ^(k−1)"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q on the page", want)
		}
	}
}
