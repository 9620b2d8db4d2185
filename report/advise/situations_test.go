package advise_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"contend/internal/longtest"
	"contend/report/advise"
	"contend/workload/check"
	"contend/workload/scenario"
)

func decode(t *testing.T, text string) scenario.Scenario {
	t.Helper()
	s, err := scenario.Decode("test.yaml", []byte("name: test\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ask(t *testing.T, text string, o advise.Options) *advise.Advice {
	t.Helper()
	a, err := advise.Advise(context.Background(), decode(t, text), o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

const (
	hotKey = `
load: { workers: 16, duration: 10s }
embedded: { latency: { mean: 10ms, sd: 2ms }, write_capacity: 1000, read_capacity: 3000 }
`
	arriving = `
load: { workers: 64, rate: 20/s, duration: 10s }
embedded: { latency: { mean: 10ms, sd: 2ms }, write_capacity: 1000, read_capacity: 3000 }
`
	lossy = `
load: { workers: 64, rate: 40/s, duration: 10s }
request_timeout: 300ms
embedded: { latency: { mean: 10ms, sd: 2ms } }
faults: [{ kind: lost-reply, probability: 0.04, on: [update] }]
`
)

// Situations whose right answer is known. Those that only the full length asks about have
// answers for the same reasons as others.
func TestSituations(t *testing.T) {
	const full = 12_000 // requests of each run
	for _, c := range []struct {
		name, scenario string
		options        advise.Options // Requests are those of a short test: as many as show the answer, and 1000 by default
		policy         string         // "": the one it has
		design         []string
		long           bool // at full length only
	}{
		{"rare conflicts: no policy is worth a change", arriving, advise.Options{}, "", []string{"atomic-add"}, false},
		{"a hot key of one's own", hotKey, advise.Options{}, "ticket+enlist+chain 4", []string{"atomic-add", "sharded"}, false},
		{"all must be served alike, and soon", hotKey + `thresholds: ["fairness > 0.95", "p99 < 500ms"]`, advise.Options{}, "ticket", []string{"atomic-add", "sharded"}, false},
		{"near and far clients", `
load: { workers: 16, duration: 60s }
embedded: { latency: [{ share: 0.5, mean: 5ms, sd: 1ms }, { share: 0.5, mean: 25ms, sd: 5ms }] }
thresholds: ["fairness > 0.9"]`, advise.Options{}, "ticket+enlist+chain 4", []string{"conditional"}, true},
		{"items of another program have no place for a queue", hotKey + "counters: { attribute: hits }", advise.Options{}, "", []string{"atomic-add"}, true},
		{"lost replies", lossy, advise.Options{}, "", []string{"item-collection"}, true},
		{"lost replies, and a floor", lossy + `
counters: { initial: 100000, floor: 0 }
operations: { increment: 1, decrement: 1 }`, advise.Options{}, "", []string{"transaction-token"}, false},
		{"a limit of writes", "strategy: atomic-add\nload: { workers: 64, rate: 300/s, duration: 10s }\nembedded: { latency: { mean: 4ms, sd: 1ms } }\noperations: { increment: 1, read: 1 }",
			advise.Options{WriteLimit: 100, Requests: 2500}, "", []string{"sharded"}, false},
		{"a storm", "retry: { policy: immediate }" + hotKey, advise.Options{}, "ticket+enlist+chain 4", []string{"atomic-add", "sharded"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.long {
				longtest.Only(t)
			}
			t.Parallel()
			c.options.Requests = int64(longtest.Count(cmp.Or(int(c.options.Requests), 1000), full))
			a := ask(t, c.scenario, c.options)
			policy, design := &a.Candidates[a.Policy.Candidate], &a.Candidates[a.Design.Candidate]
			if got := policy.Policy; a.Policy.Change != (c.policy != "") || a.Policy.Change && got != c.policy {
				t.Errorf("policy %s, change %t, want %q: %s", got, a.Policy.Change, c.policy, a.Policy.Why)
			}
			if !slices.Contains(c.design, design.Strategy) {
				t.Errorf("design %s, want one of %q: %s", design.Strategy, c.design, a.Design.Why)
			}
			if design.Verdict != check.Pass || len(design.Missed) > 0 || design.Behind {
				t.Errorf("the advised design is no good: %+v", design)
			}
		})
	}
}

// Policies that need a place in the item are not tried on items of another program.
func TestForeignItems(t *testing.T) {
	a := ask(t, hotKey+"counters: { attribute: hits }", advise.Options{Requests: int64(longtest.Count(200, 1000))})
	for _, c := range a.Candidates {
		if strings.HasPrefix(c.Policy, "ticket") || strings.HasPrefix(c.Policy, "shared") {
			t.Errorf("tried %s", c.Name())
		}
	}
}

// TestSameSeedSameAdvice, on one core and on two.
func TestSameSeedSameAdvice(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var first []byte
	for _, cores := range []int{1, 2, 2}[:longtest.Count(2, 3)] {
		runtime.GOMAXPROCS(cores)
		var text bytes.Buffer
		if err := ask(t, arriving, advise.Options{Requests: int64(longtest.Count(500, 4000))}).Encode(&text); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = text.Bytes()
		}
		if !bytes.Equal(first, text.Bytes()) {
			t.Fatalf("with %d cores:\n%s\nand with 1:\n%s", cores, text.Bytes(), first)
		}
	}
}

// Whatever the load, no run has more requests than are allowed.
func TestRunsAreBounded(t *testing.T) {
	const most = 1000
	for _, text := range []string{
		fmt.Sprintf("target: simulated\nload: { workers: %d, duration: 1h }\nembedded: { latency: { mean: 10ms, sd: 1ms } }\nretry: { policy: immediate }\nstrategy: conditional", longtest.Count(4000, 100_000)),
		"load: { workers: 8, operations: 100000000 }\nembedded: { latency: { mean: 1ms, sd: 100us } }",
		"load: { workers: 8, rate: 100000/s, duration: 1h }\nembedded: { latency: { mean: 1ms, sd: 100us } }\ncounters: { count: 1000000 }",
	} {
		a := ask(t, text, advise.Options{Requests: most})
		for _, c := range a.Candidates {
			if c.Requests > 2*most || c.SimulatedS > 1800 {
				t.Errorf("%s: %d requests in %g s", c.Name(), c.Requests, c.SimulatedS)
			}
			if c.ThroughputPerS == nil {
				t.Errorf("%s: no figures", c.Name())
			}
		}
	}
}

// A real store says nothing of itself: what is assumed is said.
func TestRealStores(t *testing.T) {
	requests := int64(longtest.Count(300, 1000))
	const text = "target: aws\nload: { workers: 4, duration: 10s }\ntable: mine"
	a := ask(t, text, advise.Options{Requests: requests})
	want := []string{"a request takes 5ms ± 1ms at the store, and 200µs in the client", "an item takes 1000 write units and 3000 read units a second"}
	if !slices.Equal(a.Assumptions, want) {
		t.Errorf("assumed %q", a.Assumptions)
	}
	if c := a.Commands[0]; !strings.Contains(c, "--target simulated") || !strings.Contains(c, "--set embedded.latency.mean=5ms") || !strings.Contains(c, "--set embedded.write_capacity=1000") {
		t.Errorf("command %s", c)
	}
	a = ask(t, text+"\nembedded: { latency: { mean: 8ms, sd: 2ms }, write_capacity: 500 }", advise.Options{Latency: 20 * time.Millisecond, Requests: requests})
	want = []string{"a request takes 20ms ± 4ms at the store, and 200µs in the client", "an item takes 500 write units and 3000 read units a second"}
	if !slices.Equal(a.Assumptions, want) {
		t.Errorf("assumed %q", a.Assumptions)
	}
}

func TestTheOthersOfAMixStay(t *testing.T) {
	a := ask(t, hotKey+"retry: { mix: [{ share: 0.75, policy: exponential }, { share: 0.25, policy: full-jitter }] }", advise.Options{Requests: int64(longtest.Count(300, 1000))})
	if own := a.Candidates[0].Policy; own != "exponential in the mix" {
		t.Errorf("own policy %q", own)
	}
	for _, c := range a.Candidates[1:] {
		i := slices.IndexFunc(c.Settings, func(s advise.Setting) bool { return s.Path == "retry.mix" })
		if i < 0 || !strings.Contains(c.Settings[i].Value, "{ share: 0.25, policy: full-jitter") {
			t.Errorf("%s: %+v", c.Name(), c.Settings)
		}
	}
}

// Far clients get nothing under full jitter, which no threshold forbids here: it is said.
func TestUnfairPoliciesAreNamed(t *testing.T) {
	a := ask(t, `
load: { workers: 16, duration: 60s }
embedded: { latency: [{ share: 0.5, mean: 5ms, sd: 1ms }, { share: 0.5, mean: 50ms, sd: 5ms }] }`, advise.Options{Requests: int64(longtest.Count(1500, 3000))})
	if !slices.ContainsFunc(a.Changes, func(s string) bool {
		return strings.Contains(s, "must get their share") && strings.Contains(s, "ticket")
	}) {
		t.Errorf("got %q", a.Changes)
	}
}

// A policy that gives up has a short p99: what it costs is said.
func TestGivingUpIsNamed(t *testing.T) {
	a := ask(t, hotKey+"retry: { max_attempts: 1 }", advise.Options{Requests: int64(longtest.Count(1500, 3000))})
	own, advised := &a.Candidates[0], &a.Candidates[a.Policy.Candidate]
	if own.GaveUp == nil || *own.GaveUp < 0.5 || advised.GaveUp == nil || *advised.GaveUp > 0.2 {
		t.Errorf("%s gives up %v, %s %v", own.Policy, own.GaveUp, advised.Policy, advised.GaveUp)
	}
	if !strings.Contains(a.Policy.Why, "of the operations instead of") || !strings.Contains(a.Policy.Why, ", and has a p99 of ") || !strings.Contains(a.Policy.Why, "; but it makes ") {
		t.Errorf("why: %s", a.Policy.Why)
	}
}

// Runs are too short for rare faults: the design is inexact all the same.
func TestRareFaults(t *testing.T) {
	const rare = hotKey + "request_timeout: 1s\nfaults: [{ kind: reset, probability: 0.0000001, on: [%s] }]"
	for on, inexact := range map[string]bool{"UpdateItem": true, "update": true, "read": false, "GetItem": false} {
		a := ask(t, fmt.Sprintf(rare, on), advise.Options{Requests: int64(longtest.Count(200, 1000))})
		own := &a.Candidates[0]
		if own.Inexact != inexact || (own.Verdict == check.Pass) == inexact || (own.Doubt != "") != inexact {
			t.Errorf("on %s: got %+v", on, own)
		}
		if design := &a.Candidates[a.Design.Candidate]; design.Inexact || design.Verdict != check.Pass {
			t.Errorf("on %s: advised %+v", on, design)
		}
	}
}

func TestTheContextEndsIt(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := advise.Advise(ctx, decode(t, hotKey), advise.Options{}); err == nil {
		t.Error("no error")
	}
}

// TestAdviceBeyondTheLimit can be written as JSON, although attempts grow without bound
// there.
func TestAdviceBeyondTheLimit(t *testing.T) {
	a := ask(t, `
load: { workers: 16, rate: 500/s, duration: 5s }
embedded: { latency: { mean: 4ms, sd: 1ms } }
`, advise.Options{Requests: int64(longtest.Count(500, 2000))})
	if a.Law == nil || a.Law.WritesPerSuccess != nil || a.Law.Limit > 300 || a.Law.ThroughputPerS != a.Law.Limit {
		t.Errorf("got %+v", a.Law)
	}
	if err := a.Encode(&bytes.Buffer{}); err != nil {
		t.Error(err)
	}
}
