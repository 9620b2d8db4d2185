package report

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"contend/internal/check"
	"contend/internal/hist"
)

// shownRun is a report with everything that a page can show.
func shownRun() *Report {
	r := injected()
	r.GapMS = known(8.25)
	r.WarmupS = 1
	r.Client = &Client{CPU: known(1.31), CPUs: 2, Delay: times(sample(rand.New(rand.NewPCG(1, 1)), 0.2, 400)), ClockStepMS: 0.02}
	r.Fairness = fairness(32, 1200)
	r.Thresholds = []Threshold{
		{Text: "p99 < 200ms", Metric: "p99", Value: "143 ms", Status: "met"},
		{Text: "conflict_rate < 0.5", Metric: "conflict_rate", Value: "0.552", Status: "missed"},
	}
	r.Stages = []Stage{
		{FromS: 0, ToS: 4, Workers: 8, ThroughputPerS: known(80.), ConflictRate: known(0.3), Response: r.Latency.Response},
		{FromS: 4, ToS: 10, Workers: 32, ThroughputPerS: known(120.), ConflictRate: known(0.6), Response: r.Latency.Response},
	}
	r.OpenLoop = &OpenLoop{Arrivals: "poisson", Overload: "queue", DueRatePerS: 500, StartedRatePerS: 480, Queued: 113, Lateness: r.Latency.Attempt}
	r.Faults[0].Windows = []FaultWindow{{FromS: 2, ToS: known(4.)}}
	r.Faults[1].Windows = []FaultWindow{{FromS: 7}}
	for i := range r.Seconds {
		r.Seconds[i].P50MS, r.Seconds[i].P99MS = known(20+5*float64(i%3)), known(150+40*float64(i%4))
	}
	return r
}

func fairness(workers int, applied int64) *Fairness {
	f := &Fairness{Jain: known(0.93), LongestLosingStreak: 17}
	for i := range workers {
		n := applied/int64(workers) + int64(i*7%13) - 6
		f.Workers = append(f.Workers, Worker{Number: i, Applied: n, Attempts: 3 * n, Conflicts: 2 * n, LosingStreak: int64(i % 18)})
		f.Best = max(f.Best, n)
	}
	return f
}

// sample is times around a mean with a long tail, in milliseconds.
func sample(random *rand.Rand, mean float64, n int) *hist.Histogram {
	var h hist.Histogram
	for range n {
		h.Record(time.Duration(mean * math.Exp(random.NormFloat64()*0.9) * float64(time.Millisecond)))
	}
	return &h
}

func policies() []string {
	return []string{"none", "immediate", "exponential", "full-jitter", "equal-jitter", "decorrelated-jitter", "adaptive", "token"}
}

// compared is a comparison of retry policies at several numbers of workers with a
// number of runs each, drawn from a simple model: waiting makes room, and waiting
// too long wastes it.
func compared(policies []string, workers []int, runs int) *Comparison {
	random, base := rand.New(rand.NewPCG(7, 9)), *passing()
	c := &Comparison{
		Version: Version, ToolVersion: "v1.2.3", Scenario: "retry-policies", Confidence: 0.95,
		Description: "Retry policies under rising contention for one counter.",
		Targets:     []Target{{Kind: "embedded", Endpoint: "http://127.0.0.1:45671"}},
		Metrics: []ComparedMetric{
			{"throughput", "throughput", "/s", "higher"}, {"p50", "response p50", "ms", "lower"}, {"p99", "response p99", "ms", "lower"},
			{"p99_9", "response p99.9", "ms", "lower"}, {"attempts_per_success", "attempts/success", "", "lower"}, {"conflict_rate", "conflict rate", "", "lower"},
			{"fairness", "fairness (Jain)", "", "higher"}, {"cost_per_million", "cost/million", "$", "lower"}, {"gap", "gap", "ms", ""}, {"gave_up", "gave up", "", "lower"},
		},
		Warnings: []string{"2 of 192 runs were shorter than a second, and their 99.9th percentiles rest on few samples"},
	}
	for _, w := range workers {
		for i, policy := range policies {
			v := ComparedVariant{
				Name:     fmt.Sprintf("retry.policy: %s, load.workers: %d", policy, w),
				Settings: []Setting{{"retry.policy", policy}, {"load.workers", fmt.Sprint(w)}},
				Group:    fmt.Sprintf("load.workers: %d", w), Baseline: i == 0,
			}
			for n := range runs {
				r := modelled(random, base, i, w)
				r.RetryPolicy = policy
				v.Runs = append(v.Runs, ComparedRun{
					Folder: fmt.Sprintf("%03d-%s_%d-%d", len(c.Variants)+1, policy, w, n+1), Verdict: string(r.Verdict.Status), Values: valuesOf(r), Report: r,
				})
			}
			v.Estimates = estimates(v.Runs)
			c.Variants = append(c.Variants, v)
		}
	}
	c.change()
	return c
}

