package junit

import (
	"bytes"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"contend/internal/localtest"
	"contend/report"
	"contend/report/reporttest"
	"contend/workload/check"
	"contend/workload/proxy/record"
)

// sample has each status of a check and of a threshold, and texts that XML cannot hold.
func sample() *report.Report {
	r := &report.Report{}
	r.Scenario, r.Strategy, r.Seed, r.ElapsedS = "hot-key <&\"'>", "conditional", 7, 1.5
	r.Target.Kind = "embedded"
	r.Verdict.Checks = []check.Result{
		{Name: "exactly-once", Status: check.Fail, Reason: "2 too many \x00\x1b[31m]]>", Evidence: []string{"first", "second \xff"}},
		{Name: "chain", Status: check.Inconclusive, Reason: "unknown"},
		{Name: "reads", Status: check.Skipped, Reason: "no reads"},
		{Name: "floor", Status: check.Pass, Reason: "kept"},
		{Name: "other", Status: "surprising", Reason: "of a later version"},
	}
	r.Thresholds = []report.Threshold{
		{Text: "p99 < 1ms", Metric: "p99", Value: "2", Status: report.Missed}, {Text: "p50 < 1s", Metric: "p50", Value: "3", Status: report.Met},
		{Text: "p90 < 1s", Metric: "p90", Status: report.Undecided, Reason: "busy"}, {Text: "read.p99 < 1s", Metric: "read.p99", Status: report.Unanswerable, Reason: "no sample"},
	}
	return r
}

// TestSuite: every status becomes what CI systems make of it; only passes are without a
// child.
func TestSuite(t *testing.T) {
	s := SuiteOf("workers 8", sample())
	if s.Tests != 9 || s.Failures != 2 || s.Errors != 4 || s.Skipped != 1 {
		t.Errorf("%d tests, %d failures, %d errors, %d skipped; want 9, 2, 4, 1", s.Tests, s.Failures, s.Errors, s.Skipped)
	}
	for _, c := range s.Cases {
		kind := "passed"
		switch {
		case c.Failure != nil:
			kind = "failure"
		case c.Error != nil:
			kind = "error"
		case c.Skipped != nil:
			kind = "skipped"
		}
		want := map[string]string{"exactly-once": "failure", "chain": "error", "reads": "skipped", "floor": "passed", "other": "error",
			"p99 < 1ms": "failure", "p50 < 1s": "passed", "p90 < 1s": "error", "read.p99 < 1s": "error"}[c.Name]
		if kind != want {
			t.Errorf("%s: %s, want %s", c.Name, kind, want)
		}
	}
	stopped := sample()
	stopped.Interrupted = true
	if s := SuiteOf("", stopped); s.Errors != 5 || s.Cases[0].Name != "run" {
		t.Errorf("a run that was stopped: %+v", s)
	}
	if s := NotRun("x", "y", "no table"); s.Errors != 1 || s.Tests != 1 {
		t.Errorf("a run that was not carried out: %+v", s)
	}
}

// TestDocumentsAreXML: what is written can be read, whatever the texts are, and the sums
// are those of the suites.
func TestDocumentsAreXML(t *testing.T) {
	text := written(t)
	var d document
	if err := xml.Unmarshal(text, &d); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if d.Tests != 16 || d.Failures != 3 || d.Errors != 8 || d.Time != "4.000" || len(d.Suites) != 3 {
		t.Errorf("%+v", d)
	}
}

// proxied is the judgement of a proxy with the checks of sample, ended by an error.
func proxied() *report.Judgement {
	return &report.Judgement{
		Tool: "contend \x1b", Error: "no final value", Verdict: sample().Verdict, Proxy: &report.Proxied{
			Upstream: "http://<&>", ElapsedS: 2.5, Seed: 3, Summary: record.Summary{Consumed: &record.Consumed{WriteUnits: 73, Reported: 3}},
		},
	}
}

func written(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, []Suite{SuiteOf("", sample()), NotRun("x", "y", "no table"), SuiteOfProxy(proxied())}); err != nil {
		t.Fatal(err)
	}
	if want := `<property name="write units" value="73">`; !strings.Contains(b.String(), want) {
		t.Errorf("it lacks %s", want)
	}
	return b.Bytes()
}

// TestSchemas: the document is valid by the schemas of the readers that are strict: Jenkins'
// xUnit plugin. A document with a wrong element is not, so that the test can fail.
func TestSchemas(t *testing.T) {
	schema := localtest.JUnitSchema(t)
	path := filepath.Join(t.TempDir(), "report.xml")
	validate := func(text string) error {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		output, err := exec.Command("xmllint", "--noout", "--schema", schema, path).CombinedOutput()
		if err != nil {
			t.Logf("%s", output)
		}
		return err
	}
	text := string(written(t))
	for _, name := range []string{"ended-early", "cost-reached", "part", "merged"} {
		var b bytes.Buffer
		if err := Write(&b, []Suite{SuiteOf(name, reporttest.Fixtures()[name])}); err != nil {
			t.Fatal(err)
		}
		if err := validate(b.String()); err != nil {
			t.Errorf("%s: %v\n%s", name, err, b.String())
		}
	}
	if err := validate(text); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
	if err := validate(strings.ReplaceAll(text, "failure", "fault")); err == nil {
		t.Error("a document with an unknown element is valid")
	}
}
