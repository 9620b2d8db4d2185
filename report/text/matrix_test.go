package text

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"contend/internal/format"
	"contend/report"
	"contend/report/reporttest"
)

func TestThresholdsOfMatrix(t *testing.T) {
	m := matrix()
	m.Variants[1] = report.NewMatrixRun(m.Variants[1].Settings, m.Variants[1].Folder, reporttest.Limited())
	m.Variants = m.Variants[:2]
	var out bytes.Buffer
	if err := Matrix(&out, m, Options{Width: 100}); err != nil {
		t.Fatal(err)
	}
	golden(t, "matrix-thresholds.txt", out.Bytes())
	if _, err := report.DecodeMatrix(bytes.NewReader(encodedMatrix(t, m))); err != nil {
		t.Error(err)
	}
	m.Variants[1].Thresholds[0].Status = "fine"
	if _, err := report.DecodeMatrix(bytes.NewReader(encodedMatrix(t, m))); err == nil || !strings.Contains(err.Error(), `unknown status "fine"`) {
		t.Errorf("an unknown status: got %v", err)
	}
}

func TestMatrixText(t *testing.T) {
	for name, width := range map[string]int{"matrix-wide": 100, "matrix-narrow": 80} {
		var out bytes.Buffer
		if err := Matrix(&out, matrix(), Options{Width: width}); err != nil {
			t.Fatal(err)
		}
		golden(t, name+".txt", out.Bytes())
		for line := range strings.Lines(out.String()) {
			if format.Columns(strings.TrimSuffix(line, "\n")) > width {
				t.Errorf("wider than %d: %s", width, line)
			}
		}
	}
}

func TestMatrixTextIsColoured(t *testing.T) {
	var out bytes.Buffer
	if err := Matrix(&out, matrix(), Options{Width: 100, Color: true}); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.Contains(got, "\n\x1b[1m") || strings.ContainsRune(got, '\uFFFD') {
		t.Errorf("the headings are not bold, or a colour is taken for text: %q", got)
	}
}

// TestMatrixTextOfLongValues: a value that has no room in a column becomes a heading.
func TestMatrixTextOfLongValues(t *testing.T) {
	m := matrix()
	for i := range m.Variants {
		m.Variants[i].Settings = []report.Setting{{Path: "retry.on", Value: strings.Repeat("conflict, ", i+3)}, {Path: "sdk_retry", Value: "none"}}
	}
	var out bytes.Buffer
	if err := Matrix(&out, m, Options{Width: 80}); err != nil {
		t.Fatal(err)
	}
	golden(t, "matrix-long.txt", out.Bytes())
}

// TestTheTableShowsTheResponse: the p99 that people compare includes the wait for a
// worker in an open loop.
func TestTheTableShowsTheResponse(t *testing.T) {
	v := report.NewMatrixRun(nil, "", &report.Report{Latencies: report.Latencies{Latency: report.Timing{Service: report.Times{P99: new(5.)}, Response: report.Times{P99: new(900.)}}}})
	if row := rowOf(v); row[len(row)-1] != "900" {
		t.Errorf("got %v", row)
	}
	v.ResponseP99MS = nil // of an old file
	if row := rowOf(v); row[len(row)-1] != "5.00" {
		t.Errorf("got %v", row)
	}
}

// matrix has a variant of each kind.
func matrix() *report.Matrix {
	of := func(strategy, reaction string) []report.Setting {
		return []report.Setting{{Path: "strategy", Value: strategy}, {Path: "retry.on", Value: reaction}}
	}
	broken := report.NewMatrixRun(of("token-set", "[]"), "4-token-set", nil)
	broken.Error = "no connection to http://127.0.0.1:1"
	return &report.Matrix{
		Version: report.Version, ToolVersion: "v1.2.3", Scenario: "exactly-once", Description: "What becomes of lost replies.",
		Target: report.Target{Kind: "embedded"}, StartedAt: time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC), ElapsedS: 48,
		Variants: []report.MatrixRun{
			report.NewMatrixRun(of("conditional", "[unknown]"), "1-conditional", reporttest.Injected()),
			report.NewMatrixRun(of("atomic-add", "[unknown]"), "2-atomic-add", reporttest.Passing()),
			report.NewMatrixRun(of("sharded", "[]"), "3-sharded", reporttest.Inconclusive()),
			broken,
		},
	}
}

func encodedMatrix(t testing.TB, m *report.Matrix) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := m.Encode(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
