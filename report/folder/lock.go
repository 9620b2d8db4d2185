package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"contend/report"
)

// lockFile is in a folder while a process works there. A killed process leaves it, but
// without a lock on it.
const lockFile = ".lock"

// ErrRunning means that another process has locked the folder.
var ErrRunning = errors.New("another process is using the folder")

var errNoLocks = errors.New("the file system has no locks")

// Lock keeps other processes that use this package out of a folder until Release is called.
type Lock struct {
	Folder string
	// Alone is false if the file system has no locks, so that other processes are not kept out.
	Alone bool

	file *os.File
}

// Acquire locks a folder, which must exist. If another process has locked it, the error matches
// [ErrRunning]. The caller must call [Lock.Release].
func Acquire(folder string) (*Lock, error) {
	const attempts = 100 // each lost to a process that ended at that moment
	path := filepath.Join(folder, lockFile)
	for range attempts {
		file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return nil, fmt.Errorf("run folder: %w", err)
		}
		err = lock(file)
		if err != nil && !errors.Is(err, errNoLocks) {
			return nil, errors.Join(fmt.Errorf("run folder: %q: %w", folder, err), file.Close())
		}
		if isStill(file, path) {
			return &Lock{Folder: folder, file: file, Alone: err == nil}, nil
		}
		if err := file.Close(); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("run folder: %q: %w", folder, ErrRunning)
}

// isStill reports whether the path still leads to that file. Its owner removes it when
// it ends; a process that had opened it before would hold a lock on nothing.
func isStill(file *os.File, path string) bool {
	here, err := file.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(here, there)
}

// Release unlocks the folder, and removes it if it is empty.
func (l *Lock) Release() error {
	err := os.Remove(l.file.Name())
	if errors.Is(err, fs.ErrNotExist) {
		err = nil // the user removed it, or the folder
	}
	return errors.Join(err, l.file.Close(), removeIfEmpty(l.Folder))
}

// isUnused reports whether a folder holds only the lock's own file and incomplete files
// of a killed process.
func isUnused(folder string) (bool, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return false, fmt.Errorf("run folder: %w", err)
	}
	for _, e := range entries {
		unfinished := report.IsPartial(e.Name()) && report.IsRunFile(e.Name())
		if e.Name() != lockFile && !unfinished {
			return false, nil
		}
	}
	return true, nil
}
