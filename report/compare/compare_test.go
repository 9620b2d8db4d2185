package compare_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
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

// upTo holds 1 ms, 2 ms and so on up to n ms.
func upTo(n int) *hist.Histogram {
	h := new(hist.Histogram)
	for i := range n {
		h.Record(time.Duration(i+1) * time.Millisecond)
	}
	return h
}

// alike reports whether two times in milliseconds agree within the precision of a
// histogram.
func alike(got, want float64) bool { return math.Abs(got-want) <= 0.002*want }

// measured is a run with some numbers and nothing else.
func measured(values map[string]float64) *report.Report {
	r := &report.Report{Conditions: report.Conditions{Version: report.Version, ToolVersion: "v1.2.3", Scenario: "hot-key", Target: report.Target{Kind: "embedded"}}, Verdict: check.Verdict{Status: check.Pass}}
	at := func(name string) *float64 {
		if v, ok := values[name]; ok {
			return new(v)
		}
		return nil
	}
	r.ThroughputPerS, r.WritesPerSuccess, r.ConflictRate.Overall = at("throughput"), at("writes_per_success"), at("conflict_rate")
	r.Latency.Response.P99, r.Latency.Service.P50 = at("response.p99"), at("service.p50")
	if jain := at("fairness"); jain != nil {
		r.Fairness = &report.Fairness{Jain: jain}
	}
	if cost := at("cost_per_million"); cost != nil {
		r.Capacity = &report.Capacity{PerUpdate: &report.Cost{WriteUnits: 1, ReadUnits: 1, USDPerMillion: *cost}}
	}
	return r
}

func runsOf(reports ...*report.Report) []compare.Run {
	var runs []compare.Run
	for i, r := range reports {
		runs = append(runs, compare.Run{Folder: fmt.Sprintf("run-%d", i+1), Report: r})
	}
	return runs
}

// sampleOf returns n runs whose throughput varies randomly around a value.
func sampleOf(n int, value float64, noise func() float64) []compare.Run {
	var reports []*report.Report
	for range n {
		v := value * noise()
		reports = append(reports, measured(map[string]float64{"throughput": v, "response.p99": 1000 / v}))
	}
	return runsOf(reports...)
}

func variantOf(policy string, runs []compare.Run) compare.Candidate {
	return compare.Candidate{Settings: []report.Setting{{Path: "retry.policy", Value: policy}}, Runs: runs}
}

func pair(base, other []compare.Run) *compare.Comparison {
	return compare.Compare([]compare.Candidate{variantOf("none", base), variantOf("full-jitter", other)}, compare.Options{})
}

func verdictOf(t *testing.T, c *compare.Comparison, variant int, metric string) compare.ChangeVerdict {
	t.Helper()
	change := c.Variants[variant].Estimates[metric].Change
	if change == nil {
		t.Fatalf("%s has no change", metric)
	}
	return change.Verdict
}

// noises are factors around 1 with a standard deviation of about 3 %.
func noises(seed uint64) map[string]func() float64 {
	normal, skewed := rand.New(rand.NewPCG(seed, 1)), rand.New(rand.NewPCG(seed, 2))
	return map[string]func() float64{
		"normal": func() float64 { return 1 + 0.03*normal.NormFloat64() },
		"skewed": func() float64 { return 0.97 + 0.03*skewed.ExpFloat64() },
	}
}

// TestIdenticalVariantsDoNotDiffer: 100 trials, whatever the distribution.
func TestIdenticalVariantsDoNotDiffer(t *testing.T) {
	const trials = 100
	for seed := range uint64(2) {
		for name, noise := range noises(seed) {
			alike := 0
			for range trials {
				c := pair(sampleOf(compare.DefaultRepeat, 1000, noise), sampleOf(compare.DefaultRepeat, 1000, noise))
				if verdictOf(t, c, 1, "throughput") == compare.NotShown {
					alike++
				}
			}
			t.Logf("%s noise, seed %d: %d of %d identical variants are ~", name, seed, alike, trials)
			if alike < 95 {
				t.Errorf("%s noise, seed %d: %d of %d identical variants are ~, want at least 95", name, seed, alike, trials)
			}
		}
	}
}

