package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"contend/report"
	"contend/workload/check"
)

// TestAJudgementIsLoadedAgain: from its folder and from its file, and as a suite. A file
// that is damaged, or of a later version, is an error that names it.
func TestAJudgementIsLoadedAgain(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, report.ProxyFile)
	if _, err := LoadJudgement(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("none: %v", err)
	}
	j := &report.Judgement{
		Version: report.Version, Tool: "contend v1", Operations: 3, Warnings: []string{}, Proxy: &report.Proxied{Upstream: "embedded", ElapsedS: 2},
		Verdict: check.Judge(check.Result{Name: "exactly-once", Status: check.Fail, Reason: "1 too many"}),
	}
	if err := SaveJudgement(dir, j, false); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, file} {
		got, err := LoadJudgement(path)
		if err != nil || got.Verdict.Status != check.Fail || got.Operations != 3 || got.Proxy.ElapsedS != 2 {
			t.Errorf("%s: %+v, %v", path, got, err)
		}
		suites, err := Suites(path)
		if err != nil || len(suites) != 1 || suites[0].Failures != 1 || suites[0].Time != "2.000" {
			t.Errorf("%s: %+v, %v", path, suites, err)
		}
	}
	if _, err := LoadJudgement(filepath.Join(dir, report.TextFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("another file: %v", err)
	}
	for text, want := range map[string]string{
		`{"version": 1`: "unexpected end", `{"version": 1}`: "not the judgement of a proxy", `{"version": 99, "proxy": {}}`: "version 99 is newer",
	} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadJudgement(dir); err == nil || errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
		if _, err := Suites(dir); err == nil {
			t.Errorf("%s: there are suites", text)
		}
	}
}
