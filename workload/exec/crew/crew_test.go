package crew_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"contend/internal/localtest"
	"contend/internal/longtest"
	"contend/workload/check"
	"contend/workload/measure"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// run runs a program of that way on the embedded server.
func run(t *testing.T, way, text string) (*trial.Outcome, error) {
	t.Helper()
	if !strings.Contains(text, "exec:") {
		text += "exec: { command: [" + os.Args[0] + "], on_error: go-on }\n"
	}
	s, err := scenario.Decode("s.yaml", []byte("name: x\nstrategy: exec\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return trial.Run(t.Context(), s, trial.Options{History: filepath.Join(t.TempDir(), "history.jsonl.zst"), Environment: environment(way)})
}

func judge(t *testing.T, way, text string) *trial.Outcome {
	t.Helper()
	o, err := run(t, way, text)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range o.Result.Warnings {
		t.Log(w)
	}
	for _, c := range o.Verdict.Checks {
		t.Log(c.Status, c.Name, c.Reason, strings.Join(c.Evidence, "\n"))
	}
	return o
}

func want(t *testing.T, o *trial.Outcome, name string, status check.Status, reason string) {
	t.Helper()
	for _, c := range o.Verdict.Checks {
		if c.Name == name && (c.Status != status || !strings.Contains(c.Reason+strings.Join(c.Evidence, "\n"), reason)) {
			t.Errorf("%s: got %s: %s\n%s", name, c.Status, c.Reason, strings.Join(c.Evidence, "\n"))
		}
	}
}

const lost = "faults: [{ kind: server-error-after, count: 2, on: [update, TransactWriteItems] }]\n"

// load is one of so many operations.
func load(workers, operations int) string {
	return fmt.Sprintf("load: { workers: %d, operations: %d }\n", workers, operations)
}

// TestLostReplies: the SDK sends an ADD again whose reply is lost, which is proven by both
// requests. A token makes that harmless.
func TestLostReplies(t *testing.T) {
	n := longtest.Count(10, 40)
	text := lost + load(2, n)
	o := judge(t, "add", text)
	want(t, o, "exactly-once", check.Fail, fmt.Sprintf(`"counter-0": 2 above what the program says (+%d said, +%d stored)`, n, n+2))
	want(t, o, "once-per-call", check.Fail, "server-error-after, which the store had accepted and request 2, sent at ")
	want(t, o, "conservation", check.Pass, "")
	if r := o.Result; r.Tally.UpdateAttempts != int64(n+2) || r.Wire.Requests != int64(n+2) || r.Tally.Applied != int64(n) {
		t.Errorf("%+v", r.Tally)
	}
	if c := (measure.Capacity{Reported: true, WriteUnits: float64(n + 2)}); o.Result.Capacity != c {
		t.Errorf("%+v, want %+v", o.Result.Capacity, c)
	}
	if o = judge(t, "token", text); o.Verdict.Status != check.Pass {
		t.Errorf("token: %s", o.Verdict.Status)
	}
}

// TestLostRaces: conflicts are counted, and each attempt begins with the read before it.
func TestLostRaces(t *testing.T) {
	o := judge(t, "conditional", "operations: { increment: 3, decrement: 1, read: 1, amount: 2 }\nembedded: { latency: { mean: 1ms } }\n"+load(3, longtest.Count(24, 60)))
	if r := o.Result; o.Verdict.Status != check.Pass || r.Tally.Conflicts == 0 || r.Tally.Reads < r.Tally.UpdateAttempts {
		t.Errorf("%s, %+v", o.Verdict.Status, r.Tally)
	}
	want(t, o, "linearizable", check.Pass, "")
	tally, c := o.Result.Tally, o.Result.Capacity
	if c.WriteUnits != float64(tally.UpdateAttempts) || c.WastedWriteUnits != float64(tally.Conflicts) || c.ReadUnits != float64(tally.Reads) {
		t.Errorf("%+v of %+v", c, tally)
	}
}

// TestWhatProgramsGetWrong: each is found, and named.
func TestWhatProgramsGetWrong(t *testing.T) {
	n := longtest.Count(24, 60)
	o := judge(t, "overwrites", "embedded: { latency: { mean: 2ms } }\n"+load(3, n))
	want(t, o, "exactly-once", check.Fail, fmt.Sprintf("below what the program says (+%d said", n))
	want(t, o, "conservation", check.Inconclusive, "where +1 was asked for")
	o = judge(t, "says it wrote", "load: { workers: 1, operations: 10 }\n")
	want(t, o, "exactly-once", check.Fail, "2 below what the program says (+10 said, +8 stored)")
	want(t, o, "conservation", check.Pass, "")
	if warnings := strings.Join(o.Result.Warnings, "\n"); !strings.Contains(warnings, "process 0, operation 5: the program says that it was applied, but no request of it was") {
		t.Error(warnings)
	}
}

// TestBreaches: a run goes on with a new process, or ends, and names the line.
func TestBreaches(t *testing.T) {
	o := judge(t, "breaks", "load: { workers: 1, operations: 12 }\n")
	want(t, o, "exactly-once", check.Inconclusive, "2 above what the program says; operations of which it does not know may explain it")
	if warnings := strings.Join(o.Result.Warnings, "\n"); o.Result.Tally.Unknown != 2 || !strings.Contains(warnings, `operation 5: process 0: its line is no JSON: "oops"`) {
		t.Errorf("%+v, %s", o.Result.Tally, warnings)
	}
	o, err := run(t, "breaks", "load: { workers: 1, operations: 12 }\nexec: { command: ["+os.Args[0]+"] }\n")
	if err == nil || o == nil || o.Result.Tally.Started != 5 || !strings.Contains(err.Error(), `process 0: its line is no JSON: "oops"`) {
		t.Errorf("%+v, %v", o, err)
	}
}

// TestAProgramThatCannotBeAsked: each of its processes is ready, and none takes an
// operation. The run ends all the same.
func TestAProgramThatCannotBeAsked(t *testing.T) {
	_, err := run(t, "deaf", "load: { workers: 1, operations: 12 }\n")
	if want := "process 0 (start 3): it has closed its standard input, or ended"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
}

func TestProgramsThatDoNotStart(t *testing.T) {
	o, err := run(t, "add", "load: { workers: 1, operations: 12 }\nexec: { command: [contend-no-such-program] }\n")
	if o != nil || err == nil || !strings.Contains(err.Error(), `start "contend-no-such-program"`) {
		t.Errorf("%+v, %v", o, err)
	}
}

// TestForeignTable: numbers in maps, under the keys of their owner, without the proxy's
// default names.
func TestForeignTable(t *testing.T) {
	o := judge(t, "foreign", "counters: { count: 2, key: { PK: 'COUNTER#{counter}', SK: TOTAL }, attribute: stats.hits, item: { stats: {} } }\nload: { workers: 2, operations: 20 }\n")
	if o.Verdict.Status != check.Pass || o.Result.Tally.UpdateAttempts != 20 {
		t.Errorf("%s, %+v", o.Verdict.Status, o.Result.Tally)
	}
}

// TestLocalServer: AWS's own server confirms what the embedded one shows.
func TestLocalServer(t *testing.T) {
	n := longtest.Count(10, 40)
	text := "target: " + localtest.Start(t) + "\n" + lost + load(2, n)
	o := judge(t, "add", text)
	want(t, o, "once-per-call", check.Fail, fmt.Sprintf("2 operations of %d", n))
	if o.Result.Capacity.WriteUnits != float64(n+2) {
		t.Errorf("%+v", o.Result.Capacity)
	}
	if o := judge(t, "token", text); o.Verdict.Status != check.Pass {
		t.Errorf("token: %s", o.Verdict.Status)
	}
}
