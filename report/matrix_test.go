package report_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"contend/internal/format"
	"contend/report"
	"contend/report/folder"
	"contend/report/reporttest"
	"contend/report/text"
	"contend/workload/check"
)

// matrix has a variant of each sort.
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

func TestMatrixStatusIsTheWorst(t *testing.T) {
	for _, c := range []struct {
		verdicts []check.Status
		want     check.Status
	}{
		{nil, check.Pass},
		{[]check.Status{check.Pass, check.Pass}, check.Pass},
		{[]check.Status{check.Pass, check.Inconclusive}, check.Inconclusive},
		{[]check.Status{check.Pass, ""}, check.Inconclusive},
		{[]check.Status{check.Inconclusive, check.Fail, check.Pass}, check.Fail},
	} {
		var m report.Matrix
		for _, v := range c.verdicts {
			m.Variants = append(m.Variants, report.MatrixRun{Verdict: v})
		}
		if got := m.Status(); got != c.want {
			t.Errorf("%q: got %s, want %s", c.verdicts, got, c.want)
		}
	}
}

func TestVariantIsTheRunInShort(t *testing.T) {
	v := report.NewMatrixRun(nil, "", reporttest.Injected())
	if v.Acknowledged != 1200 || *v.Changed != 1219 || *v.OffBy != 19 || v.Lost != 19 || !*v.Explained || v.Verdict != check.Fail {
		t.Errorf("got %+v", v)
	}
	if got, want := v.PerUpdate.WriteUnits, *reporttest.Injected().AttemptsPerSuccess; got < want {
		t.Errorf("got %v write units for an update, want more than its %v attempts: writes without an answer count", got, want)
	}
	lost := reporttest.Injected()
	lost.Counters[0].Final = nil
	if v := report.NewMatrixRun(nil, "", lost); v.Changed != nil || v.OffBy != nil || v.Explained != nil {
		t.Errorf("a final value that is not known: got %+v", v)
	}
	wrong := reporttest.Injected()
	*wrong.Counters[0].Final++
	if v := report.NewMatrixRun(nil, "", wrong); v.Explained == nil || *v.Explained {
		t.Errorf("a change that no fault explains: got %+v", v)
	}
	open := reporttest.Injected()
	open.Counters[0].Untraced = 1
	if v := report.NewMatrixRun(nil, "", open); v.Explained != nil {
		t.Errorf("a write of unknown fate: got %+v", v)
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

func TestDecodeMatrixRefuses(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`{}`, "report: no version"},
		{`{"version": 9}`, "report version 9 is newer"},
		{`{"version": 1, "variants": [{"settings": [{"path": "a", "value": "b"}], "verdict": "good"}]}`, `matrix: variant "a: b": unknown verdict "good"`},
		{`{"version": 1, "variants": [{"off_by": 1.5}]}`, "report: variants.off_by: unexpected number 1.5"},
	} {
		if _, err := report.DecodeMatrix(strings.NewReader(c.text)); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s…", c.text, err, c.want)
		}
	}
}

func FuzzDecodeMatrix(f *testing.F) {
	f.Add(encodedMatrix(f, matrix()))
	f.Add([]byte(`{"version": 1, "variants": [{"settings": []}]}`))
	f.Fuzz(func(t *testing.T, input []byte) {
		m, err := report.DecodeMatrix(bytes.NewReader(input))
		if err != nil {
			return
		}
		for _, width := range []int{40, 80, folder.MatrixWidth} {
			var out strings.Builder
			if err := text.Matrix(&out, m, text.Options{Width: width}); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(out.String()) {
				if format.Columns(strings.TrimSuffix(line, "\n")) > width || strings.ContainsAny(line, "\x1b\r\t\x00") {
					t.Fatalf("not %d columns of text: %q", width, line)
				}
			}
		}
		if again, err := report.DecodeMatrix(bytes.NewReader(encodedMatrix(t, m))); err != nil || !bytes.Equal(encodedMatrix(t, again), encodedMatrix(t, m)) {
			t.Errorf("it was decoded once, and now: %v", err)
		}
	})
}
