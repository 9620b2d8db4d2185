package plan

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"contend/workload/scenario"
)

const knownFields = "known: name, description, seed, target, table, counters, strategy, exec, parameters, retry, sdk_retry, load, operations, reads, view, embedded, simulated, request_timeout, faults, price, thresholds"

func TestPlanVariants(t *testing.T) {
	for _, c := range []struct {
		text  string
		flags []string
		want  []string
	}{
		{"", nil, []string{""}},
		{"matrix: {load.rate: [100/s, 90/m]}", nil, []string{"load.rate=100/s", "load.rate=90/m"}},
		{"matrix: {strategy: [conditional, atomic-add], load.workers: [1, 8]}", nil, []string{
			"strategy=conditional load.workers=1", "strategy=conditional load.workers=8",
			"strategy=atomic-add load.workers=1", "strategy=atomic-add load.workers=8"}},
		{"matrix: [{strategy: [conditional]}, {strategy: [atomic-add], retry.on: [[conflict, unknown], []]}]", nil, []string{
			"strategy=conditional", "strategy=atomic-add retry.on=[conflict, unknown]", "strategy=atomic-add retry.on=[]"}},
		{"matrix: {load: [{workers: 2, operations: 5}, {workers: 3, duration: 1s}]}", nil, []string{
			"load={workers: 2, operations: 5}", "load={workers: 3, duration: 1s}"}},
		{"", []string{"matrix={seed: [1, 2]}"}, []string{"seed=1", "seed=2"}},
		{"matrix: {seed: [3]}", []string{"matrix={seed: [1, 2]}"}, []string{"seed=1", "seed=2"}},
		// A list for a field that takes one value varies it.
		{"", []string{"load.workers=[1, 8]", "strategy=conditional"}, []string{"load.workers=1", "load.workers=8"}},
		{"", []string{"retry.on=[conflict]", "seed=[1]"}, []string{"seed=1"}},
		{"", []string{"retry.on=[[conflict], []]"}, []string{"retry.on=[conflict]", "retry.on=[]"}},
		{"", []string{"embedded.latency=[{mean: 1ms}, {mean: 2ms}]"}, []string{"embedded.latency={mean: 1ms}", "embedded.latency={mean: 2ms}"}},
		{"matrix: {strategy: [conditional, atomic-add], seed: [1]}", []string{"strategy=[sharded]", "load.workers=[1, 2]"}, []string{
			"strategy=sharded seed=1 load.workers=1", "strategy=sharded seed=1 load.workers=2"}},
		// If several flags set one field, the last one counts.
		{"", []string{"load.workers=3", "load.workers=[1, 8]"}, []string{"load.workers=1", "load.workers=8"}},
		{"", []string{"load.workers=[1, 8]", "load.workers=3"}, []string{""}},
		{"", []string{"load.workers=[1, 8]", "load={workers: 2, duration: 1s}"}, []string{""}},
		{"", []string{"load={workers: 2, duration: 1s}", "load.workers=[1, 8]"}, []string{"load.workers=1", "load.workers=8"}},
		{"matrix: {load.workers: [1, 8], seed: [1, 2]}", []string{"load=[{workers: 2, duration: 1s}, {workers: 3, duration: 1s}]", "seed=3"}, []string{
			"load={workers: 2, duration: 1s}", "load={workers: 3, duration: 1s}"}},
		{"matrix: {load: [{workers: 2, duration: 1s}, {workers: 2, duration: 2s}]}", []string{"load.workers=[1, 3]"}, []string{
			"load={workers: 1, duration: 1s} load.workers=1", "load={workers: 3, duration: 1s} load.workers=3",
			"load={workers: 1, duration: 2s} load.workers=1", "load={workers: 3, duration: 2s} load.workers=3"}},
		// A list of latencies for shares of the workers is one value, not an axis.
		{"", []string{"embedded.latency=[{share: 0.5, mean: 1ms}, {share: 0.5, mean: 2ms}]"}, []string{""}},
		{"matrix: {embedded.latency: [{mean: 1ms}, [{share: 0.5, mean: 1ms}, {share: 0.5, mean: 2ms}]]}", nil, []string{
			"embedded.latency={mean: 1ms}", "embedded.latency=[{share: 0.5, mean: 1ms}, {share: 0.5, mean: 2ms}]"}},
		{"embedded: {latency: [{share: 0.5, mean: 1ms}, {share: 0.5, mean: 2ms}]}\nmatrix: {embedded.latency.1.mean: [3ms, 5ms]}", nil, []string{
			"embedded.latency.1.mean=3ms", "embedded.latency.1.mean=5ms"}},
		// A mix and a policy replace each other.
		{"retry: {policy: fixed}", []string{"retry.mix=[[{share: 0.5, policy: fixed}, {share: 0.5, policy: none}], []]"}, []string{
			"retry.mix=[{share: 0.5, policy: fixed}, {share: 0.5, policy: none}]", "retry.mix=[]"}},
		{"matrix: {retry.policy: [fixed, none]}", []string{"retry.mix=[{share: 0.5, policy: fixed}, {share: 0.5, policy: none}]"}, []string{""}},
		{"retry: {mix: [{share: 0.5, policy: fixed}, {share: 0.5, policy: none}]}\nmatrix: {retry.mix.0.policy: [linear, fixed], retry.mix.1.share: [0.5]}", nil, []string{
			"retry.mix.0.policy=linear retry.mix.1.share=0.5", "retry.mix.0.policy=fixed retry.mix.1.share=0.5"}},
		// A limit from a flag replaces the matrix's limit.
		{"matrix: {load.duration: [1s, 2s], seed: [1, 2]}", []string{"load.operations=10"}, []string{"seed=1", "seed=2"}},
		{"matrix: {load.duration: [1s, 2s]}", []string{"load.operations=[10, 20]"}, []string{"load.operations=10", "load.operations=20"}},
		// A flag wins, and variants that it makes equal are run once.
		{"matrix: {strategy: [conditional, atomic-add], load.workers: [1, 8]}", []string{"load.workers=3"}, []string{
			"strategy=conditional", "strategy=atomic-add"}},
		{"matrix: {strategy: [conditional, atomic-add]}", []string{"strategy=conditional"}, []string{""}},
		{"matrix: [{strategy: [conditional]}, {strategy: [conditional], load.workers: [1, 2]}]", []string{"load={workers: 2, duration: 1s}"}, []string{"strategy=conditional"}},
	} {
		plan, err := Decode("s.yaml", []byte("name: x\n"+c.text+"\n"), overridesOf(t, c.flags)...)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		var names []string
		for _, v := range plan.Variants {
			names = append(names, v.Name)
			if v.Name != nameOf(v.Values) {
				t.Errorf("%s: %q has the values %q", c.text, v.Name, v.Values)
			}
		}
		if !slices.Equal(names, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", c.text, names, c.want)
		}
	}
}

