package scenario

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/retry"
	"contend/workload/threshold"
)

// overridden is a scenario whose fields the tests override.
const overridden = `name: x
load: {workers: 4, duration: 5s}
retry: {on: [conflict, unknown], base: 1s}
embedded: {latency: {mean: 4ms, sd: 1ms}, misbehave: [{kind: go-back, one_in: 10}]}
`

func set(assignments ...string) []Override {
	var overrides []Override
	for _, a := range assignments {
		o, err := ParseSet(a)
		if err != nil {
			panic(err)
		}
		overrides = append(overrides, o)
	}
	return overrides
}

func flag(name, path, value string) []Override { return []Override{{name, path, value}} }

func TestOverrides(t *testing.T) {
	for _, c := range []struct {
		overrides []Override
		change    func(*Scenario)
	}{
		{nil, func(*Scenario) {}},
		{set("name=y"), func(s *Scenario) { s.Name = "y" }},
		{set("load.workers=8"), func(s *Scenario) { s.Load.Workers = 8 }},
		{flag("--workers", "load.workers", "8"), func(s *Scenario) { s.Load.Workers = 8 }},
		{set("load.workers=8", "load.workers=9"), func(s *Scenario) { s.Load.Workers = 9 }},
		{set("embedded.latency.mean=1ms"), func(s *Scenario) { s.Embedded.Latency.Mean = time.Millisecond }},
		{set("embedded.latency={mean: 1ms}"), func(s *Scenario) { s.Embedded.Latency = ModelledLatency{Mean: time.Millisecond} }},
		{set("operations={increment: 9, read: 1}"), func(s *Scenario) { s.Operations = Mix{history.Increment: 9, history.Read: 1} }},
		{set("operations.amount=uniform(1, 9)"), func(s *Scenario) { s.Amount = Amount{1, 9} }},
		{set("operations={increment: 1, amount: 5}"), func(s *Scenario) { s.Amount = Amount{5, 5} }},
		{set("operations.read=1"), func(s *Scenario) { s.Operations = Mix{history.Increment: 1, history.Read: 1} }},
		{set("operations.decrement=2", "operations.read=1"), func(s *Scenario) {
			s.Operations = Mix{history.Increment: 1, history.Decrement: 2, history.Read: 1}
		}},
		{set("operations.read=1", "operations.increment=0"), func(s *Scenario) { s.Operations = Mix{history.Read: 1} }},
		{set("operations.read=1", "operations={decrement: 1}"), func(s *Scenario) { s.Operations = Mix{history.Decrement: 1} }},
		{set("operations={decrement: 1}", "operations.read=1"), func(s *Scenario) { s.Operations = Mix{history.Decrement: 1, history.Read: 1} }},
		{set("operations.read=1", "operations.increment=3"), func(s *Scenario) { s.Operations = Mix{history.Increment: 3, history.Read: 1} }},
		{set("retry.on=[throttled]"), func(s *Scenario) { s.Retry.On = retry.Outcomes(counter.Throttled) }},
		{set("retry.on.1=failed"), func(s *Scenario) { s.Retry.On = retry.Outcomes(counter.Conflict, counter.Failed) }},
		{set("embedded.misbehave.0.one_in=20"), func(s *Scenario) { s.Embedded.Misbehave = []Misbehaviour{{"go-back", 20}} }},
		{set("embedded.misbehave.0={kind: stale-read, one_in: 3}"), func(s *Scenario) { s.Embedded.Misbehave = []Misbehaviour{{"stale-read", 3}} }},
		{set("embedded.misbehave=[]"), func(s *Scenario) { s.Embedded.Misbehave = nil }},
		{set("thresholds=[p99 < 1s]", "thresholds.0=failed == 0"), func(s *Scenario) {
			s.Thresholds = []threshold.Threshold{{Metric: "failed", Operator: threshold.Equal}}
		}},
		{set("description=a = b"), func(s *Scenario) { s.Description = "a = b" }},
		{set("target=http://127.0.0.1:8000"), func(s *Scenario) { s.Target = "http://127.0.0.1:8000" }},
		{set("retry.cap=2s", "retry.base=2s"), func(s *Scenario) { s.Retry.Cap, s.Retry.Base = 2*time.Second, 2*time.Second }},

		// When the run ends.
		{set("load.duration=1s"), func(s *Scenario) { s.Load.Duration = time.Second }},
		{flag("--operations", "load.operations", "9"), func(s *Scenario) { s.Load.Operations, s.Load.Duration = 9, 0 }},
		{set("load.operations=9", "load.duration=1s"), func(s *Scenario) { s.Load.Operations, s.Load.Duration = 9, time.Second }},
		{set("load.duration=1s", "load.operations=9"), func(s *Scenario) { s.Load.Operations, s.Load.Duration = 9, time.Second }},
		{set("load={duration: 1s}", "load.operations=9"), func(s *Scenario) {
			s.Load = Load{Workers: 32, Operations: 9, Duration: time.Second}
		}},
		{set("load={operations: 9}"), func(s *Scenario) { s.Load = Load{Workers: 32, Operations: 9} }},
	} {
		want := decode(t, overridden)
		c.change(&want)
		if got := decode(t, overridden, c.overrides...); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", c.overrides, got, want)
		}
	}
}

