package folder

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"contend/report"
	"contend/report/junit"
)

// Suites reads the folder of a run, campaign or proxy as JUnit test suites, one for each run.
// path may also be a report.json, matrix.json or proxy.json. If path holds none of them, the
// error is a [*NothingError].
func Suites(path string) ([]junit.Suite, error) {
	j, err := LoadJudgement(path)
	if err == nil {
		return []junit.Suite{junit.SuiteOfProxy(j)}, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	m, err := LoadMatrix(path)
	if errors.Is(err, fs.ErrNotExist) {
		r, err := Load(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, &NothingError{err}
		}
		if err != nil {
			return nil, err
		}
		return []junit.Suite{junit.SuiteOf("", r)}, nil
	}
	if err != nil {
		return nil, err
	}
	dir := path
	if filepath.Base(path) == report.MatrixFile {
		dir = filepath.Dir(path)
	}
	return suitesOf(dir, m)
}

// suitesOf reads the reports of a campaign, one after another.
func suitesOf(dir string, m *report.Matrix) ([]junit.Suite, error) {
	var all []junit.Suite
	for _, v := range m.Variants {
		name := strings.TrimPrefix(v.Folder, "./")
		if v.Verdict == "" {
			all = append(all, junit.NotRun(m.Scenario, name, v.Error))
			continue
		}
		r, err := Load(filepath.Join(dir, v.Folder))
		if err != nil {
			return nil, err
		}
		all = append(all, junit.SuiteOf(name, r))
	}
	return all, nil
}

// saveSuites writes the suites of a campaign into its folder.
func saveSuites(dir string, m *report.Matrix) error {
	suites, err := suitesOf(dir, m)
	if err != nil {
		return err
	}
	return save(dir, disk(), []content{{report.JUnitFile, func(w io.Writer) error { return junit.Write(w, suites) }}})
}
