package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"contend/report"
)

// Load reads the report of a run. path is the run's folder, or a report.json. If the
// path does not exist, the error matches [fs.ErrNotExist].
func Load(path string) (*report.Report, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("load %q: %w", path, withoutPath(err))
	}
	name := path
	if info.IsDir() {
		name = filepath.Join(path, report.ReportFile)
	}
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("load %q: the folder has no %s: %w", path, report.ReportFile, fs.ErrNotExist)
	}
	if err != nil {
		return nil, fmt.Errorf("load %q: %w", name, withoutPath(err))
	}
	defer file.Close()
	report, err := report.Decode(file)
	if err != nil {
		return nil, fmt.Errorf("load %q: %w", name, err)
	}
	return report, nil
}

// LoadMatrix reads the table of a matrix. path is its folder, or a matrix.json. If
// there is none, the error matches [fs.ErrNotExist].
func LoadMatrix(path string) (*report.Matrix, error) {
	name := path
	if filepath.Base(path) != report.MatrixFile {
		name = filepath.Join(path, report.MatrixFile)
	}
	file, err := os.Open(name)
	if errors.Is(err, syscall.ENOTDIR) { // the path is a file
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, fmt.Errorf("load %q: %w", path, withoutPath(err))
	}
	defer file.Close()
	m, err := report.DecodeMatrix(file)
	if err != nil {
		return nil, fmt.Errorf("load %q: %w", name, err)
	}
	return m, nil
}
