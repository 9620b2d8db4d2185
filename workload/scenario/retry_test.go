package scenario

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"contend/counter"
	"contend/workload/pace"
	"contend/workload/retry"
)

// TestEveryPrefixOfTheWorkersHasTheShares: the first n workers have the shares of a mix,
// as nearly as whole workers can, for every n.
func TestEveryPrefixOfTheWorkersHasTheShares(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, shares := range [][]float64{
		{0.9, 0.1}, {0.1, 0.9}, {0.5, 0.5}, {0.333, 0.333, 0.333}, {0.001, 0.999}, {0.25, 0.25, 0.25, 0.25},
		thousandths(random, 3), thousandths(random, 7), thousandths(random, 16),
	} {
		var sum float64
		for _, share := range shares {
			sum += share
		}
		taken := make([]int, len(shares))
		for n := range 3 * cycle {
			taken[apportioned(shares, n)]++
			for i := range shares {
				if ideal := shares[i] / sum * float64(n+1); math.Abs(float64(taken[i])-ideal) > 1 && len(shares) == 2 || math.Abs(float64(taken[i])-ideal) > 2 {
					t.Fatalf("%v: of the first %d, %d are in part %d; its share is %g", shares, n+1, taken[i], i, ideal)
				}
			}
		}
	}
	for n, want := range []int{0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0} {
		if got := apportioned([]float64{0.9, 0.1}, n); got != want {
			t.Errorf("member %d: got part %d, want %d", n, got, want)
		}
	}
}

// thousandths are shares with three decimals that add up to 1.
func thousandths(r *rand.Rand, parts int) []float64 {
	cuts := []int{0, cycle}
	for len(cuts) <= parts {
		if cut := 1 + r.IntN(cycle-1); !slices.Contains(cuts, cut) {
			cuts = append(cuts, cut)
		}
	}
	slices.Sort(cuts)
	var shares []float64
	for i := range parts {
		shares = append(shares, float64(cuts[i+1]-cuts[i])/cycle)
	}
	return shares
}

func TestRetryOf(t *testing.T) {
	plain := Default().Retry
	if policy, group := plain.Of(5, 32); policy != plain.Policy || group != -1 {
		t.Errorf("without a mix: got %v, %d", policy, group)
	}
	mixed := decode(t, "name: x\nretry: {mix: [{share: 0.75, policy: fixed}, {share: 0.25, policy: none}]}").Retry
	var groups []int
	for worker := range 8 {
		policy, group := mixed.Of(worker, 8)
		if policy != mixed.Mix[group].Policy {
			t.Errorf("worker %d has the policy %v and is in part %d", worker, policy, group)
		}
		groups = append(groups, group)
	}
	if want := []int{0, 0, 1, 0, 0, 0, 1, 0}; !slices.Equal(groups, want) {
		t.Errorf("got %v, want %v", groups, want)
	}
}

// TestMixInherits: a part takes the fields beside the mix, before or after it, except
// those that have no effect on the part's policy.
func TestMixInherits(t *testing.T) {
	s := decode(t, `
name: x
retry:
  mix:
    - { share: 0.5, policy: ticket, chain: 2 }
    - { share: 0.3, policy: fixed, cap: 3s, budget: { ratio: 5 } }
    - { share: 0.2, policy: window, on: [conflict], budget: { ratio: 0 } }
  base: 2ms
  enlist: true
  chain: 8
  poll: eventual
  clients: 7
  budget: { burst: 30, ratio: 0.5 }
`)
	around := Default().Retry.Policy
	around.Base, around.Budget = 2*time.Millisecond, retry.Budget{Ratio: 0.5, Burst: 30}
	ticket, fixed, window := around, around, around
	ticket.Kind, ticket.Enlist, ticket.Chain, ticket.EventualPolls = retry.Ticket, true, 2, true
	fixed.Kind, fixed.Cap, fixed.Budget = retry.Fixed, 3*time.Second, retry.Budget{Ratio: 5, Burst: 10}
	window.Kind, window.On, window.Budget, window.Clients = retry.Window, retry.Outcomes(counter.Conflict), retry.Budget{}, 7
	around.Kind, around.Enlist, around.Chain, around.EventualPolls, around.Clients = "", true, 8, true, 7
	want := Retry{Policy: around, Refresh: RefreshAfterWait, Mix: []RetryShare{{0.5, ticket}, {0.3, fixed}, {0.2, window}}}
	if !reflect.DeepEqual(s.Retry, want) {
		t.Errorf("got  %+v\nwant %+v", s.Retry, want)
	}
	if got, want := s.Retry.Policies(), []retry.Policy{ticket, fixed, window}; !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	const text = "mix: [{ share: 0.5, policy: ticket, chain: 2 }, { share: 0.3, policy: fixed, cap: 3s, budget: { ratio: 5, burst: 10 } }, " +
		"{ share: 0.2, policy: window, on: [conflict], budget: { ratio: 0 } }]\n"
	if got := string(Encode(s)); !strings.Contains(got, text) || strings.Contains(got, "\n  policy:") {
		t.Errorf("encoded as\n%s\nwant\n%s", got, text)
	}
}

