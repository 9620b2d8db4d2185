package fault_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"contend/internal/longtest"
	"contend/workload/fault"
)

// decisions sends n requests of each worker, one worker after another or all at once,
// and returns the faults that each worker met.
func decisions(t *testing.T, seed uint64, workers, n int, atOnce bool, rules ...fault.Rule) [][]string {
	t.Helper()
	met, sent := make([][]string, workers), make([]int, workers) // each worker has its own element
	note := func(ctx context.Context, i fault.Injected) {
		w := workerOf(ctx)
		met[w] = append(met[w], fmt.Sprintf("%d: %+v", sent[w], i))
	}
	transport := fault.New(canned{}, fault.Config{Rules: rules, Seed: seed, Worker: workerOf, Note: note})
	transport.Begin(time.Now())
	var group sync.WaitGroup
	for worker := range workers {
		work := func() {
			for range n {
				response, err := transport.RoundTrip(requestOf(asWorker(t.Context(), worker), "UpdateItem"))
				if err == nil {
					_ = response.Body.Close()
				}
				sent[worker]++
			}
		}
		if atOnce {
			group.Go(work)
		} else {
			work()
		}
	}
	group.Wait()
	return met
}

// chancy are rules that leave to chance everything that they can.
func chancy() []fault.Rule {
	return []fault.Rule{
		{Kind: fault.Throttle, Probability: 0.2},
		{Kind: fault.Reset, Probability: 0.3},
		{Kind: fault.LateRequest, Probability: 0.1, Delay: fault.Delay{Mean: 1000, SD: 500}},
		{Kind: fault.Duplicate, Probability: 0.2},
	}
}

func same(a, b [][]string) bool {
	return slices.EqualFunc(a, b, slices.Equal[[]string])
}

func TestSeed(t *testing.T) {
	const workers = 8
	n := longtest.Count(100, 300)
	first := decisions(t, 1, workers, n, false, chancy()...)
	if again := decisions(t, 1, workers, n, false, chancy()...); !same(first, again) {
		t.Error("one seed decides in two ways")
	}
	if atOnce := decisions(t, 1, workers, n, true, chancy()...); !same(first, atOnce) {
		t.Error("what a worker meets hangs on the other workers")
	}
	if fewer := decisions(t, 1, 2, n, false, chancy()...); !same(first[:2], fewer) {
		t.Error("what a worker meets hangs on how many there are")
	}
	other := decisions(t, 2, workers, n, false, chancy()...)
	for w := range workers {
		if slices.Equal(first[w], other[w]) {
			t.Errorf("worker %d meets the same with two seeds", w)
		}
		if w > 0 && slices.Equal(first[w], first[0]) {
			t.Errorf("worker %d meets what worker 0 does", w)
		}
	}
}

// TestRulesDrawApart: a rule hits the same requests as it would alone, except for those
// that an earlier rule took.
func TestRulesDrawApart(t *testing.T) {
	throttle := fault.Rule{Kind: fault.Throttle, Probability: 0.3}
	again := fault.Rule{Kind: fault.ServerErrorBefore, Probability: 0.3}
	nowhere := fault.Rule{Kind: fault.Throttle, Probability: 0.3, From: time.Hour}
	const n = 2000
	hits := func(rules ...fault.Rule) (first, second []string) {
		for _, line := range decisions(t, 1, 1, n, false, rules...)[0] {
			var request int
			var rest string
			if _, err := fmt.Sscanf(line, "%d: {Rule:%1s", &request, &rest); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			if rest == "0" {
				first = append(first, fmt.Sprint(request))
			} else {
				second = append(second, fmt.Sprint(request))
			}
		}
		return first, second
	}
	alone, _ := hits(throttle)
	_, secondAlone := hits(nowhere, again)
	first, second := hits(throttle, again)
	if !slices.Equal(first, alone) {
		t.Error("a later rule changes what the first one hits")
	}
	left := slices.DeleteFunc(slices.Clone(secondAlone), func(r string) bool { return slices.Contains(alone, r) })
	if !slices.Equal(second, left) {
		t.Error("the second rule does not hit what the first one leaves it")
	}
	if both := len(secondAlone) - len(left); both < n*7/100 || both > n*11/100 {
		t.Errorf("the rules agree on %d of %d requests, which is not chance", both, n)
	}
}

// TestProbability: the rate is within four standard deviations.
func TestProbability(t *testing.T) {
	const workers, n = 10, 1000
	for _, p := range []float64{0.01, 0.3, 0.99, 1} {
		hits := 0
		for _, met := range decisions(t, 3, workers, n, true, fault.Rule{Kind: fault.Throttle, Probability: p}) {
			hits += len(met)
		}
		mean, sd := p*workers*n, math.Sqrt(workers*n*p*(1-p))
		if math.Abs(float64(hits)-mean) > 4*sd {
			t.Errorf("probability %v: %d of %d, %.1f standard deviations off", p, hits, workers*n, (float64(hits)-mean)/sd)
		}
	}
}