// TestSlowerVariantIsFound: by 10 %, with the usual number of runs; a long tail
// hides a few.
func TestSlowerVariantIsFound(t *testing.T) {
	const trials = 100
	least := map[string]int{"normal": 95, "skewed": 85}
	for seed := range uint64(2) {
		for name, noise := range noises(seed) {
			slower, later, faster := 0, 0, 0
			for range trials {
				base, slow := sampleOf(compare.DefaultRepeat, 1000, noise), sampleOf(compare.DefaultRepeat, 900, noise)
				c := pair(base, slow)
				if verdictOf(t, c, 1, "throughput") == compare.Worse {
					slower++
				}
				if verdictOf(t, c, 1, "response.p99") == compare.Worse {
					later++
				}
				if verdictOf(t, pair(slow, base), 1, "throughput") == compare.Better {
					faster++
				}
			}
			t.Logf("%s noise, seed %d: 10 %% found %d times by throughput, %d by latency, %d as better, of %d", name, seed, slower, later, faster, trials)
			if min(slower, later, faster) < least[name] {
				t.Errorf("want at least %d of %d", least[name], trials)
			}
		}
	}
}

// same are n runs with the same numbers.
func same(n int, values map[string]float64) []compare.Run {
	var reports []*report.Report
	for range n {
		reports = append(reports, measured(values))
	}
	return runsOf(reports...)
}

func TestCompareVerdicts(t *testing.T) {
	for _, c := range []struct {
		name        string
		metric      string
		base, other []compare.Run
		want        compare.ChangeVerdict
		ratio       *float64
	}{
		{"higher is better, more", "throughput", same(6, map[string]float64{"throughput": 100}), same(6, map[string]float64{"throughput": 110}), compare.Better, new(0.1)},
		{"higher is better, less", "fairness", same(6, map[string]float64{"fairness": 1}), same(6, map[string]float64{"fairness": 0.5}), compare.Worse, new(-0.5)},
		{"lower is better, more", "conflict_rate", same(6, map[string]float64{"conflict_rate": 0.4}), same(6, map[string]float64{"conflict_rate": 0.6}), compare.Worse, new(0.5)},
		{"lower is better, less", "cost_per_million", same(6, map[string]float64{"cost_per_million": 2}), same(6, map[string]float64{"cost_per_million": 1}), compare.Better, new(-0.5)},
		{"the same", "throughput", same(6, map[string]float64{"throughput": 100}), same(6, map[string]float64{"throughput": 100}), compare.NotShown, new(0.0)},
		{"a baseline of 0", "conflict_rate", same(6, map[string]float64{"conflict_rate": 0}), same(6, map[string]float64{"conflict_rate": 0.6}), compare.Worse, nil},
		{"0 and 0", "conflict_rate", same(6, map[string]float64{"conflict_rate": 0}), same(6, map[string]float64{"conflict_rate": 0}), compare.NotShown, nil},
		{"one run each", "throughput", same(1, map[string]float64{"throughput": 100}), same(1, map[string]float64{"throughput": 900}), compare.TooFew, new(8.0)},
		{"four runs each", "throughput", same(4, map[string]float64{"throughput": 100}), same(4, map[string]float64{"throughput": 900}), compare.TooFew, new(8.0)},
		{"five runs each", "throughput", same(5, map[string]float64{"throughput": 100}), same(5, map[string]float64{"throughput": 900}), compare.Better, new(8.0)},
	} {
		compared := pair(c.base, c.other)
		change := compared.Variants[1].Estimates[c.metric].Change
		if change == nil || change.Verdict != c.want || (change.Ratio == nil) != (c.ratio == nil) || c.ratio != nil && math.Abs(*change.Ratio-*c.ratio) > 1e-9 {
			t.Errorf("%s: got %+v, want %s %v", c.name, change, c.want, c.ratio)
		}
		if (change.P == nil) != (c.want == compare.TooFew) {
			t.Errorf("%s: p is %v", c.name, change.P)
		}
		if e := compared.Variants[0].Estimates[c.metric]; e.Change != nil || (e.Low == nil) != (len(c.base) < compare.DefaultRepeat) {
			t.Errorf("%s: the baseline is %+v", c.name, e)
		}
	}
}

