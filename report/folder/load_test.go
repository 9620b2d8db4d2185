package folder

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"contend/report"
	"contend/report/reporttest"
)

func TestLoad(t *testing.T) {
	folder := t.TempDir()
	if err := Save(folder, reporttest.Passing(), nil); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{folder, filepath.Join(folder, report.ReportFile)} {
		r, err := Load(path)
		if err != nil || r.Scenario != "hot-key" {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestLoadSaysWhatIsWrong(t *testing.T) {
	folder := t.TempDir()
	broken := filepath.Join(folder, "broken.json")
	if err := os.WriteFile(broken, []byte(`{"version": 9}`), 0o666); err != nil {
		t.Fatal(err)
	}
	nowhere := filepath.Join(folder, "nowhere")
	for _, c := range []struct {
		path, want string
		missing    bool
	}{
		{nowhere, `load "` + nowhere + `": no such file or directory`, true},
		{folder, `load "` + folder + `": the folder has no report.json: file does not exist`, true},
		{broken, `load "` + broken + `": report version 9 is newer than this program's 1`, false},
	} {
		_, err := Load(c.path)
		if err == nil || err.Error() != c.want || errors.Is(err, fs.ErrNotExist) != c.missing {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
}

func encoded(t testing.TB, r *report.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.Encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestMatrixIsSavedAndLoaded(t *testing.T) {
	folder := t.TempDir()
	if err := SaveMatrix(folder, matrix()); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{folder, filepath.Join(folder, report.MatrixFile)} {
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
