package scenario

import (
	"strings"
	"testing"
)

// TestScenariosOfPrograms: a program needs a command, and decides itself what contend's own
// designs leave to the scenario.
func TestScenariosOfPrograms(t *testing.T) {
	const valid = "name: x\nstrategy: exec\nexec: { command: [./counter, \"\"], processes: 3 }\n"
	s, err := Decode("s.yaml", []byte(valid))
	if err != nil || s.Load.Workers != 3 || len(s.Exec.Command) != 2 || s.Exec.OnError != OnErrorStop {
		t.Fatalf("%+v, %v", s.Exec, err)
	}
	checkRoundTrip(t, s)
	for text, want := range map[string]string{
		"name: x\nstrategy: exec\n":                        "2:11: exec.command: is missing",
		valid + "target: simulated\n":                      "4:9: target: the strategy exec cannot run in simulated time",
		valid + "load: { workers: 4 }\n":                   "exec.processes: each process has one worker, but there are 4 workers for 3 processes",
		valid + "retry: { policy: none }\n":                "retry: has no meaning for the strategy exec",
		valid + "sdk_retry: standard\n":                    "4:12: sdk_retry: has no meaning",
		valid + "view: kept\n":                             "4:7: view: has no meaning",
		valid + "reads: eventual\n":                        "4:8: reads: has no meaning",
		valid + "counters: { count: 10001 }\n":             "counters.count: the strategy exec can have at most 10000 counters",
		valid + "counters: { floor: 0 }\n":                 "counters.floor: the strategy exec cannot refuse a decrement",
		"name: x\nexec: { command: counter }\n":            "exec.command: must be a list such as [python3, my_counter.py]",
		"name: x\nexec: { command: [[a]] }\n":              "exec.command: must be text",
		"name: x\nexec: { command: [\"\"] }\n":             "exec.command: must begin with a program",
		"name: x\nexec: { on_error: ignore }\n":            "exec.on_error: unknown name",
		"name: x\nstrategy: exec\nload: {workers: 1001}\n": "load.workers: the strategy exec can have at most 1000 workers",
		valid + "embedded: { latency: [{share: 0.5, mean: 1ms}, {share: 0.5, mean: 2ms}] }\n": "embedded.latency: a list has no meaning",
	} {
		if _, err := Decode("s.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngot  %v\nwant %s", text, err, want)
		}
	}
}