func TestMissingMetrics(t *testing.T) {
	half := append(same(3, map[string]float64{"throughput": 100, "fairness": 1}), same(3, map[string]float64{"throughput": 100})...)
	c := compare.Compare([]compare.Candidate{
		variantOf("none", same(6, map[string]float64{"throughput": 100})),
		variantOf("fixed", half),
		variantOf("gone", []compare.Run{{Folder: "x", Error: "no connection"}}),
	}, compare.Options{})
	if e := c.Variants[1].Estimates["fairness"]; e.N != 3 || e.Change != nil {
		t.Errorf("a metric that the baseline lacks: got %+v", e)
	}
	if e, ok := c.Variants[2].Estimates["throughput"]; ok {
		t.Errorf("a variant that was not run: got %+v", e)
	}
	var names []string
	for _, m := range c.Metrics {
		names = append(names, m.Name)
	}
	if want := []string{"throughput", "fairness", "longest_losing_streak"}; !slices.Equal(names, want) {
		t.Errorf("got the metrics %q, want %q", names, want)
	}
	if len(compare.Compare(nil, compare.Options{}).Variants) != 0 {
		t.Error("nothing has variants")
	}
}

func TestGroupsAndBaselines(t *testing.T) {
	var all []compare.Candidate
	for _, policy := range []string{"none", "fixed"} {
		for _, workers := range []string{"1", "8"} {
			all = append(all, compare.Candidate{Settings: []report.Setting{{Path: "retry.policy", Value: policy}, {Path: "load.workers", Value: workers}}, Runs: same(6, map[string]float64{"throughput": 1})})
		}
	}
	for _, c := range []struct {
		baseline string
		want     []string // of each variant its group, and * for a baseline
		warnings int
	}{
		{"", []string{"load.workers=1*", "load.workers=8*", "load.workers=1", "load.workers=8"}, 0},
		{"retry.policy=fixed", []string{"load.workers=1", "load.workers=8", "load.workers=1*", "load.workers=8*"}, 0},
		{"load.workers=8", []string{"retry.policy=none", "retry.policy=none*", "retry.policy=fixed", "retry.policy=fixed*"}, 0},
		{"retry.policy=immediate", []string{"load.workers=1*", "load.workers=8*", "load.workers=1", "load.workers=8"}, 2},
		{"nonsense", []string{"load.workers=1*", "load.workers=8*", "load.workers=1", "load.workers=8"}, 2},
	} {
		compared := compare.Compare(all, compare.Options{Baseline: c.baseline})
		var got []string
		for _, v := range compared.Variants {
			group := v.Group
			if v.Baseline {
				group += "*"
			}
			got = append(got, group)
		}
		if !slices.Equal(got, c.want) || len(compared.Warnings) != c.warnings {
			t.Errorf("%q: got %q, %q, want %q and %d warnings", c.baseline, got, compared.Warnings, c.want, c.warnings)
		}
	}
	bare := compare.Compare([]compare.Candidate{{Runs: same(1, nil)}, {Runs: same(1, nil)}}, compare.Options{Baseline: "a=b"})
	if !bare.Variants[0].Baseline || bare.Variants[1].Baseline {
		t.Errorf("without settings: got %+v", bare.Variants)
	}
}

