package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// runsFolder holds the folders of runs that were not given one.
const runsFolder = "runs"

// Create makes the folder of a run or a campaign and locks it, before anything is
// measured that could not be kept. It may exist, but must be empty: else the error
// matches [os.ErrExist]. "" is a new folder in "runs", called by the name and the
// time.
func Create(folder, name string, started time.Time) (*Lock, error) {
	if folder == "" {
		made, err := makeNewFolder(filepath.Join(runsFolder, name+"-"+started.UTC().Format(nameTime)))
		if err != nil {
			return nil, err
		}
		return Acquire(made)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("run folder: %w", err)
	}
	mine, err := Acquire(folder)
	if err != nil {
		return nil, err
	}
	unused, err := isUnused(folder)
	if err == nil && !unused {
		err = fmt.Errorf("run folder: %q is not empty: %w", folder, os.ErrExist)
	}
	if err != nil {
		return nil, errors.Join(err, mine.Release())
	}
	return mine, nil
}

// makeNewFolder appends a number if there is such a folder already.
func makeNewFolder(path string) (string, error) {
	for n := 1; ; n++ {
		folder := path
		if n > 1 {
			folder += "-" + strconv.Itoa(n)
		}
		// Another process may remove the empty parent again.
		err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.Mkdir(folder, 0o755))
		if err == nil {
			return folder, nil
		}
		if !errors.Is(err, os.ErrExist) && !(errors.Is(err, os.ErrNotExist) && n < maxFolderTries) {
			return "", fmt.Errorf("run folder: %w", err)
		}
	}
}

// maxFolderTries bounds the attempts to make a folder in one that others remove.
const maxFolderTries = 10

// nameTime is how names of folders tell the time.
const nameTime = "20060102T150405Z"

// removeIfEmpty removes the folder of a run that measured nothing.
func removeIfEmpty(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) > 0 {
		return nil
	}
	err = os.Remove(folder)
	if errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
		return nil // another process uses it since, or removed it
	}
	if err != nil || filepath.Dir(folder) != runsFolder {
		return err
	}
	_ = os.Remove(runsFolder) // stays if it holds other runs
	return nil
}
