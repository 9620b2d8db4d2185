package folder

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// TableLocks locks the folders of tables that are about to be deleted.
type TableLocks struct{ locks []*Lock }

// AcquireTables locks a folder, the folders of the records in it and, if it belongs to a
// campaign, the campaign's folder. If another process works in one of them, its tables are in
// use, and the error matches [ErrRunning]. The caller must call [TableLocks.Release].
func AcquireTables(folder string, records []*TableRecord) (*TableLocks, error) {
	folders := []string{folder}
	for _, r := range records {
		folders = append(folders, filepath.Dir(r.path))
	}
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return nil, fmt.Errorf("run folder: %w", err)
	}
	// A run of a campaign has no lock of its own.
	if parent := filepath.Dir(absolute); isLockedOnce(parent) {
		folders = append(folders, parent)
	}
	held := &TableLocks{}
	for i, f := range folders {
		if slices.ContainsFunc(folders[:i], func(o string) bool { return filepath.Clean(o) == filepath.Clean(f) }) {
			continue
		}
		lock, err := Acquire(f)
		if err != nil {
			return nil, errors.Join(err, held.Release())
		}
		held.locks = append(held.locks, lock)
	}
	return held, nil
}

// isLockedOnce reports whether a process works, or was killed, in a folder.
func isLockedOnce(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, lockFile))
	return err == nil
}

// Release unlocks the folders.
func (t *TableLocks) Release() error {
	var failures []error
	for _, lock := range t.locks {
		failures = append(failures, lock.Release())
	}
	return errors.Join(failures...)
}