// modelled is a run of the i-th policy.
func modelled(random *rand.Rand, base Report, i, workers int) *Report {
	const gap, seconds = 8.0, 5.0
	noise := func() float64 { return math.Exp(random.NormFloat64() * 0.04) }
	wait := math.Pow(2, float64(i)) / 8 // of the best one
	load := float64(workers)
	attempts := max(1.002, (1+(load-1)/(1+2*wait*math.Sqrt(load)))*noise())
	throughput := 1000 / gap * load / (load + 3 + wait) / (1 + attempts/60) * noise()
	applied := int64(throughput * seconds)
	r, cost := &base, *base.Capacity
	r.Capacity = &cost
	r.Workers, r.ElapsedS, r.GapMS = workers, seconds, known(gap*noise())
	r.ThroughputPerS, r.AttemptsPerSuccess = known(throughput), known(attempts)
	r.ConflictRate.Overall = known(1 - 1/attempts)
	r.Tally.UpdatesApplied, r.Tally.Applied = applied, applied
	r.Tally.Writes = int64(float64(applied) * attempts)
	r.ConflictRate.AttemptsHistogram = nil
	left := float64(applied)
	for n := int64(1); left >= 1; n++ {
		done := math.Ceil(left / attempts)
		r.ConflictRate.AttemptsHistogram = append(r.ConflictRate.AttemptsHistogram, AttemptsBar{n, int64(done)})
		left -= done
	}
	r.Latency.Response = times(sample(random, 1000*load/throughput, 600))
	r.Fairness = fairness(workers, applied)
	r.Fairness.Jain = known(min(1, 1/(1+0.02*load*float64(8-i)/8)*noise()))
	r.Capacity.PerUpdate = &Cost{USDPerMillion: (0.625 + 0.125) * attempts}
	return r
}

func valuesOf(r *Report) map[string]float64 {
	return map[string]float64{
		"throughput": *r.ThroughputPerS, "p50": *r.Latency.Response.P50, "p99": *r.Latency.Response.P99, "p99_9": *r.Latency.Response.P999,
		"attempts_per_success": *r.AttemptsPerSuccess, "conflict_rate": *r.ConflictRate.Overall, "fairness": *r.Fairness.Jain,
		"cost_per_million": r.Capacity.PerUpdate.USDPerMillion, "gap": *r.GapMS, "gave_up": float64(r.Tally.GaveUp),
	}
}

// estimates are medians with the range as interval.
func estimates(runs []ComparedRun) map[string]Estimate {
	all := map[string]Estimate{}
	for name := range runs[0].Values {
		var values []float64
		for _, run := range runs {
			values = append(values, run.Values[name])
		}
		e := Estimate{N: len(values), Median: middle(values)}
		if len(values) > 5 {
			e.Low, e.High = known(slices.Min(values)), known(slices.Max(values))
		}
		all[name] = e
	}
	return all
}

// change says better or worse where the intervals are apart.
func (c *Comparison) change() {
	var base *ComparedVariant
	for i := range c.Variants {
		v := &c.Variants[i]
		if v.Baseline {
			base = v
			continue
		}
		for _, m := range c.Metrics {
			e, of := v.Estimates[m.Name], base.Estimates[m.Name]
			e.Change = &Change{Verdict: "too few"}
			if e.Low != nil && of.Low != nil {
				e.Change = &Change{Verdict: "~", P: known(0.31), Ratio: known(e.Median/of.Median - 1)}
				if *e.Low > *of.High || *e.High < *of.Low {
					e.Change.P = known(0.002)
					e.Change.Verdict = map[bool]string{true: "better", false: "worse"}[(e.Median > of.Median) == (m.Better == "higher")]
				}
			}
			v.Estimates[m.Name] = e
		}
	}
}

// failedComparison has runs that failed, one that could not be run and a hostile
// name.
func failedComparison() *Comparison {
	c := compared([]string{"none", `<script>alert("policy")</script>`}, []int{1, 8}, 2)
	c.Variants[1].Runs[0].Verdict = string(check.Fail)
	c.Variants[2].Runs[1] = ComparedRun{Folder: "7-none", Error: "table exists already: </td><script>alert(1)</script>"}
	return c
}