func TestCompareWarns(t *testing.T) {
	change := func(with func(*report.Report)) []compare.Run {
		runs := same(6, map[string]float64{"throughput": 100})
		with(runs[0].Report)
		return runs
	}
	for _, c := range []struct {
		with func(*report.Report)
		want string
	}{
		{func(r *report.Report) { r.Target = report.Target{Kind: "aws", Endpoint: "eu-west-1"} }, "the runs are of different targets: embedded, aws eu-west-1"},
		{func(r *report.Report) { r.Scenario = "storm" }, "the runs are of different scenarios: hot-key, storm"},
		{func(r *report.Report) { r.ToolVersion = "v2" }, "the runs are of different versions of contend: v1.2.3, v2"},
		{func(r *report.Report) { r.Verdict.Status = check.Fail }, "1 of 12 runs failed a check: their numbers belong to a wrong count (retry.policy=full-jitter)"},
		{func(r *report.Report) { r.Verdict.Status = check.Inconclusive }, "1 of 12 runs are inconclusive (retry.policy=full-jitter)"},
		{func(r *report.Report) { r.Interrupted = true }, "1 of 12 runs were interrupted (retry.policy=full-jitter)"},
		{func(r *report.Report) { r.Error = "disk full" }, "1 of 12 runs could not be run, or not to their end (retry.policy=full-jitter): disk full"},
	} {
		got := pair(same(6, map[string]float64{"throughput": 100}), change(c.with)).Warnings
		if !slices.Contains(got, c.want) {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	other := func(cpus int) []compare.Run {
		return change(func(r *report.Report) {
			r.Machine = &report.Machine{OS: "linux", Arch: "arm64", CPUs: cpus, Go: "go1.26"}
		})
	}
	if got := pair(other(2), other(8)).Warnings; !slices.Contains(got, "the runs are of different machines: 2 processors of arm64, linux/arm64, go1.26, 8 processors of arm64, linux/arm64, go1.26") {
		t.Errorf("got %q", got)
	}
	if got := pair(same(2, map[string]float64{"throughput": 1}), same(2, map[string]float64{"throughput": 1})).Warnings; len(got) != 1 || !strings.Contains(got[0], "5 of each are needed") {
		t.Errorf("too few: got %q", got)
	}
	if got := pair(other(2), other(2)).Warnings; len(got) != 0 {
		t.Errorf("alike: got %q", got)
	}
}

// policies is a comparison of 8 policies with 4 numbers of workers.
func policies() *compare.Comparison {
	random := rand.New(rand.NewPCG(3, 4))
	var all []compare.Candidate
	for i, policy := range []string{"none", "immediate", "fixed", "exponential", "full-jitter", "equal-jitter", "decorrelated", "token-bucket"} {
		for j, workers := range []string{"1", "8", "64", "256"} {
			var reports []*report.Report
			for range compare.DefaultRepeat {
				noise := func() float64 { return 1 + 0.03*random.NormFloat64() }
				load := float64(j * (8 - i))
				r := measured(map[string]float64{
					"throughput": (900 - 20*load) * noise(), "writes_per_success": (1 + load/10) * noise(), "conflict_rate": load / (load + 10),
					"response.p99": (4 + 30*load) * noise(), "service.p50": 4 * noise(), "fairness": 1 - load/100, "cost_per_million": (0.625 + load/20) * noise(),
				})
				r.Description = "Eight ways to wait, from one worker to many."
				reports = append(reports, r)
			}
			all = append(all, compare.Candidate{Settings: []report.Setting{{Path: "retry.policy", Value: policy}, {Path: "load.workers", Value: workers}}, Runs: runsOf(reports...)})
		}
	}
	all[5].Runs[2].Report.Verdict.Status = check.Fail
	all[6].Runs = all[6].Runs[:3]
	all[9].Runs[1] = compare.Run{Folder: "run-2", Error: "no connection"}
	return compare.Compare(all, compare.Options{ToolVersion: "v1.2.3"})
}

func comparisonText(t *testing.T, c *compare.Comparison, options text.Options) string {
	t.Helper()
	var out strings.Builder
	if err := text.Comparison(&out, c, options); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestComparisonCSV(t *testing.T) {
	var out bytes.Buffer
	c := policies()
	c.Variants[0].Runs[0].Folder = "a,b\n\"c\""
	if err := c.CSV(&out); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if want := 1 + 31*6 + 3; len(rows) != want {
		t.Errorf("got %d rows, want %d", len(rows), want)
	}
	if got, want := rows[0][:8], []string{"retry.policy", "load.workers", "repeat", "folder", "verdict", "error", "simulated", "throughput"}; !slices.Equal(got, want) {
		t.Errorf("got the columns %q, want %q", got, want)
	}
	if got, want := rows[1][:7], []string{"none", "1", "1", "a,b\n\"c\"", "pass", "", "no"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := rows[1][7], fmt.Sprint(c.Variants[0].Runs[0].Values["throughput"]); got != want {
		t.Errorf("got the throughput %s, want %s", got, want)
	}
	if i := slices.Index(rows[0], "lateness.p99"); i < 0 || rows[1][i] != "" {
		t.Errorf("what was not measured is %q", rows[1][i])
	}
	if slices.Contains(rows[0], "p99") || slices.Contains(rows[0], "verdict_status") {
		t.Errorf("a number has two columns: %q", rows[0])
	}
}

// TestComparedPercentiles: variants are also compared by the percentiles that
// thresholds limit and, if operations are mixed, by those of each kind.
func TestComparedPercentiles(t *testing.T) {
	mixed := func(slow int) *report.Report {
		r := measured(map[string]float64{"throughput": 100})
		r.Latency.Response = report.TimesOf(upTo(100 * slow))
		r.LatencyByOperation = map[string]report.Times{"increment": report.TimesOf(upTo(10 * slow)), "read": report.TimesOf(upTo(20 * slow))}
		r.Thresholds = []report.Threshold{{Text: "p95 < 1s", Metric: "p95", Status: report.Met}, {Text: "p99.5 < 1s", Metric: "p99.5", Status: report.Met},
			{Text: "read.p99 < 1s", Metric: "read.p99", Status: report.Met}, {Text: "response.p99_5 < 2s", Metric: "response.p99_5", Status: report.Met}}
		return r
	}
	c := pair(runsOf(mixed(1), mixed(1)), runsOf(mixed(2), mixed(2)))
	var names []string
	for _, m := range c.Metrics {
		names = append(names, m.Name)
	}
	for _, name := range []string{"increment.p50", "increment.p99", "read.p50", "read.p99", "response.p95", "response.p99_5"} {
		if n := len(slices.DeleteFunc(slices.Clone(names), func(other string) bool { return other != name })); n != 1 {
			t.Errorf("%s is listed %d times in %v", name, n, names)
		}
	}
	if got := c.Variants[1].Estimates["read.p99"].Median; !alike(got, 40) {
		t.Errorf("read.p99: got %v, want 40", got)
	}
	if got := c.Variants[1].Estimates["response.p99_5"].Median; !alike(got, 199) {
		t.Errorf("response.p99_5: got %v, want 199", got)
	}
	var out bytes.Buffer
	if err := c.CSV(&out); err != nil {
		t.Fatal(err)
	}
	if rows, err := csv.NewReader(&out).ReadAll(); err != nil || !slices.Contains(rows[0], "response.p99_5") || !slices.Contains(rows[0], "read.p99_9") {
		t.Errorf("CSV: %v, columns %v", err, rows[0])
	}
	alone := pair(runsOf(measured(map[string]float64{"response.p99": 1})), runsOf(measured(map[string]float64{"response.p99": 1})))
	if slices.ContainsFunc(alone.Metrics, func(m compare.Metric) bool { return strings.HasPrefix(m.Name, "increment.") }) {
		t.Error("one kind of operation is compared twice")
	}
}
