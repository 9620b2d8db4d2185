package bench_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"contend/counter"
	"contend/internal/longtest"
	"contend/report"
	"contend/report/row"
	"contend/workload/retry"
	"contend/workload/scenario"
	"contend/workload/trial"
)

const (
	// agreement is how far a simulated figure may be from the measured one, beyond the
	// sampling error of the measured one.
	agreement = 0.10

	latency = 4 * time.Millisecond
	rivals  = 8
	// quiet is the share of their time for which the processors of a quiet machine have
	// nothing to do, although the loads run.
	quiet = 0.4
)

// realTime is how long each load is.
func realTime() time.Duration { return time.Duration(longtest.Count(2, 4)) * time.Second }

// realCase is a load that is made in real and in simulated time.
type realCase struct {
	design string
	policy retry.Kind
}

// simulatedTime is how long the load is in simulated time. A token-set refuses all
// increments once its item is full, so that it must not last longer than in real time.
func (c realCase) simulatedTime() time.Duration {
	if c.design == counter.TokenSetName {
		return realTime()
	}
	return time.Duration(longtest.Count(30, 120)) * time.Second
}

// realCases are all designs with two policies, and all policies with one design; the
// short list has one of each kind of behaviour.
func realCases() []realCase {
	if !longtest.Asked() {
		return []realCase{{counter.ConditionalName, retry.Immediate}, {counter.AtomicAddName, retry.Immediate}}
	}
	var all []realCase
	for _, design := range counter.StrategyNames() {
		all = append(all, realCase{design, retry.Immediate})
	}
	for _, policy := range retry.Kinds() {
		if policy != retry.Immediate && policy != retry.None {
			all = append(all, realCase{counter.ConditionalName, policy})
		}
	}
	return all
}

// realRun makes a run of one case.
func realRun(t *testing.T, c realCase, target string, workers int, lasts, client time.Duration) *report.Report {
	t.Helper()
	s := scenario.Default()
	s.Name, s.Target, s.Strategy = "reality", target, c.design
	s.Retry.Kind = c.policy
	if c.policy == retry.TimeSlice {
		s.Retry.Base = 2 * latency // a slot must be long enough for a request and its way
	}
	s.Load = scenario.Load{Workers: workers, Duration: lasts, Warmup: lasts / 8}
	s.Embedded.Latency = scenario.ModelledLatency{Mean: latency, SD: latency / 4}
	s.Simulated.Client = client
	o, err := trial.Run(t.Context(), s, trial.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return report.New(o, report.About{})
}

// clientCost measures what this machine and the client add to the latency of a request:
// the mean of writes without conflicts, less the modelled latency.
func clientCost(t *testing.T, workers int) time.Duration {
	t.Helper()
	r := realRun(t, realCase{counter.AtomicAddName, retry.Immediate}, scenario.TargetEmbedded, workers, realTime()/2, 0)
	metric, _ := report.MetricNamed("attempt.mean")
	mean, ok := metric.Value(r)
	if !ok {
		t.Fatal("no attempt was measured")
	}
	return max(time.Duration(mean*float64(time.Millisecond))-latency, 0)
}

// compared are the metrics that must agree.
var compared = []string{"throughput", "writes_per_success", "conflict_rate", "p50"}

// TestSimulationAgreesWithReality: on a quiet machine, each figure of a load in
// simulated time is within a tenth of the measured one. On a busy machine, nothing can
// be concluded; the last line of make test says so.
func TestSimulationAgreesWithReality(t *testing.T) {
	var doubts, busy, table []string
	before := clientCost(t, rivals)
	for _, c := range realCases() {
		began := processorTimes()
		measured := realRun(t, c, scenario.TargetEmbedded, rivals, realTime(), 0)
		if idle := processorTimes().idleSince(began); idle < quiet {
			busy = append(busy, fmt.Sprintf("its processors were idle for %.0f %% of a load", 100*idle))
		}
		simulated := realRun(t, c, scenario.TargetSimulated, rivals, c.simulatedTime(), before)
		if why := measured.Client.Doubtful(); why != "" {
			busy = append(busy, why)
		}
		for _, r := range row.Beside(measured, simulated) {
			table = append(table, fmt.Sprintf("%-20s %-12s %-16s law %6s  simulated %6s  measured %6s  %s", c.design, c.policy, r[0], r[1], r[2], r[3], r[4]))
		}
		for _, name := range compared {
			if off, tolerance := apart(measured, simulated, name), agreement+samplingError(measured); math.Abs(off) > tolerance {
				doubts = append(doubts, fmt.Sprintf("%s of %s with %s is %+.1f %% off, more than %.1f %%", name, c.design, c.policy, 100*off, 100*tolerance))
			}
		}
	}
	after := clientCost(t, rivals)
	t.Logf("client %s before, %s after\n%s", before, after, strings.Join(table, "\n"))
	if drift := math.Abs(after.Seconds()-before.Seconds()) / (latency + before).Seconds(); drift > agreement/2 {
		busy = append(busy, fmt.Sprintf("beyond its latency, a request took %s before and %s after", before, after))
	}
	if before > latency {
		busy = append(busy, fmt.Sprintf("a request took %s beyond its latency of %s", before, latency))
	}
	if len(busy) > 0 {
		told(t, "*** COULD NOT JUDGE whether simulated time agrees with real time: the machine is busy: "+busy[0]+" ***")
		t.Skip("the machine is busy, so that real time shows the machine")
	}
	if len(doubts) > 0 {
		t.Errorf("client %s before, %s after:\n%s", before, after, strings.Join(doubts, "\n"))
		return
	}
	told(t, fmt.Sprintf("simulated time agrees with real time in %d loads", len(realCases())))
}

// apart is how far a simulated metric is from the measured one, as a share; conflict
// rates, which may be 0, are compared by their difference.
func apart(measured, simulated *report.Report, name string) float64 {
	a, b := valueOf(measured, name), valueOf(simulated, name)
	switch {
	case name == "conflict_rate" || a == 0:
		return b - a
	case name == "p50":
		b = nearMedian(simulated, a)
	}
	return b/a - 1
}

// nearMedian is the value around the simulated median that is nearest to the measured one.
// Where half of the operations succeed at once and the others after a wait, the median
// jumps from one kind to the other when their shares change by a hundredth. So what is
// compared are the percentiles around it, half of [agreement] to either side.
func nearMedian(simulated *report.Report, measured float64) float64 {
	return min(max(measured, valueOf(simulated, "p45")), valueOf(simulated, "p55"))
}

func valueOf(r *report.Report, name string) float64 {
	metric, _ := report.MetricNamed(name)
	value, _ := metric.Value(r)
	return value
}

// samplingError is two standard errors of a count of that many successes.
func samplingError(r *report.Report) float64 {
	return 2 / math.Sqrt(max(float64(r.Tally.Applied), 1))
}

// told leaves a line that make test prints at its end, because the log of a passing
// test is not shown.
func told(t *testing.T, line string) {
	t.Helper()
	dir := filepath.Join("..", "..", ".cache")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "reality.txt"), []byte(line+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}