// TestEncodeWritesWhatAPolicyUses: other fields are left out.
func TestEncodeWritesWhatAPolicyUses(t *testing.T) {
	const names = "clients: |enlist: |chain: |poll: |budget: |mix: "
	for _, c := range []struct{ retry, want string }{
		{"{}", ""},
		{"{policy: ticket}", "enlist: false, chain: 0, poll: strong"},
		{"{policy: ticket, enlist: true, chain: 4, poll: eventual}", "enlist: true, chain: 4, poll: eventual"},
		{"{policy: shared-window, chain: 3}", "chain: 3"},
		{"{policy: time-slice, clients: 9}", "clients: 9"},
		{"{policy: window}", "clients: 0"},
		{"{budget: {ratio: 0.1}}", "budget: { ratio: 0.1, burst: 10 }"},
		{"{budget: {ratio: 0}}", ""},
	} {
		var got []string
		for _, line := range strings.Split(string(Encode(decode(t, "name: x\nretry: "+c.retry))), "\n") {
			for _, name := range strings.Split(names, "|") {
				if line = strings.TrimSpace(line); strings.HasPrefix(line, name) {
					got = append(got, line)
				}
			}
		}
		if got := strings.Join(got, ", "); got != c.want {
			t.Errorf("%s: got %s, want %s", c.retry, got, c.want)
		}
	}
}

// TestPoliciesGetWhatTheyNeedOfTheDesign: some policies need shared numbers in the item,
// and some need the item with each refusal.
func TestPoliciesGetWhatTheyNeedOfTheDesign(t *testing.T) {
	for _, c := range []struct {
		retry         string
		shares, state bool
	}{
		{"{policy: full-jitter}", false, false},
		{"{policy: full-jitter, refresh: from-conflict}", false, true},
		{"{policy: window}", false, true},
		{"{policy: ticket}", true, true},
		{"{policy: shared-window}", true, true},
		{"{mix: [{share: 0.9, policy: none}, {share: 0.1, policy: version-paced}]}", false, true},
		{"{mix: [{share: 0.9, policy: none}, {share: 0.1, policy: ticket}]}", true, true},
	} {
		s := decode(t, "name: x\nretry: "+c.retry)
		got := s.CounterParameters()
		if got.Share != c.shares || bool(got.OnConflict) != c.state {
			t.Errorf("%s: got %+v", c.retry, got)
		}
	}
}