func TestOverridesReplaceTheOtherLimit(t *testing.T) {
	both := "name: x\nload: {duration: 5s, operations: 70}\n"
	for _, c := range []struct {
		overrides  []Override
		duration   time.Duration
		operations int64
	}{
		{nil, 5 * time.Second, 70},
		{set("load.duration=1s"), time.Second, 0},
		{set("load.operations=9"), 0, 9},
		{set("load.operations=9", "load.duration=1s"), time.Second, 9},
		{set("load.workers=2"), 5 * time.Second, 70},
		{set("load.rate=2/s"), 5 * time.Second, 70},
		{set("load.stages=[{rate: 1/s, duration: 3s}]"), 3 * time.Second, 0},
	} {
		got := decode(t, both, c.overrides...).Load
		if got.Duration != c.duration || got.Operations != c.operations {
			t.Errorf("%s: got %v, %d, want %v, %d", c.overrides, got.Duration, got.Operations, c.duration, c.operations)
		}
	}
}

func TestMalformedOverrides(t *testing.T) {
	for _, c := range []struct {
		overrides []Override
		want      string
	}{
		{set("load.workers=0"), "--set load.workers=0: load.workers: must be at least 1, not 0"},
		{flag("--workers", "load.workers", "0"), "--workers 0: load.workers: must be at least 1, not 0"},
		{flag("--duration", "load.duration", "10"), "--duration 10: load.duration: 10 has no unit: write 10s or 10ms"},
		{flag("--operations", "load.operations", "0"), "--operations 0: load: needs a duration or a number of operations above 0"},
		{flag("--target", "target", "embeded"), `--target embeded: target: unknown name "embeded": did you mean "embedded"?`},
		{set("load.wrkers=3"), `--set load.wrkers=3: unknown field "load.wrkers": did you mean "load.workers"?`},
		{set("lod.workers=3"), `--set lod.workers=3: unknown field "lod": did you mean "load"?`},
		{set("workers=3"), `--set workers=3: unknown field "workers": did you mean "load.workers"?`},
		{set("load.rate=3"), `--set load.rate=3: load.rate: 3 has no unit: write 3/s or 3/m`},
		{set("load.=3"), `--set load.=3: unknown field "load." (known: workers, duration, operations, think, warmup, rate, arrivals, overload, stages)`},
		{set("seed.x=3"), `--set seed.x=3: unknown field "seed.x": seed has no fields of its own`},
		{set("load.workers="), "--set load.workers=: load.workers: has no value"},
		{set("load=5"), "--set load=5: load: must be a mapping of fields, not 5"},
		{set("load=5", "load.workers=3"), "--set load=5: load: must be a mapping of fields, not 5"},
		{set("load={workers: 1, workers: 2}"), `--set load={workers: 1, workers: 2}: duplicate field "load.workers", first given at 1:2`},
		{set("operations={increment: 9, read"), "--set operations={increment: 9, read: not valid YAML: did not find expected ',' or '}'"},
		{set("operations={read: -1}"), "--set operations={read: -1}: operations.read: must be at least 0, not -1"},
		{set("operations.increment=0"), "--set operations.increment=0: operations: all weights are 0: give increment, decrement, read or transfer one above 0"},
		{set("retry.on.2=failed"), "--set retry.on.2=failed: retry.on: there is no element 2 among its 2, numbered from 0"},
		{set("retry.on.x=failed"), `--set retry.on.x=failed: unknown element "retry.on.x": elements of retry.on are numbered from 0`},
		{set("retry.on.0=faild"), `--set retry.on.0=faild: retry.on: unknown name "faild": did you mean "failed"?`},
		{set("retry.on.0.x=failed"), `--set retry.on.0.x=failed: unknown field "retry.on.0.x": element 0 has no fields of its own`},
		{set("embedded.misbehave.0.one-in=20"), `--set embedded.misbehave.0.one-in=20: embedded.misbehave: unknown field "one-in": did you mean "one_in"?`},
		{set("embedded.misbehave.0.one_in=0"), "--set embedded.misbehave.0.one_in=0: embedded.misbehave: one_in: must be at least 1, not 0"},
		{set("thresholds=[p9x < 1s]"), `--set thresholds=[p9x < 1s]: thresholds: "p9x < 1s": unknown metric "p9x": did you mean "p90"? ("contend metrics" lists all)`},
		{set("embedded.misbehave.1.one_in=5"), "--set embedded.misbehave.1.one_in=5: embedded.misbehave: there is no element 1 among its 1, numbered from 0"},
		{set("retry.cap=500ms"), "--set retry.cap=500ms: retry: base (1s) must be at most cap (500ms)"},
		{set("name=a: b"), "--set name=a: b: name: must be text, not a mapping"},
		{set("name=a\nb"), `--set name="a\nb": name: must be of the letters a to z, digits and hyphens, not "a b"`},
		{set("name=*a"), "--set name=*a: aliases (*a) are not supported: write the value out"},
		{set("seed=1\n---\n2"), `--set seed="1\n---\n2": a second document begins: a file holds one scenario`},
		{set("seed=x", "load.workers=0"), "--set seed=x: seed: must be a whole number, not \"x\"\n--set load.workers=0: load.workers: must be at least 1, not 0"},
	} {
		_, err := Decode("s.yaml", []byte(overridden), c.overrides...)
		if err == nil || err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
}

// A valid override does not hide a mistake in the file, unless it replaces the wrong
// value.
func TestOverridesOfAMalformedFile(t *testing.T) {
	for _, c := range []struct {
		text, assignment, want string
	}{
		{"name: x\nload: {workers: 0}", "load.workers=3", ""},
		{"load: {workers: 3}", "name=x", ""},
		{"name: x\nload: {workers: 0}", "load.think=3ms", "s.yaml:2:17: load.workers: must be at least 1, not 0"},
		{"name: x\nload: 5", "load.workers=3", "s.yaml:2:7: load: must be a mapping of fields, not 5"},
		{"name: x\nload:", "load.workers=3", "s.yaml:2:6: load: has no value"},
		{"name: x", "retry.on.0=failed", "--set retry.on.0=failed: retry.on: the file does not list it: give the whole list"},
		{"", "name=x", "s.yaml:1:1: the scenario is empty: it needs at least a name"},
		{"name: x\nload: {think: 1, workers: 2}", "load.workers=0", "s.yaml:2:15: load.think: 1 has no unit: write 1s or 1ms\n--set load.workers=0: load.workers: must be at least 1, not 0"},
	} {
		_, err := Decode("s.yaml", []byte(c.text), set(c.assignment)...)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%q, %s:\ngot  %s\nwant %s", c.text, c.assignment, got, c.want)
		}
	}
}

