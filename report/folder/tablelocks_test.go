package folder

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"contend/report"
)

// TestTablesInUseAreNotLocked: the tables of a run in progress cannot be locked through
// the folder around it, nor the tables of a campaign through one of its runs.
func TestTablesInUseAreNotLocked(t *testing.T) {
	record := `{"version": 1, "table": "t", "endpoint": "http://127.0.0.1:1"}`
	for _, c := range []struct {
		what         string
		works, clean string
		refused      bool
	}{
		{"the folder itself", "runs/one", "runs/one", true},
		{"the folder around a run", "runs/one", "runs", true},
		{"a run of a campaign", "runs", "runs/one", true},
		{"another run", "runs/two", "runs/one", false},
	} {
		t.Run(c.what, func(t *testing.T) {
			root := t.TempDir()
			for _, folder := range []string{"runs/one", "runs/two"} {
				if err := os.MkdirAll(filepath.Join(root, folder), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(filepath.Join(root, "runs/one", report.TableFile), []byte(record), 0o644); err != nil {
				t.Fatal(err)
			}
			busy, err := Acquire(filepath.Join(root, c.works))
			if err != nil {
				t.Fatal(err)
			}
			clean := filepath.Join(root, c.clean)
			records, err := LoadTables(clean)
			if err != nil || len(records) != 1 {
				t.Fatalf("records %v, error %v", records, err)
			}
			mine, err := AcquireTables(clean, records)
			if got := errors.Is(err, ErrRunning); got != c.refused || !got && err != nil {
				t.Errorf("error %v, want refused %v", err, c.refused)
			}
			if err := busy.Release(); err != nil {
				t.Error(err)
			}
			if mine == nil {
				// A refusal leaves no lock behind.
				if mine, err = AcquireTables(clean, records); err != nil {
					t.Fatal(err)
				}
			}
			if err := mine.Release(); err != nil {
				t.Error(err)
			}
			for _, folder := range []string{"runs", "runs/one"} {
				if isLockedOnce(filepath.Join(root, folder)) {
					t.Errorf("%s: the lock is left", folder)
				}
			}
		})
	}
}
