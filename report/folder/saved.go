package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"contend/report"
	"contend/report/compare"
	"contend/workload/scenario"
)

// Open reads the folder of a run, or of a campaign with all its runs. path may also be
// a report.json or a matrix.json. If path holds neither, the error is a
// [*NothingError].
func Open(path string) (*compare.Saved, error) {
	m, err := LoadMatrix(path)
	if errors.Is(err, fs.ErrNotExist) {
		return openRun(path)
	}
	if err != nil {
		return nil, err
	}
	dir := path
	if filepath.Base(path) == report.MatrixFile {
		dir = filepath.Dir(path)
	}
	s := &compare.Saved{Path: dir, Matrix: m}
	limits := m.Thresholds()
	for _, v := range m.Variants {
		run := filepath.Join(dir, v.Folder)
		var r *report.Report
		if v.Verdict != "" {
			if r, err = Load(run); err != nil {
				return nil, err
			}
		}
		s.Runs = append(s.Runs, compare.SavedRun{
			Run: comparedRun(v, r).Digest(limits), RealPath: realPath(run), Settings: v.Settings, Scenario: scenarioOf(run),
		})
	}
	return s, nil
}

// NothingError is the error for a path that holds neither a run nor a campaign.
type NothingError struct{ Err error }

func (e *NothingError) Error() string { return e.Err.Error() }

// Unwrap returns the reason, which matches [fs.ErrNotExist].
func (e *NothingError) Unwrap() error { return e.Err }

// openRun reads a single run.
func openRun(path string) (*compare.Saved, error) {
	r, err := Load(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &NothingError{err}
	}
	if err != nil {
		return nil, err
	}
	dir := path
	if filepath.Base(path) == report.ReportFile {
		dir = filepath.Dir(path)
	}
	run := compare.Run{Folder: ".", Verdict: string(r.Verdict.Status), Error: r.Error, Report: r}
	return &compare.Saved{Path: dir, Runs: []compare.SavedRun{{Run: run, RealPath: realPath(dir), Scenario: scenarioOf(dir)}}}, nil
}

func comparedRun(v report.MatrixRun, r *report.Report) compare.Run {
	return compare.Run{Folder: v.Folder, Verdict: string(v.Verdict), Error: v.Error, Report: r}
}

// realPath is the absolute path of a folder without links, as far as it can be found.
func realPath(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	return path
}

// scenarioOf reads the scenario of a run; nil if it is not there, or was written
// by a version whose scenarios are no longer read.
func scenarioOf(dir string) *scenario.Scenario {
	path := filepath.Join(dir, report.ScenarioFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	s, err := scenario.Decode(path, text)
	if err != nil {
		return nil
	}
	return &s
}
