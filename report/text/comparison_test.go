package text

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"contend/internal/format"
	"contend/report"
	"contend/report/compare"
	"contend/workload/check"
)

func TestComparisonText(t *testing.T) {
	for _, width := range []int{100, 80, 60} {
		got := comparisonText(t, policies(), Options{Width: width})
		golden(t, fmt.Sprintf("comparison-%d.txt", width), []byte(got))
	}
	long := compare.Candidate{Settings: []report.Setting{{Path: "retry.on", Value: strings.Repeat("[conflict] ", 20)}, {Path: "name", Value: strings.Repeat("计", 200)}}, Runs: same(2, map[string]float64{"throughput": 1e300})}
	for _, c := range []*compare.Comparison{policies(), {}, compare.Compare([]compare.Candidate{{}, {}, long, long}, compare.Options{Baseline: "a=b"})} {
		for width := 40; width < 130; width += 7 {
			for line := range strings.Lines(comparisonText(t, c, Options{Width: width})) {
				if format.Columns(strings.TrimSuffix(line, "\n")) > width {
					t.Errorf("wider than %d: %s", width, line)
				}
			}
		}
	}
}

func TestComparisonTextIsColoured(t *testing.T) {
	c := pair(same(6, map[string]float64{"throughput": 100, "conflict_rate": 0.5}), same(6, map[string]float64{"throughput": 90, "conflict_rate": 0.4}))
	c.Variants[0].Runs[0].Verdict = string(check.Fail)
	got := comparisonText(t, c, Options{Color: true})
	for _, want := range []string{"\x1b[31m-10% p=0.002", "\x1b[32m-20% p=0.002", "\x1b[31mFAIL", "\x1b[32mpass", "\x1b[2mbaseline", "\n\x1b[1mVariants\x1b["} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %q in %q", want, got)
		}
	}
	if strings.ContainsRune(got, '\uFFFD') {
		t.Errorf("a colour is taken for text: %q", got)
	}
}

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

func variantOf(policy string, runs []compare.Run) compare.Candidate {
	return compare.Candidate{Settings: []report.Setting{{Path: "retry.policy", Value: policy}}, Runs: runs}
}

func pair(base, other []compare.Run) *compare.Comparison {
	return compare.Compare([]compare.Candidate{variantOf("none", base), variantOf("full-jitter", other)}, compare.Options{})
}

// same are n runs with the same numbers.
func same(n int, values map[string]float64) []compare.Run {
	var reports []*report.Report
	for range n {
		reports = append(reports, measured(values))
	}
	return runsOf(reports...)
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

func comparisonText(t *testing.T, c *compare.Comparison, options Options) string {
	t.Helper()
	var out strings.Builder
	if err := Comparison(&out, c, options); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
