package explore

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"contend/workload/check"
	"contend/workload/fault"
	"contend/workload/pace"
	"contend/workload/scenario"
)

// large is a failing scenario that has some of everything that can become smaller.
func large() scenario.Scenario {
	s := scenario.Default()
	s.Name, s.Seed = "large", 41
	s.Load = scenario.Load{Workers: 20, Duration: 10 * time.Second, Rate: 500, Arrivals: pace.Poisson, Overload: scenario.OverloadQueue, Warmup: time.Second}
	s.Counters = scenario.Counters{Count: 9, Initial: 5, Pick: scenario.Pick{Kind: scenario.PickZipf, Zipf: 1.1}}
	s.Operations, s.Amount = scenario.Mix{90, 5, 5}, scenario.Amount{Low: 2, High: 90}
	s.Embedded = scenario.Embedded{
		WriteCapacity: 1000,
		Misbehave:     []scenario.Misbehaviour{{Kind: "lose-update", OneIn: 100}},
	}
	s.Embedded.Latencies = []scenario.LatencyShare{
		{Share: 0.5, ModelledLatency: scenario.ModelledLatency{Mean: time.Millisecond, SD: time.Millisecond}},
		{Share: 0.5, ModelledLatency: scenario.ModelledLatency{Mean: 9 * time.Millisecond}},
	}
	s.Retry.Mix = []scenario.RetryShare{{Share: 0.5, Policy: s.Retry.Policy}, {Share: 0.5, Policy: s.Retry.Policy}}
	s.Retry.Kind = ""
	s.Faults = []fault.Rule{
		{Kind: fault.Throttle, Probability: 0.1},
		{Kind: fault.LostReply, Probability: 0.1, On: []string{"update"}, From: time.Second, To: 2 * time.Second},
		{Kind: fault.LateRequest, Count: 7, Delay: fault.Delay{Mean: time.Second, SD: time.Second}},
	}
	return s
}

// shrunk shrinks a scenario that fails by the check "bad" as long as fails says so. Calls
// of fails do not overlap, although several runs are made at the same time.
func shrunk(t *testing.T, s scenario.Scenario, tries int, fails func(scenario.Scenario) bool) (*shrinker, []scenario.Scenario) {
	t.Helper()
	var made []scenario.Scenario
	var asking sync.Mutex
	see := func(_ context.Context, s scenario.Scenario) seen {
		started := int64(5000)
		if s.Load.Operations > 0 {
			started = s.Load.Operations
		}
		it := seen{scenario: s, status: check.Pass, operations: started, elapsed: time.Duration(started) * time.Millisecond}
		asking.Lock()
		defer asking.Unlock()
		if fails(s) {
			it.status, it.failed = check.Fail, []check.Result{{Name: "other", Status: check.Fail}, {Name: "bad", Status: check.Fail}}
		}
		return it
	}
	if err := scenario.Validate(s); err != nil {
		t.Fatal(err)
	}
	first := see(context.Background(), s)
	if first.status != check.Fail {
		t.Fatal("it does not fail")
	}
	e := &Explorer{Tries: tries, OnProgress: func(p Progress) { made = append(made, p.Smallest.Scenario) }}
	k := &shrinker{Explorer: e, see: see, check: "bad", first: first.failure(), best: first.failure(), tried: map[string]bool{}}
	k.shrink(context.Background())
	return k, made
}

func TestWhatIsNotNeededIsDropped(t *testing.T) {
	k, _ := shrunk(t, large(), 5000, func(s scenario.Scenario) bool {
		lost := slices.ContainsFunc(s.Faults, func(r fault.Rule) bool { return r.Kind == fault.LostReply && (r.Count >= 2 || r.Probability > 0) })
		return lost && s.Amount.High >= 6 && s.Load.Workers >= 3 && (s.Load.Operations == 0 || s.Load.Operations >= 37) && s.Operations[0] > 0
	})
	want := scenario.Default()
	want.Name, want.Seed = "large", 41
	want.Load, want.Amount = scenario.Load{Workers: 3, Operations: 37}, scenario.Amount{Low: 6, High: 6}
	want.Embedded.Latency.Mean = time.Millisecond
	want.Faults = []fault.Rule{{Kind: fault.LostReply, Count: 2, On: []string{"update"}}}
	if d := scenario.Differences(k.best.Scenario, want); d != nil {
		t.Errorf("got, want: %+v", d)
	}
	if k.runs > 2500 {
		t.Errorf("it took %d runs", k.runs)
	}
}

// Operations that fail for ever after a change must not keep the run from ending.
func TestEveryStepEnds(t *testing.T) {
	s := large()
	s.Load = scenario.Load{Workers: 20, Operations: 500}
	made := 0
	k, _ := shrunk(t, s, 5000, func(s scenario.Scenario) bool {
		if made++; s.Load.Duration == 0 && s.Load.Operations < 500 && s.Load.Operations > 3 {
			t.Errorf("run %d has no limit of time: %+v", made, s.Load)
		}
		return s.Load.Operations >= 3
	})
	if load := k.best.Scenario.Load; load.Duration != 0 || load.Operations != 3 {
		t.Errorf("got %+v", load)
	}
}

