package explore_test

import (
	"context"
	"errors"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"contend/counter"
	"contend/workload/explore"
	"contend/workload/plan"
	"contend/workload/scenario"
	"contend/workload/trial"
)

func spaceOf(t *testing.T, text string) *plan.Space {
	t.Helper()
	p, err := plan.Decode("s.yaml", []byte("name: x\ntarget: simulated\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return p.Space()
}

// lossy loses an update now and then.
const lossy = `
load: { workers: 3, operations: 12 }
embedded: { latency: { mean: 4ms, sd: 1ms }, misbehave: [{ kind: lose-update, one_in: 60 }] }
explore: { load.workers: [2, 3], operations.read: [0, 1] }
`

func TestTheResultDoesNotDependOnTheCores(t *testing.T) {
	var results []*explore.Result
	for _, cores := range []int{1, 3} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		e := explore.Explorer{Space: spaceOf(t, lossy), First: 5, Seeds: 100, Failures: 2, Tries: 60}
		r, err := e.Run(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		results = append(results, r)
	}
	r := results[0]
	if !reflect.DeepEqual(r, results[1]) {
		t.Errorf("one core: %+v\nthree: %+v", r, results[1])
	}
	if r.Failed != 2 || len(r.Failures) != 2 || r.Passed+r.Failed+r.Inconclusive != r.Seeds || r.Elapsed <= 0 || r.Stopped {
		t.Fatalf("got %+v", r)
	}
	last := r.Failures[1]
	if last.Scenario.Seed != 5+uint64(r.Seeds)-1 || r.Failures[0].Scenario.Seed >= last.Scenario.Seed {
		t.Errorf("seeds %d and %d failed, %d were tried", r.Failures[0].Scenario.Seed, last.Scenario.Seed, r.Seeds)
	}
	if len(last.Drawn) != 2 || last.Drawn[0].Path != "load.workers" || len(last.Checks) == 0 || last.Operations != 12 {
		t.Errorf("got %+v", last)
	}
	small := r.Smallest
	if small.Check() != r.Failures[0].Check() || small.Operations != 1 || small.Scenario.Load.Workers != 1 || small.Scenario.Embedded.Latency.SD != 0 {
		t.Errorf("shrunk: %+v", small)
	}
	if text := string(scenario.Encode(small.Scenario)); strings.Contains(text, "explore") || r.Shrinking == 0 || r.Shrinking > 60 {
		t.Errorf("%d runs:\n%s", r.Shrinking, text)
	}
}

func TestNothingFails(t *testing.T) {
	e := explore.Explorer{Space: spaceOf(t, "strategy: atomic-add\nload: { workers: 2, operations: 5 }\nembedded: { latency: { mean: 4ms, sd: 1ms } }\n"), Seeds: 7, Failures: 1, Tries: 10}
	progress := 0
	e.OnProgress = func(p explore.Progress) {
		if progress++; p.Tally.Seeds != int64(progress) {
			t.Errorf("call %d: %+v", progress, p)
		}
	}
	r, err := e.Run(context.Background())
	if err != nil || r.Passed != 7 || r.Seeds != 7 || r.Operations != 35 || r.Smallest != nil || r.Failures != nil || progress != 7 {
		t.Errorf("got %+v, %v, %d calls", r, err, progress)
	}
}

// Only reads: no check can say anything, which is no pass.
func TestWhatCannotBeJudgedIsInconclusive(t *testing.T) {
	e := explore.Explorer{Space: spaceOf(t, "reads: eventual\nload: { workers: 2, operations: 5 }\noperations: { read: 1 }\nembedded: { latency: { mean: 4ms, sd: 1ms } }\n"), First: 7, Seeds: 3, Failures: 1}
	r, err := e.Run(context.Background())
	if err != nil || r.Inconclusive != 3 || r.Seeds != 3 || r.FirstInconclusive != 7 || r.Unfinished != 0 {
		t.Errorf("got %+v, %v", r, err)
	}
}

// endless lets operations fail for ever from some moment on.
const endless = `
load: { workers: 2, operations: 10 }
embedded: { latency: { mean: 4ms, sd: 1ms } }
faults: [{ kind: throttle, probability: 1, from: 10ms }]
`

func TestWhatNeverEndsIsCounted(t *testing.T) {
	e := explore.Explorer{Space: spaceOf(t, endless), First: 3, Seeds: 4, Failures: 1}
	r, err := e.Run(context.Background())
	if err != nil || r.Unfinished != 4 || r.Seeds != 4 || r.Passed != 0 || r.FirstUnfinished != 3 || r.Operations >= 40 {
		t.Errorf("got %+v, %v", r, err)
	}
}

// What is printed makes the run again, so it must end as well.
// A write whose answer is lost may have been made.
func TestTheFirstDoubtIsTold(t *testing.T) {
	text := "strategy: atomic-add\nload: { workers: 1, operations: 2 }\nretry: { on: [conflict] }\nembedded: { latency: { mean: 4ms, sd: 1ms } }\nfaults: [{ kind: lost-reply, count: 1, on: [update] }]\n"
	e := explore.Explorer{Space: spaceOf(t, text), First: 5, Seeds: 2, Failures: 1}
	r, err := e.Run(context.Background())
	if err != nil || r.Inconclusive != 2 || r.FirstInconclusive != 5 || !strings.HasPrefix(r.Doubt, "exactly-once: ") {
		t.Errorf("got %+v, %v", r, err)
	}
}

func TestAFailureThatNeverEndsHasALimit(t *testing.T) {
	text := endless + "retry: { on: [conflict, throttled, unknown] }\n"
	text = strings.Replace(text, "sd: 1ms }", "sd: 1ms }, misbehave: [{ kind: lose-update, one_in: 1 }]", 1)
	for _, tries := range []int{0, 500} {
		e := explore.Explorer{Space: spaceOf(t, text), Seeds: 4, Failures: 1, Tries: tries}
		r, err := e.Run(context.Background())
		if err != nil || r.Failed != 1 || r.Unfinished != 0 {
			t.Fatalf("%d tries: got %+v, %v", tries, r, err)
		}
		load := &r.Smallest.Scenario.Load
		if ends := load.Duration > 0 || load.Operations == r.Smallest.Operations; !ends || r.Smallest.Elapsed < time.Millisecond {
			t.Errorf("%d tries: %d operations of %+v", tries, r.Smallest.Operations, load)
		}
	}
}

// The limit of time must not change a run that ends before.
func TestTheExplorersPatienceChangesNoRun(t *testing.T) {
	for _, text := range []string{
		"load: { workers: 3, operations: 40 }\noperations: { increment: 1, read: 1 }\nembedded: { latency: { mean: 4ms, sd: 1ms } }\n",
		"load: { workers: 3, operations: 40, rate: 300/s, arrivals: poisson }\nembedded: { latency: { mean: 4ms, sd: 1ms } }\n",
		"load: { workers: 3, operations: 40, rate: 300/s }\nfaults: [{ kind: lost-reply, probability: 0.1 }]\n",
	} {
		space := spaceOf(t, text)
		for seed := range uint64(3) {
			v, err := space.Draw(seed)
			if err != nil {
				t.Fatal(err)
			}
			outcome, err := trial.Run(context.Background(), v.Scenario, trial.Options{})
			if err != nil {
				t.Fatal(err)
			}
			e := explore.Explorer{Space: space, First: seed, Seeds: 1, Failures: 1}
			r, err := e.Run(context.Background())
			if err != nil || r.Elapsed != outcome.Result.Elapsed || r.Operations != 40 {
				t.Errorf("%s: %v with the limit, %v without: %+v, %v", text, r.Elapsed, outcome.Result.Elapsed, r.Tally, err)
			}
		}
	}
}

func TestAnExplorationIsStopped(t *testing.T) {
	stop := make(chan struct{})
	e := explore.Explorer{Space: spaceOf(t, "load: { workers: 2, operations: 5 }\n"), Seeds: 1_000_000, Failures: 1, Stop: stop}
	e.OnProgress = func(p explore.Progress) {
		if p.Tally.Seeds == 3 {
			close(stop)
		}
	}
	r, err := e.Run(context.Background())
	if err != nil || !r.Stopped || r.Passed < 3 || r.Seeds > 1000 {
		t.Errorf("got %+v, %v", r, err)
	}
}

func TestErrorsNameTheSeed(t *testing.T) {
	broken := errors.New("no such design")
	e := explore.Explorer{Space: spaceOf(t, "load: { workers: 2, operations: 5 }\n"), First: 9, Seeds: 5, Failures: 1}
	e.Strategy = func(counter.DynamoDB) (counter.Strategy, error) { return nil, broken }
	if r, err := e.Run(context.Background()); !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "seed 9: ") || r.Seeds != 0 {
		t.Errorf("got %v, %+v", err, r)
	}
	e = explore.Explorer{Space: spaceOf(t, "load: { workers: 2, operations: 5 }\nexplore: { operations.increment: [1, 0], operations.decrement: [1, 0], operations.read: [1, 0] }\n"), Seeds: 100, Failures: 1}
	if _, err := e.Run(context.Background()); err == nil || !strings.Contains(err.Error(), "draws operations.increment=0 operations.decrement=0 operations.read=0: ") {
		t.Errorf("got %v", err)
	}
}
