package compare

import (
	"fmt"
	"math"
	"slices"

	"contend/internal/format"
	"contend/report"
	"contend/report/row"
	"contend/workload/hist"
)

// Digest is the run without its report: the parts that a comparison needs take a
// hundredth of the memory. limits are the thresholds of all runs to be compared, as far
// as they are known; the percentiles that they limit are kept. [Compare] does the same
// to runs that still have their reports.
func (run Run) Digest(limits []report.Threshold) Run {
	if run.Report == nil {
		return run
	}
	return run.filled(slices.Concat(distinctMetrics(), percentilesOf(slices.Concat(run.Report.Thresholds, limits))))
}

// filled is the run with the numbers of its report instead of the report.
func (run Run) filled(metrics []report.Metric) Run {
	r := run.Report
	if r == nil {
		return run
	}
	run.Verdict, run.Values, run.Thresholds = string(r.Verdict.Status), map[string]float64{}, r.Thresholds
	run.Simulated = r.Simulated
	if run.Error == "" {
		run.Error = r.Error
	}
	for _, m := range metrics {
		if v, ok := m.Value(r); ok && !math.IsInf(v, 0) && !math.IsNaN(v) {
			run.Values[m.Name] = v
		}
	}
	run.LeftOut, run.digest = leftOut(run.Error, r), digestOf(r)
	run.Doubts = run.digest.doubts
	run.Report = nil
	return run
}

const leftOutInterrupted = "it was interrupted"

// leftOut says why a run is not a sample of its variant; "" if it is one.
func leftOut(err string, r *report.Report) string {
	switch {
	case err != "":
		return "it ended in an error"
	case r.Interrupted:
		return leftOutInterrupted
	}
	return ""
}

// digest is the part of a report that a comparison needs beside its metrics.
type digest struct {
	scenario, description string
	target                report.Target
	seed                  uint64
	tool, Machine         string
	SDK, Load             string
	byClient              bool    // the client may have been the limit
	closed                bool    // a closed loop with a constant number of workers
	throttled             float64 // share of the attempts that the store throttled
	mixed                 bool    // there are several kinds of operations
	doubts                []string
	Frontier              *report.Frontier
	response              []byte // the histogram as it is saved; nil if there is none
	Rates                 []float32
	Attempts              []report.AttemptsBar
}

func digestOf(r *report.Report) *digest {
	d := &digest{
		scenario: r.Scenario, description: r.Description, target: sameTarget(r.Target), seed: r.Seed, tool: r.ToolVersion,
		SDK: row.SDK(r.SDK), Load: row.Load(r), byClient: r.ClientDoubt() != "", mixed: len(r.LatencyByOperation) > 1,
		doubts: runDoubts(r), Frontier: r.Frontier, Attempts: slices.Clone(r.ConflictRate.AttemptsHistogram),
	}
	d.closed = r.OpenLoop == nil && len(r.Stages) == 0
	d.throttled = float64(r.Tally.Throttles) / float64(max(r.Tally.Attempts, 1))
	if r.Machine != nil && !r.Simulated { // the machine decides nothing in simulated time
		d.Machine = r.Machine.String()
	}
	if h := r.Latency.Response.Histogram; h != nil && h.Count() > 0 {
		d.response, _ = h.MarshalText() // a histogram that was read or made can be encoded
	}
	for _, rate := range r.ConflictRate.PerSecond {
		if rate != nil {
			d.Rates = append(d.Rates, float32(*rate))
		}
	}
	return d
}

// AddResponse adds the run's response times.
func (d *digest) AddResponse(to *hist.Histogram) {
	var h hist.Histogram
	if d.response != nil && h.UnmarshalText(d.response) == nil {
		to.Merge(&h)
	}
}

// The doubts that a comparison can have about a run's numbers.
const (
	doubtBrief  = "measured for less than 5 s, so that one pause of the machine or the store can dominate the numbers"
	doubtStart  = "cover less than 5 simulated seconds, so that the start of the load can dominate the numbers"
	doubtDrift  = "had a throughput that drifted: the numbers describe neither the beginning nor the end"
	doubtBound  = "have a response p99 of more than half of the measured time: it is bounded by the length of the run, and says nothing about longer runs"
	doubtStall  = "had stalls: no latency includes the operations that their workers would have begun meanwhile"
	doubtTail99 = "have too few samples for a response p99: it is just the maximum"
	doubtTails  = "have too few samples for a response p99.9: it is just the maximum"
)

// runDoubts are the doubts about one run.
func runDoubts(r *report.Report) []string {
	var doubts []string
	add := func(is bool, doubt string) {
		if is {
			doubts = append(doubts, doubt)
		}
	}
	const least = 5.0 // s, as for a single run
	measured := r.LoadSeconds() - r.WarmupS
	response := r.Latency.Response
	p99, p999 := report.TailsShown()
	brief := r.Setup.DurationS != nil && r.Setup.Operations == nil && *r.Setup.DurationS-r.WarmupS < least
	add(brief && !r.Simulated, doubtBrief)
	add(brief && r.Simulated, doubtStart)
	add(r.Drift != nil, doubtDrift)
	add(response.P99 != nil && measured > 0 && *response.P99 > 500*measured, doubtBound)
	add(r.Stalls != nil && r.Stalls.Share != nil && *r.Stalls.Share >= report.DoubtfulShare, doubtStall)
	switch n := response.Count; {
	case n == 0:
	case n < hist.Fewest(p99):
		add(true, doubtTail99)
	default:
		add(n < hist.Fewest(p999), doubtTails)
	}
	return doubts
}

// doubtsOfRuns are the doubts about the runs that are samples, one sentence each, with
// the variants concerned.
func (c *Comparison) doubtsOfRuns() []string {
	var sentences []string
	for _, doubt := range []string{doubtBrief, doubtStart, doubtDrift, doubtBound, doubtStall, doubtTail99, doubtTails} {
		sentences = append(sentences, c.runsThat(doubt, func(run Run) bool {
			return run.LeftOut == "" && slices.Contains(run.Doubts, doubt)
		}))
	}
	return sentences
}

// leftOutRuns says how many runs are not samples.
func (c *Comparison) leftOutRuns() string {
	n, total := 0, 0
	for _, v := range c.Variants {
		for _, run := range v.Runs {
			total++
			if run.LeftOut != "" && run.LeftOut != leftOutSame {
				n++
			}
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %s left out of medians, intervals and tests: a run that was interrupted or ended in an error is not a sample",
		n, format.Count(int64(total), "run is", "runs are"))
}

// Digests visits the digest of every run that has a report, including runs that are not
// samples.
func (c *Comparison) Digests(visit func(*digest) bool) {
	for _, v := range c.Variants {
		for _, run := range v.Runs {
			if run.digest != nil && !visit(run.digest) {
				return
			}
		}
	}
}

// Samples visits the digests of those runs of a variant that are samples.
func (v *Variant) Samples(visit func(*digest) bool) {
	for _, run := range v.Runs {
		if run.digest != nil && run.LeftOut == "" && !visit(run.digest) {
			return
		}
	}
}
