package scenarios_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"contend/counter"
	"contend/scenarios"
	"contend/workload/plan"
	"contend/workload/retry"
	"contend/workload/scenario"
)

func TestShippedScenarios(t *testing.T) {
	want := []string{"atomic-add", "designs", "exactly-once", "frontier", "hot-key", "inventory", "lossy", "many-keys",
		"mixed-fleet", "near-and-far", "one-shot", "open-loop", "own-counter", "own-table", "read-mostly", "refresh-modes", "retry-policies", "sharded-limit", "step-load", "storm", "throttled", "transfers", "write-limit"}
	if got := scenarios.Names(); !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for _, name := range scenarios.Names() {
		t.Run(name, func(t *testing.T) {
			text, err := scenarios.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			plan, err := plan.Decode(name+".yaml", text)
			if err != nil {
				t.Fatal(err)
			}
			s := plan.Variants[0].Scenario
			if s.Name != name {
				t.Errorf("name: got %q, want the file's, %q", s.Name, name)
			}
			if s.Description == "" {
				t.Error("no description")
			}
			checkLoad(t, plan)
			checkComment(t, name, string(text))
		})
	}
}

// checkLoad: a single run is short, and needs no AWS account. A comparison is in simulated
// time, so that every machine gives the same figures. Its runs are long enough for a steady
// state, and for percentiles that the length of the run does not decide.
func checkLoad(t *testing.T, p *plan.Plan) {
	t.Helper()
	if p.Single() {
		if s := p.Variants[0].Scenario; s.Target != scenario.TargetEmbedded || s.Load.Duration > 15*time.Second || s.Load.Duration == 0 {
			t.Errorf("got the target %q and %+v, want a load of the embedded server that is soon over", s.Target, s.Load)
		}
		return
	}
	if p.Repeat != 6 && p.Variants[0].Scenario.Name != "frontier" { // which has 136 variants
		t.Errorf("repeat: got %d, want 6, the fewest that give an interval", p.Repeat)
	}
	for _, v := range p.Variants {
		s := v.Scenario
		sendsMuch := s.Name == "frontier" && slices.Contains([]retry.Kind{retry.Fixed, retry.Immediate, retry.None}, s.Retry.Kind)
		if s.Load.Operations == int64(s.Load.Workers) || sendsMuch {
			continue // the first has one operation a worker, and so no steady state; the second is steady within seconds
		}
		lasts := s.Load.Duration
		if lasts == 0 && s.Load.Rate == 0 {
			lasts = time.Duration(s.Load.Operations) * 20 * time.Millisecond // a success of a hot key takes longer
		} else if lasts == 0 {
			lasts = time.Duration(float64(s.Load.Operations) / float64(s.Load.Rate) * float64(time.Second))
		}
		if s.Target != scenario.TargetSimulated || s.Load.Warmup < 5*time.Second || lasts-s.Load.Warmup < time.Minute {
			t.Errorf("%s: got the target %q and %+v, want a minute of simulated time after a warm-up", v.Name, s.Target, s.Load)
		}
	}
}

// TestComparisonsAreComplete: a scenario that compares all designs, or all policies, has
// every one of them.
func TestComparisonsAreComplete(t *testing.T) {
	for _, name := range []string{"designs", "exactly-once", "retry-policies"} {
		text, err := scenarios.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := plan.Decode(name+".yaml", text)
		if err != nil {
			t.Fatal(err)
		}
		var compared []string
		for _, v := range plan.Variants {
			compared = append(compared, v.Scenario.Strategy, string(v.Scenario.Retry.Kind))
		}
		want := counter.StrategyNames()
		if name == "retry-policies" {
			want = nil // only the published policies, whose clients know nothing of each other
			for _, kind := range retry.Kinds() {
				if !kind.Paces() && kind != retry.Polynomial {
					want = append(want, string(kind))
				}
			}
		}
		for _, word := range want {
			if !slices.Contains(compared, word) {
				t.Errorf("%s does not compare %s", name, word)
			}
		}
	}
}

// checkComment decodes the commands after "Try next" in the comment of a scenario.
func checkComment(t *testing.T, name, text string) {
	t.Helper()
	if !strings.HasPrefix(text, "# yaml-language-server: $schema=contend.schema.json\n# What it shows: ") {
		t.Error("the file does not begin with its schema, for editors, and what it shows")
	}
	_, next, _ := strings.Cut(text, "# Try next:")
	tried := 0
	for line := range strings.Lines(next) {
		_, command, ok := strings.Cut(line, "contend run ")
		if !ok {
			continue
		}
		tried++
		run, overrides := arguments(t, command)
		text, err := scenarios.Open(run)
		if err != nil {
			t.Errorf("in %q: %v", command, err)
			continue
		}
		if _, err := plan.Decode(run, text, overrides...); err != nil {
			t.Errorf("in %q: %v", command, err)
		}
	}
	if tried == 0 {
		t.Errorf("%s: nothing to try next", name)
	}
}

// arguments splits a command as a shell does, as far as the comments need it.
func arguments(t *testing.T, command string) (run string, overrides []scenario.Override) {
	t.Helper()
	command, _, _ = strings.Cut(strings.TrimSpace(command), "  ")
	if explanation := strings.Index(command, " ("); explanation >= 0 {
		command = command[:explanation]
	}
	run, rest, _ := strings.Cut(command, " ")
	for rest != "" {
		var flag, value string
		flag, rest, _ = strings.Cut(rest, " ")
		if strings.HasPrefix(rest, "'") {
			value, rest, _ = strings.Cut(rest[1:], "'")
			rest = strings.TrimPrefix(rest, " ")
		} else {
			value, rest, _ = strings.Cut(rest, " ")
		}
		switch flag {
		case "--set":
			o, err := scenario.ParseSet(value)
			if err != nil {
				t.Fatal(err)
			}
			overrides = append(overrides, o)
		case "--workers":
			overrides = append(overrides, scenario.Override{Source: flag, Path: "load.workers", Value: value})
		default:
			t.Fatalf("%q: no flag of contend run that this test knows", flag)
		}
	}
	return run, overrides
}

func TestOpenUnknown(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"hotkey", `no such scenario: "hotkey": did you mean "hot-key"?`},
		{"sturm", `no such scenario: "sturm": did you mean "storm"?`},
		{"warehouse", `no such scenario: "warehouse"`},
		{"", `no such scenario: ""`},
		{"../scenarios/storm", `no such scenario: "../scenarios/storm"`},
		{"storm.yaml", `no such scenario: "storm.yaml"`},
	} {
		text, err := scenarios.Open(c.name)
		if !errors.Is(err, scenarios.ErrNotFound) || err.Error() != c.want || text != nil {
			t.Errorf("Open(%q): got %q, %v, want %s", c.name, text, err, c.want)
		}
	}
}
