package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"contend/report"
	"contend/report/folder"
	"contend/workload/check"
)

// torn is a stdout that panics when it is written.
type torn struct{}

func (torn) Write([]byte) (int, error) { panic("planted") }

// crashed runs a command whose stdout panics, and wants exit code 1 and one line
// that says so.
func crashed(t *testing.T, args ...string) {
	t.Helper()
	var stderr bytes.Buffer
	code := run(append([]string{"contend"}, args...), torn{}, &stderr)
	if code != exitError {
		t.Errorf("exit code %d, want %d", code, exitError)
	}
	told := 0
	for line := range strings.Lines(stderr.String()) {
		if strings.HasPrefix(line, "contend: error: internal error: planted (in crash_test.go:") {
			told++
		} else if !strings.HasPrefix(line, "contend: ") {
			t.Errorf("stderr has the line %q", line)
		}
	}
	if told != 1 {
		t.Errorf("the panic is told %d times:\n%s", told, stderr.String())
	}
}

func TestAPanicOfACommandIsOneLine(t *testing.T) {
	crashed(t, "scenarios")
	crashed(t, "metrics")
}

func TestAPanicOfTheReportKeepsTheRun(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	crashed(t, "run", "hot-key", "--operations", "50", "--workers", "4", "--out", out)
	r, err := folder.Load(out)
	if err != nil {
		t.Fatal(err)
	}
	if r.Verdict.Status != check.Pass || r.Tally.Applied != 50 {
		t.Errorf("saved: %s, %d applied", r.Verdict.Status, r.Tally.Applied)
	}
	for _, name := range []string{report.PageFile, report.TextFile, report.HistoryFile, report.ScenarioFile} {
		if _, err := os.Stat(filepath.Join(out, name)); err != nil {
			t.Error(err)
		}
	}
}

func TestAPanicOfTheTableKeepsTheMatrix(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	crashed(t, "run", "hot-key", "--target", "simulated", "--operations", "20", "--set", "load.workers=[1,2]", "--set", "repeat=2", "--out", out)
	m, err := folder.LoadMatrix(out)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Variants) != 4 || slices.ContainsFunc(m.Variants, func(v report.MatrixRun) bool { return v.Verdict != check.Pass }) {
		t.Errorf("saved: %+v", m.Variants)
	}
	for _, name := range []string{report.PageFile, report.ComparisonFile, report.ComparisonCSVFile, report.MatrixTextFile} {
		if _, err := os.Stat(filepath.Join(out, name)); err != nil {
			t.Error(err)
		}
	}
}

// A panic while the session prints ends it with an error, after the run was saved.
func TestAPanicOfASessionIsItsEnd(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	var stdout bytes.Buffer
	stderr := tornAfter{text: "files:"}
	if code := run([]string{"contend", "run", "hot-key", "--operations", "20", "--out", out}, &stdout, &stderr); code != exitError {
		t.Errorf("exit code %d, want %d", code, exitError)
	}
	if _, err := folder.Load(out); err != nil {
		t.Error(err)
	}
	if !strings.Contains(stderr.written.String(), "contend: error: internal error: planted") {
		t.Errorf("stderr: %s", stderr.written.String())
	}
}

// tornAfter is a stderr that panics when a text is written, once.
type tornAfter struct {
	text    string
	written bytes.Buffer
}

func (w *tornAfter) Write(p []byte) (int, error) {
	if w.text != "" && bytes.Contains(p, []byte(w.text)) {
		w.text = ""
		panic("planted")
	}
	return w.written.Write(p)
}