func TestPolicyRules(t *testing.T) {
	designs := func(has func(counter.Traits) bool) string {
		var can []string
		for _, name := range counter.StrategyNames() {
			if traits, _ := counter.TraitsOf(name); has(traits) {
				can = append(can, name)
			}
		}
		return " (these can: " + strings.Join(can, ", ") + ")"
	}
	sharing := designs(func(t counter.Traits) bool { return t.Shares })
	reading := designs(func(t counter.Traits) bool { return t.NeedsState })
	for _, c := range []struct {
		change func(*Scenario)
		want   string
	}{
		{func(s *Scenario) { s.Strategy, s.Retry.Kind = counter.AtomicAddName, retry.Ticket },
			"retry.policy: the strategy atomic-add has no place in its items for the numbers of the policy ticket" + sharing},
		{func(s *Scenario) { s.Strategy, s.Retry.Kind = counter.AtomicAddName, retry.VersionPaced },
			"retry.policy: the strategy atomic-add keeps no version or does not read it first, as the policy version-paced needs" + reading},
		{func(s *Scenario) { s.Strategy, s.Retry.Kind = counter.ShardedName, retry.Window },
			"retry.policy: the strategy sharded does not read before it writes, as the policy window needs" + reading},
		{func(s *Scenario) { s.Counters.Attribute, s.Retry.Kind = "hits", retry.SharedWindow },
			"counters.attribute: items of another program have no place for the numbers of the policy shared-window"},
		{func(s *Scenario) { s.Counters.Attribute, s.Retry.Kind = "hits", retry.VersionPaced },
			"counters.attribute: items of another program have no version, which the policy version-paced needs, unless counters.version names one"},
		{func(s *Scenario) { s.Counters.Attribute, s.Retry.Kind = "hits", retry.Window }, ""},
		{func(s *Scenario) { s.Retry.Refresh, s.Retry.Kind = RefreshFromConflict, retry.Window },
			"retry.refresh: must be after-wait with the policy window, which decides itself when a worker reads"},
		{func(s *Scenario) { s.View, s.Retry.Kind = ViewKept, retry.TimeSlice },
			"view: must be fresh with the policy time-slice, which decides itself when a worker reads"},
		{func(s *Scenario) { s.Retry.Kind = retry.TimeSlice }, ""},
		{func(s *Scenario) { s.Retry.Kind, s.Target = retry.TimeSlice, "aws" },
			"retry.base: must be given with the policy time-slice, and not be the default 5ms: a slot takes 1.5 times the longest gap from reading to writing"},
		{func(s *Scenario) { s.Retry.Kind, s.Retry.Base, s.Target = retry.TimeSlice, 6*time.Millisecond, "aws" }, ""},
		{func(s *Scenario) { s.Retry.Kind, s.Embedded.Latency.Mean = retry.TimeSlice, 4*time.Millisecond },
			"retry.base: must be at least 6ms with the policy time-slice, not 5ms: a slot takes 1.5 times the latency of a request, 4ms"},
		{func(s *Scenario) { s.Embedded.Latency.Mean = 4 * time.Millisecond }, ""},
		{func(s *Scenario) {
			s.Retry.Kind, s.Retry.Base, s.Embedded.Latency.Mean = retry.TimeSlice, 6*time.Millisecond, 4*time.Millisecond
		}, ""},
		{func(s *Scenario) { s.Retry.Enlist = true }, "retry.enlist: has no effect with the policy full-jitter"},
		{func(s *Scenario) { s.Retry.Enlist, s.Retry.Kind = true, retry.SharedWindow }, "retry.enlist: has no effect with the policy shared-window"},
		{func(s *Scenario) { s.Retry.Chain, s.Retry.Kind = 4, retry.SharedWindow }, ""},
		{func(s *Scenario) { s.Retry.Chain, s.Retry.Kind = 65, retry.Ticket }, "retry.chain: must be at most 64, not 65"},
		{func(s *Scenario) { s.Retry.Chain, s.Retry.Kind = 1, retry.Window }, "retry.chain: has no effect with the policy window"},
		{func(s *Scenario) { s.Retry.EventualPolls = true }, "retry.poll: has no effect with the policy full-jitter"},
		{func(s *Scenario) { s.Retry.Clients, s.Retry.Kind = 5, retry.Ticket }, "retry.clients: has no effect with the policy ticket"},
		{func(s *Scenario) { s.Retry.Clients, s.Retry.Kind = 100_001, retry.Window }, "retry.clients: must be at most 100000, not 100001"},
		{func(s *Scenario) { s.Retry.Kind, s.Load = retry.Window, openLoop() },
			"retry.clients: must be given with the policy window in an open loop, where load.workers is not the number of clients"},
		{func(s *Scenario) { s.Retry.Kind, s.Retry.Clients, s.Load = retry.Window, 8, openLoop() }, ""},
		{func(s *Scenario) { s.Retry.Kind, s.Load = retry.Ticket, openLoop() }, ""},
		{func(s *Scenario) { s.Retry.Budget = retry.Budget{Ratio: 0.1} }, "retry.budget.burst: must be at least 1, not 0"},
		{func(s *Scenario) { s.Retry.Budget = retry.Budget{Ratio: 101, Burst: 1} }, "retry.budget.ratio: must be at most 100, not 101"},
		{func(s *Scenario) { s.Retry.Budget = retry.Budget{Ratio: math.NaN(), Burst: 1} }, "retry.budget.ratio: must be at least 0, not NaN"},
		{func(s *Scenario) { s.Retry.Budget = retry.Budget{Burst: 5} }, "retry.budget.burst: has no effect without a ratio above 0"},

		{func(s *Scenario) { s.Retry.Mix = mixOf(0.5, 0.5) }, "retry.policy: has no effect beside retry.mix, whose parts have policies of their own"},
		{func(s *Scenario) { s.Retry.Kind, s.Retry.Mix = "", mixOf(0.5, 0.5) }, ""},
		{func(s *Scenario) { s.Retry.Kind, s.Retry.Mix = "", mixOf(0.333, 0.333, 0.333) }, ""},
		{func(s *Scenario) { s.Retry.Kind, s.Retry.Mix = "", mixOf(0.333, 0.333, 0.332) }, "retry.mix: the shares must add up to 1, not 0.998"},
		{func(s *Scenario) { s.Retry.Kind, s.Retry.Mix = "", mixOf(1) }, "retry.mix: must have 2 to 16 parts, not 1"},
		{func(s *Scenario) { s.Retry.Kind, s.Retry.Mix = "", mixOf(slices.Repeat([]float64{1 / 17.}, 17)...) }, "retry.mix: must have 2 to 16 parts, not 17"},
		{func(s *Scenario) { s.Retry.Kind, s.Retry.Mix = "", mixOf(1, 0) }, "retry.mix: 1: share: must be above 0, not 0"},
		{func(s *Scenario) { s.Retry.Kind, s.Retry.Mix = "", mixOf(math.NaN(), 1) }, "retry.mix: 0: share: must be at least 0, not NaN"},
		{func(s *Scenario) { s.Retry.Kind, s.Retry.Mix = "", changed(func(p *retry.Policy) { p.Kind = "x" }) },
			`retry.mix: 1: policy: unknown name "x" (known: ` + strings.ReplaceAll(strings.Trim(fmt.Sprint(retry.Kinds()), "[]"), " ", ", ") + `)`},
		{func(s *Scenario) { s.Retry.Kind, s.Retry.Mix = "", changed(func(p *retry.Policy) { p.Base = 0 }) },
			`retry.mix: 1: base must be above 0s for the policy "full-jitter"`},
		{func(s *Scenario) {
			s.Retry.Kind, s.Retry.Mix = "", changed(func(p *retry.Policy) { p.Base = 2 * time.Second })
		},
			"retry.mix: 1: base (2s) must be at most cap (1s)"},
		{func(s *Scenario) {
			s.Retry.Kind, s.Retry.Mix = "", changed(func(p *retry.Policy) { p.Budget.Ratio = 1 })
		},
			"retry.mix: 1: budget: burst: must be at least 1, not 0"},
		{func(s *Scenario) { s.Retry.Kind, s.Retry.Mix = "", changed(func(p *retry.Policy) { p.Enlist = true }) },
			"retry.mix: 1: enlist: has no effect with the policy full-jitter"},
		{func(s *Scenario) { s.Retry.Kind, s.Retry.Enlist, s.Retry.Mix = "", true, mixOf(0.5, 0.5) },
			"retry.enlist: has no effect with the policies of retry.mix"},
		{func(s *Scenario) {
			s.Retry.Kind, s.Retry.Mix = "", changed(func(p *retry.Policy) { p.Kind = retry.Ticket })
			s.Strategy = counter.AtomicAddName
		}, "retry.mix: 1: policy: the strategy atomic-add has no place in its items for the numbers of the policy ticket" + sharing},
		{func(s *Scenario) {
			s.Retry.Kind, s.Retry.Mix = "", changed(func(p *retry.Policy) { p.Kind = retry.Window })
			s.Load = openLoop()
		}, "retry.mix: 1: clients: must be given with the policy window in an open loop, where load.workers is not the number of clients"},
	} {
		s := Default()
		s.Name = "x"
		c.change(&s)
		if got := errorText(Validate(s)); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func openLoop() Load {
	l := Load{Workers: 8, Duration: time.Second, Rate: 5}
	l.Arrivals, l.Overload = pace.Poisson, OverloadQueue
	return l
}

func mixOf(shares ...float64) (mix []RetryShare) {
	for _, share := range shares {
		mix = append(mix, RetryShare{share, Default().Retry.Policy})
	}
	return mix
}

// changed is a mix of two parts, the second of which has another policy.
func changed(change func(*retry.Policy)) []RetryShare {
	mix := mixOf(0.5, 0.5)
	change(&mix[1].Policy)
	return mix
}

// malformedParts are texts with wrong policies or lists of parts. Each mistake is reported
// at its value.
var malformedParts = []struct{ text, want string }{
	{"retry: {budget: 3}", "s.yaml:2:17: retry.budget: must be a mapping of fields, not 3"},
	{"retry: {budget: {burst: 5}}", "s.yaml:2:25: retry.budget.burst: has no effect without a ratio above 0"},
	{"retry: {budget: {burst: 0, ratio: 1}}", "s.yaml:2:25: retry.budget.burst: must be at least 1, not 0"},
	{"retry: {budget: {ratio: -1}}", "s.yaml:2:25: retry.budget.ratio: must be at least 0, not -1"},
	{"retry: {poll: often}", `s.yaml:2:15: retry.poll: unknown name "often" (known: strong, eventual)`},
	{"retry: {policy: ticket, enlist: maybe}", `s.yaml:2:33: retry.enlist: must be true or false, not "maybe"`},
	{"retry: {policy: fixed, enlist: true}", "s.yaml:2:32: retry.enlist: has no effect with the policy fixed"},
	{"retry: {policy: ticket, refresh: at-conflict}", "s.yaml:2:34: retry.refresh: must be after-wait with the policy ticket, which decides itself when a worker reads"},
	{"retry: {mix: 5}", "s.yaml:2:14: retry.mix: must be a list such as [{ share: 0.9, policy: full-jitter }, { share: 0.1, policy: none }], not 5"},
	{"retry: {mix: [{share: 1, policy: none}]}", "s.yaml:2:14: retry.mix: must have 2 to 16 parts, not 1"},
	{"retry: {mix: [none, fixed]}", "s.yaml:2:15: retry.mix: 0: must be a mapping of share, policy and so on, not \"none\"\n" +
		"s.yaml:2:21: retry.mix: 1: must be a mapping of share, policy and so on, not \"fixed\""},
	{"retry: {mix: [{share: 0.5, policy: none}, {share: 0.4, policy: none}]}", "s.yaml:2:14: retry.mix: the shares must add up to 1, not 0.9"},
	{"retry: {policy: fixed, mix: [{share: 0.5, policy: none}, {share: 0.5, policy: none}]}",
		"s.yaml:2:17: retry.policy: has no effect beside retry.mix, whose parts have policies of their own"},
	{"retry: {mix: [{share: 0.5}, {policy: fixd, share: 50%, refresh: after-wait}]}", "s.yaml:2:15: retry.mix: 0: policy: is missing\n" +
		"s.yaml:2:38: retry.mix: 1: policy: unknown name \"fixd\": did you mean \"fixed\"?\n" +
		"s.yaml:2:51: retry.mix: 1: share: must be a number from 0 to 1, not \"50%\"\n" +
		"s.yaml:2:56: retry.mix: 1: unknown field \"refresh\" (known: share, policy, base, cap, factor, max_attempts, deadline, on, clients, enlist, chain, poll, budget)"},
	{"retry: {mix: [{share: 0.5, policy: fixed, chain: 3}, {share: 0.5, policy: fixed, base: 5s, budget: {burst: 3}}]}",
		"s.yaml:2:50: retry.mix: 0: chain: has no effect with the policy fixed\n" +
			"s.yaml:2:100: retry.mix: 1: budget: ratio: is missing\n" +
			"s.yaml:2:108: retry.mix: 1: budget: burst: has no effect without a ratio above 0"},
	{"retry: {mix: [{share: 0.5, policy: fixed, base: 5s}, {share: 0.5, policy: none, budget: {ratio: 1, burst: 0}}]}",
		"s.yaml:2:49: retry.mix: 0: base (5s) must be at most cap (1s)\n" +
			"s.yaml:2:107: retry.mix: 1: budget: burst: must be at least 1, not 0"},
	{"retry: {mix: [{share: 0.5, policy: fixed, budget: 4}, {share: 0.5, policy: none}]}",
		"s.yaml:2:51: retry.mix: 0: budget: must be a mapping of ratio and burst, not 4"},
	{"retry: {base: 0s, mix: [{share: 0.5, policy: fixed}, {share: 0.5, policy: none}]}", `s.yaml:2:25: retry.mix: 0: base must be above 0s for the policy "fixed"`},
	{"embedded: {latency: [{share: 0.5, mean: 5ms}]}", "s.yaml:2:21: embedded.latency: must have 2 to 16 parts, not 1"},
	{"embedded: {latency: []}", "s.yaml:2:21: embedded.latency: must have 2 to 16 parts, not 0"},
	{"embedded: {latency: 5ms}", `s.yaml:2:21: embedded.latency: must be a mapping of fields, not "5ms"`},
	{"embedded: {latency: [5ms, {share: 0.5}]}", "s.yaml:2:22: embedded.latency: 0: must be a mapping of share, mean and sd, not \"5ms\"\n" +
		"s.yaml:2:27: embedded.latency: 1: mean: is missing"},
	{"embedded: {latency: [{share: 0.5, mean: 5, sd: 2m}, {share: 0.6, mean: 5ms, median: 3ms}]}",
		"s.yaml:2:41: embedded.latency: 0: mean: 5 has no unit: write 5s or 5ms\n" +
			"s.yaml:2:48: embedded.latency: 0: sd: must be at most 1m, not 2m\n" +
			"s.yaml:2:77: embedded.latency: 1: unknown field \"median\": did you mean \"mean\"?"},
	{"embedded: {latency: [{share: 0.5, mean: 5ms}, {share: 0.6, mean: 5ms}]}", "s.yaml:2:21: embedded.latency: the shares must add up to 1, not 1.1"},
	{"embedded: {latency: [{share: 0, mean: 5ms}, {share: 1, mean: 5ms}]}", "s.yaml:2:30: embedded.latency: 0: share: must be above 0, not 0"},
}

func TestMalformedParts(t *testing.T) {
	for _, c := range malformedParts {
		_, err := Decode("s.yaml", []byte("name: x\n"+c.text))
		if got := errorText(err); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.text, got, c.want)
		}
	}
}