func overridesOf(t *testing.T, assignments []string) []scenario.Override {
	t.Helper()
	var overrides []scenario.Override
	for _, a := range assignments {
		o, err := scenario.ParseSet(a)
		if err != nil {
			t.Fatal(err)
		}
		overrides = append(overrides, o)
	}
	return overrides
}

func TestVariantsDifferInWhatTheirNamesSay(t *testing.T) {
	plan, err := Decode("s.yaml", []byte("name: x\nload: {workers: 5}\nmatrix: {load.workers: [1, 8], retry.base: [2ms, 3ms]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		workers int
		base    string
	}{{1, "2ms"}, {1, "3ms"}, {8, "2ms"}, {8, "3ms"}} {
		s := plan.Variants[i].Scenario
		if s.Load.Workers != want.workers || s.Retry.Base.String() != want.base || s.Name != "x" {
			t.Errorf("variant %d: %d workers, base %s; want %+v", i, s.Load.Workers, s.Retry.Base, want)
		}
	}
}

func TestPlanReportsEverything(t *testing.T) {
	many := "[" + strings.TrimSuffix(strings.Repeat("1, ", 40), ", ") + "]"
	for _, c := range []struct {
		text string
		want []string
	}{
		{"matrix: 5", []string{"2:9: matrix: must be a mapping of fields to lists of values, or a list of such mappings, not 5"}},
		{"matrix: {}\nload: {workers: 0}", []string{"3:17: load.workers: must be at least 1, not 0"}},
		{"matrix: {strategy: conditional}", []string{`2:20: matrix: strategy: must be a list of values, not "conditional"`}},
		{"matrix: {strategy: []}", []string{"2:20: matrix: strategy: has no values"}},
		{"matrix: {name: [a], table: [b], matrix: [c]}", []string{
			"2:10: matrix: name is the same for all variants", "2:21: matrix: table is the same for all variants",
			"2:33: matrix: matrix is the same for all variants"}},
		{"matrix: {strategy: [condtional, atomic-add], load.workers: [1, 0], nothing: [1]}", []string{
			`2:21: strategy: unknown name "condtional": did you mean "conditional"?`,
			"2:64: load.workers: must be at least 1, not 0",
			`2:78: unknown field "nothing" (` + knownFields + ")"}},
		{"repeat: 0", []string{"2:9: repeat: must be at least 1, not 0"}},
		{"repeat: [1]\nload: {workers: 0}", []string{"2:9: repeat: must be a whole number, not a list", "3:17: load.workers: must be at least 1, not 0"}},
		{"matrix: {repeat: [1, 2]}", []string{"2:10: matrix: repeat is the same for all variants"}},
		{"matrix: {seed: [1, 2, 1]}", []string{"2:9: matrix: the variant seed=1 is listed twice"}},
		{"matrix: {seed: " + many + ", load.workers: " + many + "}", []string{"2:9: matrix: must have at most 1000 variants, not 1001"}},
	} {
		_, err := Decode("s.yaml", []byte("name: x\n"+c.text+"\n"))
		var problems *scenario.Error
		if !errors.As(err, &problems) {
			t.Errorf("%s: got %v", c.text, err)
			continue
		}
		var got []string
		for _, p := range problems.Problems {
			got = append(got, strings.TrimPrefix(p.String(), "s.yaml:"))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", c.text, got, c.want)
		}
	}
}

// If a variant's name has another value than its run, the runs are right and the table
// of them is wrong.
func TestVariantsOfAWholeAndItsPartSayWhatIsRun(t *testing.T) {
	const load = "[{workers: 2, duration: 1s}, {workers: 3, duration: 1s}]"
	for _, c := range []struct {
		text  string
		flags []string
		want  []string // names
	}{
		{"matrix: {load: " + load + ", load.duration: [2s, 3s]}", nil, []string{
			"load={workers: 2, duration: 2s} load.duration=2s", "load={workers: 2, duration: 3s} load.duration=3s",
			"load={workers: 3, duration: 2s} load.duration=2s", "load={workers: 3, duration: 3s} load.duration=3s"}},
		{"matrix: {load.duration: [2s, 3s], load: " + load + "}", nil, []string{
			"load.duration=2s load={workers: 2, duration: 2s}", "load.duration=2s load={workers: 3, duration: 2s}",
			"load.duration=3s load={workers: 2, duration: 3s}", "load.duration=3s load={workers: 3, duration: 3s}"}},
		{"matrix: {load: " + load + "}", []string{"load.duration=2s"}, []string{"load={workers: 2, duration: 2s}", "load={workers: 3, duration: 2s}"}},
		{"", []string{"load=" + load, "load.duration=2s"}, []string{"load={workers: 2, duration: 2s}", "load={workers: 3, duration: 2s}"}},
		{"matrix: {load: " + load + "}", []string{"load.operations=9"}, []string{"load={workers: 2, operations: 9}", "load={workers: 3, operations: 9}"}},
		{"matrix: {load: " + load + "}", []string{"load.duration=[2s, 3s]"}, []string{
			"load={workers: 2, duration: 2s} load.duration=2s", "load={workers: 2, duration: 3s} load.duration=3s",
			"load={workers: 3, duration: 2s} load.duration=2s", "load={workers: 3, duration: 3s} load.duration=3s"}},
	} {
		plan, err := Decode("s.yaml", []byte("name: x\n"+c.text+"\n"), overridesOf(t, c.flags)...)
		if err != nil {
			t.Errorf("%s %s: %v", c.text, c.flags, err)
			continue
		}
		for i, v := range plan.Variants {
			if i >= len(c.want) || v.Name != c.want[i] {
				t.Errorf("%s %s: variant %d is %q, want %q", c.text, c.flags, i, v.Name, c.want)
			}
			for _, s := range v.Values {
				says, err := Decode("s.yaml", []byte("name: x\n"), overridesOf(t, []string{s.Path + "=" + s.Value})...)
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range scenario.Differences(v.Scenario, says.Variants[0].Scenario) {
					if scenario.IsWithin(d.Path, s.Path) {
						t.Errorf("%s %s: %s runs %s", c.text, c.flags, v.Name, d.A)
					}
				}
			}
		}
		again, err := Decode("s.yaml", plan.Text)
		if err != nil || !reflect.DeepEqual(again, plan) {
			t.Errorf("%s %s: written, it is another plan (%v):\n%s", c.text, c.flags, err, plan.Text)
		}
	}
}

func FuzzDecodePlan(f *testing.F) {
	f.Add([]byte("name: x\nmatrix: {strategy: [conditional, atomic-add], load.workers: [1, 8]}\n"))
	f.Add([]byte("name: x\nload: 5\n"))
	f.Add([]byte("- a list\n"))
	f.Add([]byte("name: x\nmatrix: [{seed: [1]}, {retry.on: [[conflict], []]}]\n"))
	f.Add([]byte("name: x\nmatrix: {retry.policy: [none, immediate], retry: [{base: 1ms}, {cap: 2s}]}\n"))
	f.Add([]byte("name: x\nrepeat: 3\ndescription: 'a, b: c # d'\nmatrix: {load.workers: [1, 2]}\nfaults: [{kind: reset, count: 1}]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		plan, err := Decode("s.yaml", text)
		if err != nil {
			return
		}
		for _, v := range plan.Variants {
			if err := scenario.Validate(v.Scenario); err != nil {
				t.Errorf("%s: %v", v.Name, err)
			}
		}
		again, err := Decode("again.yaml", plan.Text)
		if err != nil {
			t.Fatalf("%v in\n%s", err, plan.Text)
		}
		if !reflect.DeepEqual(plan, again) {
			t.Errorf("written, the plan is another one:\n%+v\n%+v\n%s", plan, again, plan.Text)
		}
	})
}

func TestListsOfFlagsAreWhatIsRun(t *testing.T) {
	for _, c := range []struct {
		text  string
		flags []string
		want  []scenario.Load // of the variants
	}{
		{"load: {operations: 50}", []string{"load.workers=3", "load.workers=[1, 8]"}, []scenario.Load{{Workers: 1, Operations: 50}, {Workers: 8, Operations: 50}}},
		{"load: {operations: 50}", []string{"load={workers: 2, operations: 7}", "load.workers=[1, 8]"}, []scenario.Load{{Workers: 1, Operations: 7}, {Workers: 8, Operations: 7}}},
		{"load: {workers: 2, operations: 50}", []string{"load.duration=[1s, 2s]"}, []scenario.Load{{Workers: 2, Duration: time.Second}, {Workers: 2, Duration: 2 * time.Second}}},
		{"load: {workers: 2, duration: 1s}", []string{"load.operations=[5, 6]"}, []scenario.Load{{Workers: 2, Operations: 5}, {Workers: 2, Operations: 6}}},
	} {
		plan, err := Decode("s.yaml", []byte("name: x\n"+c.text+"\n"), overridesOf(t, c.flags)...)
		if err != nil {
			t.Errorf("%s: %v", c.flags, err)
			continue
		}
		for i, v := range plan.Variants {
			got := scenario.Load{Workers: v.Scenario.Load.Workers, Duration: v.Scenario.Load.Duration, Operations: v.Scenario.Load.Operations}
			if !reflect.DeepEqual(got, c.want[i]) {
				t.Errorf("%s: %s runs %+v, want %+v", c.flags, v.Name, got, c.want[i])
			}
		}
		again, err := Decode("s.yaml", plan.Text)
		if err != nil || !reflect.DeepEqual(again, plan) {
			t.Errorf("%s: written, it is another plan (%v):\n%s", c.flags, err, plan.Text)
		}
	}
}

func TestListsOfFlagsForWhatCannotVary(t *testing.T) {
	for _, flag := range []string{"target=[embedded, aws]", "name=[a, b]", "description=[a, b]", "table=[a, b]"} {
		if plan, err := Decode("s.yaml", []byte("name: x\n"), overridesOf(t, []string{flag})...); err == nil || !strings.Contains(err.Error(), "not a list") {
			t.Errorf("%s: got %v, %v, want an error", flag, plan, err)
		}
	}
}
