package crew_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"contend/internal/localtest"
	"contend/internal/longtest"
	"contend/scenarios"
	"contend/workload/check"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// TestExamples: in each language, the naive program counts twice what its SDK sends again,
// which is proven, and the safe one does not. At short length each example is one process
// that counts a few times, because the languages need most of the time to start, and a test
// of workload/trialtest alone runs the programs in Go.
func TestExamples(t *testing.T) {
	some := longtest.Count(4, 40)
	for language, c := range map[string]struct {
		operations int
		// prepare returns the command of each example, and what they need from the environment.
		prepare func(t *testing.T) (command func(name string) string, variable string)
	}{
		"python": {some, func(t *testing.T) (func(string) string, string) {
			python := localtest.Boto3(t)
			return func(name string) string { return python + ", '{examples}/" + name + ".py'" }, ""
		}},
		"javascript": {some, func(t *testing.T) (func(string) string, string) {
			node, modules := localtest.JavaScriptSDK(t)
			return func(name string) string { return node + ", '{examples}/" + name + ".cjs'" }, "NODE_PATH=" + modules
		}},
		"shell": {longtest.Count(1, 2), func(t *testing.T) (func(string) string, string) { // starts the aws CLI for each request
			path := localtest.AWSCLI(t)
			return func(name string) string { return "sh, '{examples}/" + name + ".sh'" }, path
		}},
		"go": {some, func(t *testing.T) (func(string) string, string) {
			longtest.Only(t)
			return func(name string) string {
				program, err := localtest.Program("contend/scenarios/own-counter/" + name)
				if err != nil {
					t.Fatal(err)
				}
				return program
			}, ""
		}},
	} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			command, variable := c.prepare(t)
			for name, want := range map[string]check.Status{"naive": check.Fail, "safe": check.Pass} {
				t.Run(name, func(t *testing.T) { runExample(t, example{command(name), variable, c.operations, want}) })
			}
		})
	}
}

type example struct {
	command, variable string
	operations        int
	want              check.Status
}

func runExample(t *testing.T, e example) {
	text, err := scenarios.Open("own-counter")
	if err != nil {
		t.Fatal(err)
	}
	var overrides []scenario.Override
	for path, value := range map[string]string{
		"exec.command": "[" + e.command + "]", "load.workers": strconv.Itoa(longtest.Count(1, 2)), "load.operations": strconv.Itoa(e.operations), "load.duration": "1m", "operations": "{increment: 1}",
		"faults": "[{kind: server-error-after, count: 1, on: [UpdateItem, TransactWriteItems]}]", "exec.start_timeout": "1m", "exec.operation_timeout": "1m",
	} {
		overrides = append(overrides, scenario.Override{Source: "test", Path: path, Value: value})
	}
	s, err := scenario.Decode("own-counter", text, overrides...)
	if err != nil {
		t.Fatal(err)
	}
	o, err := trial.Run(t.Context(), s, trial.Options{
		History: filepath.Join(t.TempDir(), "history.jsonl.zst"), Environment: append(os.Environ(), e.variable), Examples: scenarios.Examples(),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range o.Verdict.Checks {
		t.Log(c.Status, c.Name, c.Reason, strings.Join(c.Evidence, "\n"))
		if (c.Name == "exactly-once" || c.Name == "once-per-call") && c.Status != e.want {
			t.Errorf("%s: got %s, want %s", c.Name, c.Status, e.want)
		}
	}
	if o.Verdict.Status != e.want || o.Result.Tally.Applied != int64(e.operations) {
		t.Errorf("got %s, want %s; %+v", o.Verdict.Status, e.want, o.Result.Tally)
	}
}
