package report

import (
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"contend/workload/check"
)

// matrix has a variant of each sort.
func matrix() *Matrix {
	of := func(strategy, reaction string) []Setting {
		return []Setting{{"strategy", strategy}, {"retry.on", reaction}}
	}
	broken := NewVariant(of("token-set", "[]"), "4-token-set", nil)
	broken.Error = "no connection to http://127.0.0.1:1"
	return &Matrix{
		Version: Version, ToolVersion: "v1.2.3", Scenario: "exactly-once", Description: "What becomes of lost replies.",
		Target: Target{Kind: "embedded"}, StartedAt: time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC), ElapsedS: 48,
		Variants: []Variant{
			NewVariant(of("conditional", "[unknown]"), "1-conditional", injected()),
			NewVariant(of("atomic-add", "[unknown]"), "2-atomic-add", passing()),
			NewVariant(of("sharded", "[]"), "3-sharded", inconclusive()),
			broken,
		},
	}
}

func TestMatrixText(t *testing.T) {
	for name, width := range map[string]int{"matrix-wide": 100, "matrix-narrow": 80} {
		var out bytes.Buffer
		if err := MatrixText(&out, matrix(), TextOptions{Width: width}); err != nil {
			t.Fatal(err)
		}
		compare(t, name+".txt", out.Bytes())
		for line := range strings.Lines(out.String()) {
			if columns(strings.TrimSuffix(line, "\n")) > width {
				t.Errorf("wider than %d: %s", width, line)
			}
		}
	}
}

func TestMatrixTextIsColoured(t *testing.T) {
	var out bytes.Buffer
	if err := MatrixText(&out, matrix(), TextOptions{Width: 100, Color: true}); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.Contains(got, "\n\x1b[1m") || strings.ContainsRune(got, '\uFFFD') {
		t.Errorf("the headings are not bold, or a colour is taken for text: %q", got)
	}
}

// TestMatrixTextOfLongValues: what has no room in a column is a heading.
func TestMatrixTextOfLongValues(t *testing.T) {
	m := matrix()
	for i := range m.Variants {
		m.Variants[i].Settings = []Setting{{"retry.on", strings.Repeat("conflict, ", i+3)}, {"sdk_retry", "none"}}
	}
	var out bytes.Buffer
	if err := MatrixText(&out, m, TextOptions{Width: 80}); err != nil {
		t.Fatal(err)
	}
	compare(t, "matrix-long.txt", out.Bytes())
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
		var m Matrix
		for _, v := range c.verdicts {
			m.Variants = append(m.Variants, Variant{Verdict: v})
		}
		if got := m.Status(); got != c.want {
			t.Errorf("%q: got %s, want %s", c.verdicts, got, c.want)
		}
	}
}

func TestVariantIsTheRunInShort(t *testing.T) {
	v := NewVariant(nil, "", injected())
	if v.Acknowledged != 1200 || *v.Changed != 1219 || *v.OffBy != 19 || v.Lost != 19 || !*v.Explained || v.Verdict != check.Fail {
		t.Errorf("got %+v", v)
	}
	if got, want := v.PerUpdate.WriteUnits, *injected().AttemptsPerSuccess; got < want {
		t.Errorf("got %v write units for an update, want more than its %v attempts: writes without an answer count", got, want)
	}
	lost := injected()
	lost.Counters[0].Final = nil
	if v := NewVariant(nil, "", lost); v.Changed != nil || v.OffBy != nil || v.Explained != nil {
		t.Errorf("a final value that is not known: got %+v", v)
	}
	wrong := injected()
	*wrong.Counters[0].Final++
	if v := NewVariant(nil, "", wrong); v.Explained == nil || *v.Explained {
		t.Errorf("a change that no fault explains: got %+v", v)
	}
	open := injected()
	open.Counters[0].Untraced = 1
	if v := NewVariant(nil, "", open); v.Explained != nil {
		t.Errorf("a write of unknown fate: got %+v", v)
	}
}

func encodedMatrix(t testing.TB, m *Matrix) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := m.Encode(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestMatrixIsSavedAndLoaded(t *testing.T) {
	folder := t.TempDir()
	if err := SaveMatrix(folder, matrix()); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{folder, filepath.Join(folder, MatrixFile)} {
		m, err := LoadMatrix(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(encodedMatrix(t, m), encodedMatrix(t, matrix())) {
			t.Errorf("%s: loaded as %+v", path, m)
		}
	}
	if _, err := LoadMatrix(t.TempDir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestDecodeMatrixRefuses(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`{}`, "report: there is no version"},
		{`{"version": 9}`, "report version 9 is newer"},
		{`{"version": 1, "variants": [{"settings": [{"path": "a", "value": "b"}], "verdict": "good"}]}`, `matrix: variant "a: b": unknown verdict "good"`},
		{`{"version": 1, "variants": [{"off_by": 1.5}]}`, "report: variants.off_by: unexpected number 1.5"},
	} {
		if _, err := DecodeMatrix(strings.NewReader(c.text)); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s…", c.text, err, c.want)
		}
	}
}

func FuzzDecodeMatrix(f *testing.F) {
	f.Add(encodedMatrix(f, matrix()))
	f.Add([]byte(`{"version": 1, "variants": [{"settings": []}]}`))
	f.Fuzz(func(t *testing.T, input []byte) {
		m, err := DecodeMatrix(bytes.NewReader(input))
		if err != nil {
			return
		}
		for _, width := range []int{40, 80, MatrixWidth} {
			var out strings.Builder
			if err := MatrixText(&out, m, TextOptions{Width: width}); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(out.String()) {
				if columns(strings.TrimSuffix(line, "\n")) > width || strings.ContainsAny(line, "\x1b\r\t\x00") {
					t.Fatalf("not %d columns of text: %q", width, line)
				}
			}
		}
		if again, err := DecodeMatrix(bytes.NewReader(encodedMatrix(t, m))); err != nil || !bytes.Equal(encodedMatrix(t, again), encodedMatrix(t, m)) {
			t.Errorf("it was decoded once, and now: %v", err)
		}
	})
}

// TestTheTableShowsTheResponse: what an open loop waits for a worker is in the p99
// that people compare.
func TestTheTableShowsTheResponse(t *testing.T) {
	v := NewVariant(nil, "", &Report{Latency: Timing{Service: Times{P99: new(5.)}, Response: Times{P99: new(900.)}}})
	if row := v.row(); row[len(row)-1] != "900" {
		t.Errorf("got %v", row)
	}
	v.ResponseP99MS = nil // of an old file
	if row := v.row(); row[len(row)-1] != "5.00" {
		t.Errorf("got %v", row)
	}
}