// A change moves what is drawn, so that another seed may be needed.
func TestNeighbouringSeedsAreTried(t *testing.T) {
	k, _ := shrunk(t, large(), 5000, func(s scenario.Scenario) bool {
		return len(s.Faults) == 3 && s.Load.Open() || len(s.Faults) < 3 && s.Seed == 41+neighbours-2
	})
	if n := len(k.best.Scenario.Faults); n != 0 {
		t.Errorf("%d faults are left: %+v", n, k.best)
	}
}

func TestTheNumberOfRunsIsBounded(t *testing.T) {
	for _, tries := range []int{0, 2, 17} {
		made := 0
		k, _ := shrunk(t, large(), tries, func(s scenario.Scenario) bool { made++; return true })
		if k.runs > tries {
			t.Errorf("%d runs, %d are allowed", k.runs, tries)
		}
		if changed := scenario.Differences(k.best.Scenario, large()) != nil; changed != (tries > 0) {
			t.Errorf("%d runs: changed: %t", tries, changed)
		}
	}
}

func TestAnotherCheckIsAnotherFailure(t *testing.T) {
	see := func(_ context.Context, s scenario.Scenario) seen {
		return seen{scenario: s, status: check.Fail, failed: []check.Result{{Name: "other", Status: check.Fail}}}
	}
	k := &shrinker{Explorer: &Explorer{Tries: 100}, see: see, check: "bad", best: Failure{Scenario: large(), Operations: 100}, tried: map[string]bool{}}
	k.shrink(context.Background())
	if scenario.Differences(k.best.Scenario, large()) != nil || k.runs == 0 {
		t.Errorf("after %d runs: %+v", k.runs, k.best.Scenario)
	}
}

// A planted fault becomes denser only for as long as it shows in the same way.
func TestARarePlantedFaultDoesNotBecomeAnother(t *testing.T) {
	const few = 8
	s := large()
	s.Faults = nil
	see := func(_ context.Context, s scenario.Scenario) seen {
		it := seen{scenario: s, status: check.Fail, operations: 50}
		reason := fmt.Sprintf(`"counter-0" is %d below what its clients were told (%+d stored)`, 100-s.Embedded.Misbehave[0].OneIn, s.Seed)
		if s.Embedded.Misbehave[0].OneIn < few {
			reason = `"counter-0" is 3 above what its clients were told (+3 stored)`
		}
		it.failed = []check.Result{{Name: "bad", Status: check.Fail, Reason: reason}}
		return it
	}
	first := see(context.Background(), s)
	k := &shrinker{Explorer: &Explorer{Tries: 5000}, see: see, check: "bad", first: first.failure(), best: first.failure(), tried: map[string]bool{}}
	k.shrink(context.Background())
	if got := k.best.Scenario.Embedded.Misbehave[0].OneIn; got != few || k.best.Scenario.Load.Workers != 1 {
		t.Errorf("one in %d, want %d: %+v", got, few, k.best.Checks)
	}
}

func TestTheKindOfAFinding(t *testing.T) {
	of := func(reason string) string {
		return findingBy("bad", []check.Result{{Name: "other"}, {Name: "bad", Reason: reason}})
	}
	for _, c := range []struct {
		one, other string
		same       bool
	}{
		{`"counter-0" is 8 above what its clients were told (+16 acknowledged, +24 stored); it is so`, `"counter-12" is 1 above what its clients were told (+1 acknowledged, +2 stored)`, true},
		{`"counter-0" is 8 above what its clients were told`, `"counter-0" is 8 below what its clients were told`, false},
		{`"c": an acknowledged update was lost (2 contradictions)`, `"c": an acknowledged update was lost (1 contradiction)`, true},
		{`"c": an acknowledged update was lost (2 contradictions)`, `"c": values contradict each other (2 contradictions)`, false},
	} {
		if same := of(c.one) == of(c.other); same != c.same {
			t.Errorf("%q and %q: the same: %t", of(c.one), of(c.other), same)
		}
	}
}

// Only valid scenarios are run, and each makes progress: otherwise it would never end.
func TestEveryStepIsValidAndNew(t *testing.T) {
	ran := map[string]bool{}
	shrunk(t, large(), 5000, func(s scenario.Scenario) bool {
		if err := scenario.Validate(s); err != nil {
			t.Errorf("%v in %+v", err, s)
		}
		ran[string(scenario.Encode(s))] = true
		return true
	})
	if len(ran) < 10 {
		t.Errorf("only %d scenarios were run", len(ran))
	}
}

func TestBelow(t *testing.T) {
	for n, want := range map[int64][]int64{
		0: {}, 1: {}, 2: {1}, 3: {1, 2}, 5: {1, 2, 3, 4}, 16: {1, 2, 3, 4, 8, 12, 14, 15}, 100: {1, 2, 3, 25, 50, 75, 88, 94, 97, 99},
	} {
		if got := below(n); !slices.Equal(got, want) {
			t.Errorf("below %d: %v, want %v", n, got, want)
		}
	}
}
