package report_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"contend/report"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// real lists the fields of a simulated run's report that scenario and seed do not decide.
// [report.Report] and the README list them, too.
var real = []string{"started_at", "real_s", "machine", "tool_version"}

// simulated runs a scenario in simulated time and returns its report as JSON, and its
// history.
func simulated(t *testing.T, about report.About) (encoded, history []byte) {
	t.Helper()
	s := scenario.Default()
	s.Name, s.Target = "simulated", scenario.TargetSimulated
	s.Load = scenario.Load{Workers: 8, Duration: time.Second}
	s.Embedded.Latency = scenario.ModelledLatency{Mean: 4 * time.Millisecond, SD: time.Millisecond}
	path := filepath.Join(t.TempDir(), "history.jsonl.zst")
	o, err := trial.Run(t.Context(), s, trial.Options{Tool: about.ToolVersion, History: path})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := report.New(o, about).Encode(&b); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	text, err := zstd.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	if history, err = io.ReadAll(text); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), history
}

// TestASimulatedReportIsDecidedByTheScenario runs a scenario twice, and compares all
// fields of the reports but those that real lists.
func TestASimulatedReportIsDecidedByTheScenario(t *testing.T) {
	before := time.Now()
	first, oneHistory := simulated(t, report.About{ToolVersion: "v1", Machine: report.ThisMachine()})
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	second, otherHistory := simulated(t, report.About{ToolVersion: "v2", Machine: &report.Machine{CPUs: 77}})
	if !bytes.HasPrefix(first, []byte("{\n  \"simulated\": true,\n")) {
		t.Errorf("the report does not begin with the mark: %.60s", first)
	}
	a, b := fields(t, first), fields(t, second)
	for _, name := range real {
		if string(a[name]) == string(b[name]) {
			t.Errorf("%s is %s in both runs: does the list need it?", name, a[name])
		}
		if !strings.Contains(report.Readme(), "`"+name+"`") {
			t.Errorf("the README does not list %s", name)
		}
		delete(a, name)
		delete(b, name)
	}
	for name := range a {
		if string(a[name]) != string(b[name]) {
			t.Errorf("%s differs:\n%s\n%s", name, a[name], b[name])
		}
	}
	if len(a) != len(b) || a["client"] != nil {
		t.Errorf("%d and %d fields, client %s", len(a), len(b), a["client"])
	}
	if !bytes.Equal(lines(oneHistory), lines(otherHistory)) {
		t.Error("the histories differ")
	}
	r, err := report.Decode(bytes.NewReader(first))
	if err != nil || r.StartedAt.Before(before.Add(-time.Second)) || *r.RealS <= 0 || *r.RealS > time.Since(before).Seconds() {
		t.Errorf("started at %v, lasted %v: %v", r.StartedAt, *r.RealS, err)
	}
}

func fields(t *testing.T, encoded []byte) map[string]json.RawMessage {
	t.Helper()
	var m map[string]json.RawMessage
	if err := json.Unmarshal(encoded, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// lines returns a history without its first line.
func lines(history []byte) []byte {
	_, rest, _ := bytes.Cut(history, []byte("\n"))
	return rest
}
