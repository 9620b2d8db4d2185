package report_test

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"contend/internal/longtest"
	"contend/report"
	"contend/report/reporttest"
	"contend/report/text"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// simulatedReport runs a scenario in simulated time: conditional writes to one counter,
// with the settings given in YAML.
func simulatedReport(t *testing.T, settings string) *report.Report {
	t.Helper()
	s, err := scenario.Decode("law.yaml", []byte("name: law\ntarget: simulated\nstrategy: conditional\n"+settings))
	if err != nil {
		t.Fatal(err)
	}
	o, err := trial.Run(t.Context(), s, trial.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return report.New(o, report.About{})
}

const (
	unlimited = "embedded: { latency: { mean: 4ms, sd: 1ms }, write_capacity: 0, read_capacity: 0 }\n"
	immediate = "retry: { policy: immediate }\n"
	jitter    = "retry: { policy: full-jitter, base: 5ms, cap: 1s }\n"
	sixteen   = "load: { workers: 16, duration: 9s, warmup: 1s }\n"
)

// TestFailedAssumptionsAreNamed plants what the law assumes not to happen, in simulated
// time, and wants it named first, with a word of its evidence.
func TestFailedAssumptionsAreNamed(t *testing.T) {
	for _, c := range []struct {
		what, settings string
		want           report.FailedName
		evidence       string
	}{
		{"a client that takes longer than the store", sixteen + jitter + unlimited + "simulated: { client: 20ms }\n", report.FailedClient, "20.0 ms of the 24.0 ms"},
		{"requests that take 2 to 40 ms", sixteen + immediate + "embedded: { latency: { mean: 20ms, sd: 10ms } }\n", report.FailedSpread, "σ/G = 0.3"},
		{"near and far workers", sixteen + jitter + "embedded: { latency: [{ share: 0.5, mean: 2ms, sd: 0.5ms }, { share: 0.5, mean: 20ms, sd: 5ms }] }\n", report.FailedSpread, "different latencies"},
		{"a tenth of the capacity", sixteen + jitter + "embedded: { latency: { mean: 4ms, sd: 1ms }, write_capacity: 100 }\n", report.FailedThrottling, "of the attempts"},
		{"twice what the item sustains", jitter + unlimited + "load: { workers: 200, rate: 500/s, arrivals: poisson, duration: 12s, warmup: 2s }\n", report.FailedQueueing, "1/G"},
		{"more than the item's capacity sustains", jitter + "embedded: { latency: { mean: 20ms, sd: 2ms }, write_capacity: 100 }\nload: { workers: 100, rate: 45/s, arrivals: poisson, duration: 20s, warmup: 2s }\n",
			report.FailedQueueing, "W/(1 + W·G)"},
		{"more than three workers sustain", jitter + unlimited + "load: { workers: 3, rate: 180/s, arrivals: poisson, duration: 12s, warmup: 2s }\n", report.FailedQueueing, "all 3 workers"},
		{"answers that are lost", sixteen + jitter + unlimited + "request_timeout: 100ms\nfaults: [{ kind: lost-reply, probability: 0.3, on: [update] }]\n", report.FailedLostAnswers, "no answer"},
		{"a queue", sixteen + unlimited + "retry: { policy: ticket }\n", report.FailedCoordination, "policy ticket"},
		{"arrivals like clockwork", jitter + unlimited + "load: { workers: 100, rate: 100/s, arrivals: uniform, duration: 12s, warmup: 2s }\n", report.FailedEvenArrivals, "poisson"},
		{"a constant time to think", jitter + "embedded: { latency: { mean: 13ms, sd: 2ms } }\nload: { workers: 8, think: 237ms, duration: 14s, warmup: 500ms }\nseed: 121\n", report.FailedEvenArrivals, "think time"},
		{"states that are kept while a loser waits", sixteen + unlimited + "retry: { policy: full-jitter, base: 5ms, cap: 1s, refresh: at-conflict }\n", report.FailedOldState, "at-conflict"},
		{"winners that start from their own state", sixteen + jitter + unlimited + "view: kept\n", report.FailedKeptView, "view: kept"},
		{"requests that take exactly 4 ms", sixteen + immediate + "embedded: { latency: { mean: 4ms, sd: 0ms } }\n", report.FailedStep, "same moments"},
		{"two workers", jitter + unlimited + "load: { workers: 2, duration: 12s, warmup: 2s }\n", report.FailedFewWorkers, "2 workers"},
	} {
		t.Run(c.what, func(t *testing.T) {
			r := simulatedReport(t, c.settings)
			p := r.Prediction
			if p == nil {
				t.Fatal("no prediction")
			}
			if len(p.Failed) == 0 || p.Failed[0].Name != c.want || !strings.Contains(p.Failed[0].Reason, c.evidence) {
				t.Fatalf("got %v, want %s with %q; predicted %+v, measured %+v", p.Failed, c.want, c.evidence, p.Predicted, p.Measured)
			}
			if got := rendered(t, r, text.Options{Width: 200}); !strings.Contains(got, "! "+string(c.want)+": ") {
				t.Errorf("the text does not name it:\n%s", got)
			}
		})
	}
}

// TestTheLawHoldsInCleanRuns: nothing is named where nothing was planted, and the law is
// near what was measured.
func TestTheLawHoldsInCleanRuns(t *testing.T) {
	for _, c := range []struct{ what, settings string }{
		{"16 workers", sixteen + jitter + unlimited},
		{"16 workers that do not wait", sixteen + immediate + unlimited},
		{"64 workers", jitter + unlimited + "load: { workers: 64, duration: 8s, warmup: 2s }\n"},
		{"8 workers, 20 ms", immediate + "embedded: { latency: { mean: 20ms, sd: 2ms } }\nload: { workers: 8, duration: 22s, warmup: 2s }\n"},
		{"workers that think", jitter + unlimited + "load: { workers: 64, think: 200ms, duration: 10s, warmup: 2s }\n"},
		{"workers that think for random times", jitter + "embedded: { latency: { mean: 13ms, sd: 2ms } }\nload: { workers: 8, think: exponential(237ms), duration: 14s, warmup: 500ms }\nseed: 121\n"},
		{"arrivals", jitter + unlimited + "load: { workers: 200, rate: 100/s, arrivals: poisson, duration: 22s, warmup: 2s }\n"},
		{"few arrivals", jitter + unlimited + "load: { workers: 200, rate: 20/s, arrivals: poisson, duration: 22s, warmup: 2s }\n"},
		{"arrivals near the limit of the capacity", jitter + "embedded: { latency: { mean: 8ms, sd: 2ms }, write_capacity: 1000 }\nload: { workers: 200, rate: 80/s, arrivals: poisson, duration: 16s, warmup: 1s }\n"},
		{"reads between", sixteen + jitter + unlimited + "operations: { increment: 50, read: 50 }\n"},
		{"a shared window", sixteen + unlimited + "retry: { policy: shared-window }\n"},
		{"no retries", sixteen + unlimited + "retry: { policy: none }\n"},
	} {
		t.Run(c.what, func(t *testing.T) {
			p := simulatedReport(t, c.settings).Prediction
			if p == nil {
				t.Fatal("no prediction")
			}
			if len(p.Failed) > 0 {
				t.Errorf("got %v; predicted %+v, measured %+v", p.Failed, p.Predicted, p.Measured)
			}
			if a := p.Attempts; a.Reason != "" {
				t.Errorf("attempts: got %+v", *a)
			}
			if off := math.Abs(p.Measured.ThroughputPerS/p.Predicted.ThroughputPerS - 1); off > 0.15 {
				t.Errorf("the throughput is %.0f %% off: predicted %+v, measured %+v", 100*off, p.Predicted, p.Measured)
			}
		})
	}
}

// TestStagesHavePredictions: each steady stage has one, and the one beyond the limit says so.
func TestStagesHavePredictions(t *testing.T) {
	r := simulatedReport(t, jitter+unlimited+"load: { workers: 200, arrivals: poisson, stages: [{ rate: 100/s, duration: 10s }, { rate: 400/s, duration: 10s }, { rate: 100/s, duration: 5s, ramp: true }] }\n")
	if r.Prediction != nil {
		t.Error("the run has a prediction although its load changed")
	}
	if n := len(r.Stages); n != 3 || r.Stages[0].Prediction == nil || r.Stages[1].Prediction == nil || r.Stages[2].Prediction != nil {
		t.Fatalf("want predictions of the first two of 3 stages, got %+v", r.Stages)
	}
	if failed := r.Stages[0].Prediction.Failed; failed != nil {
		t.Errorf("below the limit: got %v", failed)
	}
	if failed := r.Stages[1].Prediction.Failed; len(failed) == 0 || failed[0].Name != report.FailedQueueing {
		t.Errorf("beyond the limit: got %v", failed)
	}
	got := rendered(t, r, text.Options{Width: 100})
	for _, want := range []string{"Law of a hot item, stage by stage", "! from 10.0 s, queueing: "} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	r = simulatedReport(t, jitter+unlimited+"load: { stages: [{ workers: 1, duration: 5s }, { workers: 16, duration: 10s }] }\n")
	if r.Stages[0].Prediction != nil || r.Stages[1].Prediction == nil || len(r.Stages[1].Prediction.Failed) > 0 {
		t.Errorf("stages of workers: got %+v", r.Stages)
	}
}

// TestNoPrediction: the law is for conditional writes of several workers to one counter.
func TestNoPrediction(t *testing.T) {
	for _, settings := range []string{
		jitter + unlimited + "load: { workers: 1, duration: 5s }\n",
		jitter + unlimited + "load: { workers: 8, duration: 5s }\ncounters: { count: 2 }\n",
		jitter + unlimited + "load: { workers: 8, duration: 5s }\noperations: { read: 1 }\n",
	} {
		r := simulatedReport(t, settings)
		if r.Prediction != nil || strings.Contains(rendered(t, r, text.Options{}), "Law of a hot item") {
			t.Errorf("%s: got %+v", settings, r.Prediction)
		}
	}
}

// TestNoPredictionWithoutWrites: a damaged count must not make a report that cannot be
// written.
func TestNoPredictionWithoutWrites(t *testing.T) {
	run := report.SoundRun()
	run.Scenario.Counters.Count, run.Tally.Writes = 1, 0
	run.Tally.ConditionalWrites, run.Tally.Gap, run.Tally.Wins, run.Tally.WonGap = 10, time.Second, 10, time.Second
	r := report.New(&trial.Outcome{Result: run, Verdict: reporttest.Passing().Verdict}, report.About{})
	if r.Prediction != nil {
		t.Errorf("got %+v", *r.Prediction)
	}
	if err := r.Encode(io.Discard); err != nil {
		t.Error(err)
	}
}

// TestAttemptsUnlikeTheLaw: workers that are not alike, whose far ones lose for long, and
// workers that have the same chance.
func TestAttemptsUnlikeTheLaw(t *testing.T) {
	far := simulatedReport(t, immediate+"embedded: { latency: [{ share: 0.25, mean: 10ms, sd: 2ms }, { share: 0.75, mean: 14ms, sd: 2ms }] }\nload: { workers: 16, duration: 22s, warmup: 2s }\n")
	if a := far.Prediction.Attempts; a.P99 <= a.LawP99 || !strings.Contains(a.Reason, "not alike") {
		t.Errorf("near and far: got %+v", *a)
	}
	step := simulatedReport(t, jitter+"embedded: { latency: { mean: 20ms, sd: 0ms } }\nload: { workers: 32, duration: 16s, warmup: 1s }\n")
	if a := step.Prediction.Attempts; !strings.Contains(a.Reason, "in step") {
		t.Errorf("in step: got %+v", *a)
	}
	got := rendered(t, far, text.Options{Width: 100})
	if !strings.Contains(got, "%  law ") || !strings.Contains(got, "! attempts: 99% of the updates took at most") {
		t.Errorf("no law beside the attempts in\n%s", got)
	}
}

// TestCleanRunsAreSilentWhateverTheSeed draws loads that keep the law's assumptions. In long
// tests there are many; of those at most one in fifty may name an assumption.
func TestCleanRunsAreSilentWhateverTheSeed(t *testing.T) {
	runs, wrong := longtest.Count(10, 400), 0
	for seed := range runs {
		random := rand.New(rand.NewPCG(uint64(seed), 1))
		mean := 2 + 20*random.Float64() // ms
		settings := fmt.Sprintf("seed: %d\nembedded: { latency: { mean: %.1fms, sd: %.2fms } }\n", seed+1, mean, mean*(0.15+0.1*random.Float64()))
		duration := 1 + int(mean)
		switch random.IntN(3) {
		case 0:
			settings += fmt.Sprintf("load: { workers: %d, duration: %ds, warmup: 500ms }\n%s", 6+random.IntN(60), duration, immediate)
		case 1:
			settings += fmt.Sprintf("load: { workers: %d, duration: %ds, warmup: 500ms, think: %.0fms }\n%s", 8+random.IntN(60), duration, mean*float64(random.IntN(20)), jitter)
		default:
			rate := (0.1 + 0.6*random.Float64()) * 1000 / mean
			settings += fmt.Sprintf("load: { workers: 500, rate: %.1f/s, arrivals: poisson, duration: %ds, warmup: 500ms }\n%s", rate, 2*duration, jitter)
		}
		p := simulatedReport(t, settings).Prediction
		if p == nil {
			t.Errorf("no prediction of\n%s", settings)
		} else if len(p.Failed) > 0 {
			wrong++
			t.Logf("%v of\n%spredicted %+v, measured %+v", p.Failed, settings, p.Predicted, p.Measured)
		}
	}
	if wrong > runs/50 {
		t.Errorf("%d of %d clean runs name an assumption", wrong, runs)
	}
}
