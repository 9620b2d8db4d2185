package page

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"contend/report"
	"contend/report/compare"
	"contend/report/reporttest"
	"contend/workload/check"
	"contend/workload/hist"
)

// shownRun is a report with everything that a page can show.
func shownRun() *report.Report {
	r := reporttest.Injected()
	r.GapMS = new(8.25)
	r.WarmupS = 1
	r.Client = &report.Client{CPU: new(1.31), CPUs: 2, Delay: report.TimesOf(sample(rand.New(rand.NewPCG(1, 1)), 0.2, 400)), ClockStepMS: 0.02}
	r.Fairness = unevenly(32, 1200)
	r.Thresholds = []report.Threshold{
		{Text: "p99 < 200ms", Metric: "p99", Value: "143 ms", Status: "met"},
		{Text: "conflict_rate < 0.5", Metric: "conflict_rate", Value: "0.552", Status: "missed"},
	}
	r.Stages = []report.Stage{
		{FromS: 0, ToS: 4, Workers: 8, ThroughputPerS: new(80.), ConflictRate: new(0.3), Response: r.Latency.Response},
		{FromS: 4, ToS: 10, Workers: 32, ThroughputPerS: new(120.), ConflictRate: new(0.6), Response: r.Latency.Response},
	}
	r.OpenLoop = &report.OpenLoop{Arrivals: "poisson", Overload: "queue", DueRatePerS: 500, StartedRatePerS: 480, Queued: 113, Lateness: r.Latency.Attempt}
	r.Faults[0].Windows = []report.FaultWindow{{FromS: 2, ToS: new(4.)}}
	r.Faults[1].Windows = []report.FaultWindow{{FromS: 7}}
	for i := range r.Seconds {
		r.Seconds[i].P50MS, r.Seconds[i].P99MS = new(20+5*float64(i%3)), new(150+40*float64(i%4))
	}
	return r
}

func unevenly(workers int, applied int64) *report.Fairness {
	f := &report.Fairness{Jain: new(0.93), LongestLosingStreak: 17}
	for i := range workers {
		n := applied/int64(workers) + int64(i*7%13) - 6
		f.Workers = append(f.Workers, report.Worker{Number: i, Applied: n, Attempts: 3 * n, Conflicts: 2 * n, LosingStreak: int64(i % 18)})
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

func policyNames() []string {
	return []string{"none", "immediate", "exponential", "full-jitter", "equal-jitter", "decorrelated-jitter", "adaptive", "token"}
}

// compared is a comparison of retry policies at several numbers of workers with a
// number of runs each, drawn from a simple model: waiting makes room, and waiting
// too long wastes it.
func compared(policies []string, workers []int, runs int) *compare.Comparison {
	random, base := rand.New(rand.NewPCG(7, 9)), *reporttest.Passing()
	base.Scenario, base.Description = "retry-policies", "Retry policies under rising contention for one counter."
	var groups []compare.Candidate
	for _, w := range workers {
		for i, policy := range policies {
			v := compare.Candidate{Settings: []report.Setting{{Path: "retry.policy", Value: policy}, {Path: "load.workers", Value: fmt.Sprint(w)}}}
			for n := range runs {
				r := modelled(random, base, i, w)
				r.RetryPolicy = policy
				v.Runs = append(v.Runs, compare.Run{Folder: fmt.Sprintf("%03d-%s_%d-%d", len(groups)+1, policy, w, n+1), Report: r})
			}
			groups = append(groups, v)
		}
	}
	c := compare.Compare(groups, compare.Options{ToolVersion: "v1.2.3"})
	c.Warnings = append(c.Warnings, "2 of 192 runs were shorter than a second, and their 99.9th percentiles rest on few samples")
	return c
}

// modelled is a run of the i-th policy.
func modelled(random *rand.Rand, base report.Report, i, workers int) *report.Report {
	const gap, seconds = 8.0, 5.0
	noise := func() float64 { return math.Exp(random.NormFloat64() * 0.04) }
	wait := math.Pow(2, float64(i)) / 8 // of the best one
	load := float64(workers)
	attempts := max(1.002, (1+(load-1)/(1+2*wait*math.Sqrt(load)))*noise())
	throughput := 1000 / gap * load / (load + 3 + wait) / (1 + attempts/60) * noise()
	applied := int64(throughput * seconds)
	r, cost := &base, *base.Capacity
	r.Capacity = &cost
	r.Workers, r.ElapsedS, r.GapMS = workers, seconds, new(gap*noise())
	r.Frontier = &report.Frontier{C: attempts, T: 1000 / (throughput * gap)}
	r.ThroughputPerS, r.AttemptsPerSuccess, r.WritesPerSuccess = new(throughput), new(attempts), new(attempts)
	r.ConflictRate.Overall = new(1 - 1/attempts)
	r.ConflictRate.PerSecond = nil
	for range int(seconds) {
		r.ConflictRate.PerSecond = append(r.ConflictRate.PerSecond, new(min(1, (1-1/attempts)*noise())))
	}
	r.Tally.UpdatesApplied, r.Tally.Applied = applied, applied
	r.Tally.Writes = int64(float64(applied) * attempts)
	r.ConflictRate.AttemptsHistogram = nil
	left := float64(applied)
	for n := int64(1); left >= 1; n++ {
		done := math.Ceil(left / attempts)
		r.ConflictRate.AttemptsHistogram = append(r.ConflictRate.AttemptsHistogram, report.AttemptsBar{Attempts: n, Operations: int64(done)})
		left -= done
	}
	r.Latency.Response = report.TimesOf(sample(random, 1000*load/throughput, 600))
	r.Fairness = unevenly(workers, applied)
	r.Fairness.Jain = new(min(1, 1/(1+0.02*load*float64(8-i)/8)*noise()))
	r.Capacity.PerUpdate = &report.Cost{USDPerMillion: (0.625 + 0.125) * attempts}
	return r
}

// failedComparison has runs that failed, one that could not be run and a hostile
// name.
func failedComparison() *compare.Comparison {
	c := compared([]string{"none", `<script>alert("policy")</script>`}, []int{1, 8}, 2)
	c.Variants[1].Runs[0].Verdict = string(check.Fail)
	c.Variants[2].Runs[1] = compare.Run{Folder: "7-none", Error: "table exists already: </td><script>alert(1)</script>"}
	return c
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
