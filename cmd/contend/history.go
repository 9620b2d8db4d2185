package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"contend/report"
	"contend/workload"
)

// keepHistory opens the run's history for a load, and removes it again if the
// load did not begin.
func (s *session) keepHistory(load func(file io.Writer) (*workload.Result, error)) (*workload.Result, error) {
	path := filepath.Join(s.folder, report.HistoryFile)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, explainFile(fmt.Errorf("history: %w", err))
	}
	result, err := load(file)
	if result == nil && isCrash(err) { // it holds what was measured
		return nil, errors.Join(err, file.Sync(), file.Close())
	}
	if result == nil {
		return nil, errors.Join(err, file.Close(), os.Remove(path))
	}
	if closeErr := errors.Join(file.Sync(), file.Close()); closeErr != nil {
		err = errors.Join(err, fmt.Errorf("history: %w", closeErr))
	}
	return result, err
}