func TestParseSet(t *testing.T) {
	for _, c := range []struct {
		assignment string
		want       Override
		err        string
	}{
		{"load.workers=8", Override{"--set", "load.workers", "8"}, ""},
		{" load.workers =8", Override{"--set", "load.workers", "8"}, ""},
		{"description=a=b", Override{"--set", "description", "a=b"}, ""},
		{"seed=", Override{"--set", "seed", ""}, ""},
		{"seed", Override{}, "--set seed: must be path=value, as in --set load.workers=8"},
		{"=3", Override{}, "--set =3: must be path=value, as in --set load.workers=8"},
		{"", Override{}, "--set : must be path=value, as in --set load.workers=8"},
	} {
		got, err := ParseSet(c.assignment)
		if message := errorText(err); got != c.want || message != c.err {
			t.Errorf("%q: got %+v, %q, want %+v, %q", c.assignment, got, message, c.want, c.err)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// FuzzOverride: no override makes the decoder panic, and its problems are
// shown with it.
func FuzzOverride(f *testing.F) {
	f.Add("load.workers", "8")
	f.Add("operations", "{increment: 9, read: 1}")
	f.Add("retry.on.0", "[failed")
	f.Add("a.b..c", "*x")
	f.Add("embedded.latency", "\t\xff")
	f.Fuzz(func(t *testing.T, path, value string) {
		o := Override{"--set", path, value}
		s, err := Decode("s.yaml", []byte(overridden), o)
		if err == nil {
			checkRoundTrip(t, s)
			return
		}
		for line := range strings.SplitSeq(err.Error(), "\n") {
			if !strings.HasPrefix(line, o.String()+": ") && !strings.Contains(o.String(), "\n") {
				t.Errorf("%s: got %s", o, line)
			}
		}
	})
}