func TestMixByPath(t *testing.T) {
	const text = "name: x\nretry: {mix: [{share: 0.5, policy: fixed}, {share: 0.5, policy: none}]}"
	s := decode(t, text, set("retry.mix.0.base=7ms", "retry.cap=2s", "retry.mix.1={share: 0.5, policy: linear}")...)
	first, second := s.Retry.Mix[0].Policy, s.Retry.Mix[1].Policy
	if first.Base != 7*time.Millisecond || first.Cap != 2*time.Second || second.Kind != retry.Linear {
		t.Errorf("got %+v", s.Retry.Mix)
	}
	s = decode(t, text, set("retry.policy=fixed")...)
	if s.Retry.Kind != retry.Fixed || s.Retry.Mix != nil {
		t.Errorf("a policy beside a mix of the file: got %+v", s.Retry)
	}
	s = decode(t, "name: x\nretry: {policy: fixed}\n", set("retry.mix=[{share: 0.5, policy: fixed}, {share: 0.5, policy: none}]")...)
	if s.Retry.Kind != "" || len(s.Retry.Mix) != 2 {
		t.Errorf("a mix beside a policy of the file: got %+v", s.Retry)
	}
	_, err := Decode("s.yaml", []byte(text), set("retry.policy=fixed", "retry.mix=[{share: 0.5, policy: fixed}, {share: 0.5, policy: none}]")...)
	if got, want := errorText(err), "--set retry.policy=fixed: retry.policy: has no effect beside retry.mix, whose parts have policies of their own"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	s = decode(t, text, set("retry.mix=[]", "retry.policy=fixed")...)
	if s.Retry.Kind != retry.Fixed || s.Retry.Mix != nil {
		t.Errorf("got %+v", s.Retry)
	}
}
