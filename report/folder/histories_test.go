package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"contend/report"
)

func TestHistoryPaths(t *testing.T) {
	dir := t.TempDir()
	merged, alone := filepath.Join(dir, "merged"), filepath.Join(dir, "alone")
	file := filepath.Join(alone, "other.jsonl")
	for _, d := range []string{merged, alone} {
		if err := os.Mkdir(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	index := `{"version":1,"run":"r","histories":["../machine-0/history.jsonl.zst","/far/b"]}`
	if err := os.WriteFile(filepath.Join(merged, report.HistoriesFile), []byte(index), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path string
		want []string
	}{
		{merged, []string{filepath.Join(dir, "machine-0", "history.jsonl.zst"), "/far/b"}},
		{alone, []string{filepath.Join(alone, report.HistoryFile)}},
		{file, []string{file}},
	} {
		if got, err := HistoryPaths(c.path); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, %v; want %q", c.path, got, err, c.want)
		}
	}
	if _, err := HistoryPaths(filepath.Join(dir, "nowhere")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nowhere: %v", err)
	}
}

func TestAnIndexOfHistoriesThatIsWrong(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ text, want string }{
		{`{`, "unexpected EOF"},
		{`{"version":2,"histories":["a"]}`, "version 2; this program reads version 1"},
		{`{"version":1,"run":"r","histories":[]}`, "it names no histories"},
		{`{"version":1,"histories":["a"],"more":1}`, `unknown field "more"`},
		{`{"version":1,"histories":["a"]} {}`, "unexpected text after"},
	} {
		if err := os.WriteFile(filepath.Join(dir, report.HistoriesFile), []byte(c.text), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := HistoryPaths(dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.text, err, c.want)
		}
	}
}
