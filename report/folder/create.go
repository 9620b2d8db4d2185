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

// runsFolder holds the folders of runs for which no folder was named.
const runsFolder = "runs"

// Create makes the folder of a run or a campaign and locks it. Call it before measuring, so
// that the results can be saved. The folder may exist, but must be empty; otherwise the error
// matches [os.ErrExist]. If folder is "", Create makes a new folder in "runs", named after the
// run and the time. The caller must call [Lock.Release].
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

// makeNewFolder appends a number to the name if the folder exists.
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

// maxFolderTries bounds the attempts to make a folder inside one that others may
// remove.
const maxFolderTries = 10

// nameTime is the format of times in folder names.
const nameTime = "20060102T150405Z"

// removeIfEmpty removes the folder of a run that measured nothing.
func removeIfEmpty(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) > 0 {
		return nil
	}
	err = os.Remove(folder)
	if errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
		return nil // meanwhile another process uses it, or removed it
	}
	if err != nil || filepath.Dir(folder) != runsFolder {
		return err
	}
	_ = os.Remove(runsFolder) // stays if it holds other runs
	return nil
}
