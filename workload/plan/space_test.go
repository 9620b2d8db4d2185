package plan

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"contend/workload/scenario"
)

const drawnText = `name: x
faults: [{kind: lost-reply, probability: 0.5}]
explore: { load.workers: [2, 3, 8], faults.0.probability: [0.01, 0.2], embedded.latency.sd: [0ms, 5ms] }
`

func spaceOf(t *testing.T, text string, flags ...string) (*Plan, *Space) {
	t.Helper()
	p, err := DecodeSpace("s.yaml", []byte(text), overridesOf(t, flags)...)
	if err != nil {
		t.Fatal(err)
	}
	return p, p.Space()
}

func drawFrom(t *testing.T, s *Space, seed uint64) Variant {
	t.Helper()
	v, err := s.Draw(seed)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestEachSeedDrawsOneValueOfEachList(t *testing.T) {
	p, space := spaceOf(t, drawnText)
	if s := p.Variants[0].Scenario; len(p.Variants) != 1 || s.Load.Workers != 32 || s.Faults[0].Probability != 0.5 {
		t.Errorf("the lists change the plan: %+v", p.Variants)
	}
	again, err := Decode("again.yaml", p.Text)
	if err != nil || !reflect.DeepEqual(again, p) {
		t.Fatalf("written, it is another plan (%v):\n%s", err, p.Text)
	}
	other := again.Space()
	found := map[string]int{}
	for seed := range uint64(1200) {
		v := drawFrom(t, space, seed)
		if twin := drawFrom(t, other, seed); !reflect.DeepEqual(v, twin) {
			t.Fatalf("seed %d has two scenarios: %+v, %+v", seed, v, twin)
		}
		s := v.Scenario
		if err := scenario.Validate(s); err != nil || s.Seed != seed {
			t.Fatalf("seed %d: %v in %+v", seed, err, s)
		}
		if got := v.Values[0].Value; got != map[int]string{2: "2", 3: "3", 8: "8"}[s.Load.Workers] {
			t.Fatalf("seed %d: named %q, has %d workers", seed, v.Name, s.Load.Workers)
		}
		found[v.Name]++
	}
	if len(found) != 12 {
		t.Errorf("got %d combinations, want 12", len(found))
	}
	for name, n := range found {
		if n < 60 || n > 150 { // 100 expected, standard deviation 10
			t.Errorf("%s was drawn %d times of 1200", name, n)
		}
	}
}

func TestFlagsAndLists(t *testing.T) {
	for _, c := range []struct {
		what, text string
		flags      []string
		want       []List
		check      func(scenario.Scenario) bool
	}{
		{"a flag's value is not drawn", drawnText, []string{"load.workers=5"},
			[]List{{"faults.0.probability", []string{"0.01", "0.2"}}, {"embedded.latency.sd", []string{"0ms", "5ms"}}},
			func(s scenario.Scenario) bool { return s.Load.Workers == 5 }},
		{"a flag with a list is drawn from", "name: x\n", []string{"load.workers=[4, 6]"},
			[]List{{"load.workers", []string{"4", "6"}}},
			func(s scenario.Scenario) bool { return s.Load.Workers == 4 || s.Load.Workers == 6 }},
		{"it replaces the text's", drawnText, []string{"load.workers=[4, 6]", "explore={load.workers: [1, 2]}"},
			[]List{{"load.workers", []string{"4", "6"}}},
			func(s scenario.Scenario) bool { return s.Load.Workers == 4 || s.Load.Workers == 6 }},
		{"a drawn limit by a flag replaces the text's", "name: x\nload: {duration: 3s}\n", []string{"load.operations=[7, 8]"},
			[]List{{"load.operations", []string{"7", "8"}}},
			func(s scenario.Scenario) bool { return s.Load.Duration == 0 && s.Load.Operations >= 7 }},
		{"lists of whole lists", "name: x\nexplore: {faults: [[], [{kind: reset, count: 1}]]}\n", nil,
			[]List{{"faults", []string{"[]", "[{kind: reset, count: 1}]"}}},
			func(s scenario.Scenario) bool { return len(s.Faults) <= 1 }},
		{"a matrix that flags reduce to one variant", "name: x\nload: {duration: 3s}\nmatrix: {strategy: [conditional, sharded], retry.base: [2ms]}\nexplore: {load.workers: [1, 2]}\n", []string{"strategy=sharded"},
			[]List{{"load.workers", []string{"1", "2"}}},
			func(s scenario.Scenario) bool {
				return s.Strategy == "sharded" && s.Retry.Base == 2*time.Millisecond && s.Load.Duration == 3*time.Second
			}},
	} {
		t.Run(c.what, func(t *testing.T) {
			p, space := spaceOf(t, c.text, c.flags...)
			if !reflect.DeepEqual(p.Drawn, c.want) {
				t.Errorf("got lists %v, want %v", p.Drawn, c.want)
			}
			for seed := range uint64(20) {
				if v := drawFrom(t, space, seed); !c.check(v.Scenario) {
					t.Errorf("seed %d: %+v", seed, v.Scenario)
				}
			}
			again, err := Decode("s.yaml", p.Text)
			if err != nil || !reflect.DeepEqual(again, p) {
				t.Errorf("written, it is another plan (%v):\n%s", err, p.Text)
			}
		})
	}
}

func TestProblemsOfLists(t *testing.T) {
	many := "[" + strings.TrimSuffix(strings.Repeat("1, ", 51), ", ") + "]"
	for _, c := range []struct {
		text string
		want []string
	}{
		{"explore: 5", []string{"2:10: explore: must be a mapping of fields to lists of values, not 5"}},
		{"explore: {strategy: conditional}", []string{`2:21: explore: strategy: must be a list of values, not "conditional"`}},
		{"explore: {strategy: []}", []string{"2:21: explore: strategy: has no values"}},
		{"explore: {name: [a], seed: [1], explore: [c]}", []string{
			"2:11: explore: name is the same for all seeds", "2:22: explore: seed: every run has a seed of its own",
			"2:33: explore: explore is the same for all seeds"}},
		{"explore: {strategy: [condtional, atomic-add], load.workers: [1, 0], load.wokers: [1]}", []string{
			`2:22: strategy: unknown name "condtional": did you mean "conditional"?`,
			"2:65: load.workers: must be at least 1, not 0",
			`2:83: unknown field "load.wokers": did you mean "load.workers"?`}},
		{"explore: {faults.0.probability: [0.1]}", []string{"2:34: faults: the file does not list it: give the whole list"}},
		{"retry: {cap: 1s}\nexplore: {retry.base: [1ms, 2s], load.workers: [1, 2]}", []string{"3:29: retry: base (2s) must be at most cap (1s)"}},
		{"explore: {retry.base: [1ms, 20ms], load.workers: [1], retry.cap: [1s, 10ms]}", []string{"2:29: retry: base (20ms) must be at most cap (10ms)"}},
		{"explore: {load.workers: " + many + ", load.operations: " + many + "}", []string{"2:10: explore: must have at most 100 values in all lists, not 102"}},
		{"matrix: {strategy: [conditional, sharded]}\nexplore: {load.workers: [1, 2]}", []string{
			"3:10: explore: cannot be combined with a matrix, which has 2 variants: set its fields by --set"}},
		{"load: {workers: 0}\nexplore: {retry.base: [1ms, x]}", []string{
			"2:17: load.workers: must be at least 1, not 0", `3:29: retry.base: must be a duration such as 250ms, 10s or 1m30s, not "x"`}},
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

// Decode checks only pairs of values. Draw must refuse three values that cannot be combined.
func TestDrawRefusesWhatDoesNotGoTogether(t *testing.T) {
	_, space := spaceOf(t, "name: x\nexplore: { operations.increment: [1, 0], operations.decrement: [1, 0], operations.read: [1, 0] }\n")
	refused := 0
	for seed := range uint64(50) {
		v, err := space.Draw(seed)
		if err == nil && scenario.Validate(v.Scenario) != nil {
			t.Errorf("seed %d: %+v is not valid", seed, v.Scenario)
		}
		if err != nil {
			refused++
			if want := fmt.Sprintf("seed %d draws operations.increment=0 operations.decrement=0 operations.read=0: operations: all weights are 0", seed); !strings.HasPrefix(err.Error(), want) {
				t.Errorf("got %q, want %q", err, want)
			}
		}
	}
	if refused == 0 {
		t.Error("nothing was refused")
	}
}
