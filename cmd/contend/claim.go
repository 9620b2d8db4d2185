package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"contend/report"
)

// lockFile is in a folder while a process works there. One that was killed leaves
// it, without a lock on it.
const lockFile = ".lock"

var (
	errLocked  = errors.New("another process works there")
	errNoLocks = errors.New("the file system knows no locks")
)

// claim is a folder that no other process of this program works in.
type claim struct {
	folder string
	file   *os.File
	alone  bool // else the file system knows no locks
}

// claimFolder takes a folder that exists, or is refused.
func claimFolder(folder string) (*claim, error) {
	const attempts = 100 // each one lost against a process that ended in that moment
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
			return &claim{folder: folder, file: file, alone: err == nil}, nil
		}
		if err := file.Close(); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("run folder: %q: %w", folder, errLocked)
}

// isStill reports whether the path leads to that file: its owner removes it when
// it goes, and whoever had opened it before then holds a lock on nothing.
func isStill(file *os.File, path string) bool {
	here, err := file.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(here, there)
}

// release gives the folder back, and removes it if nothing was put into it.
func (c *claim) release() error {
	err := os.Remove(c.file.Name())
	if errors.Is(err, fs.ErrNotExist) {
		err = nil // the user removed it, or the folder
	}
	return errors.Join(err, c.file.Close(), removeIfEmpty(c.folder))
}

// isUnused reports whether a folder holds nothing but what a claim needs, and what
// a process that was killed did not even begin.
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
