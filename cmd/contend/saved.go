package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"contend/report"
	"contend/report/compare"
	"contend/report/folder"
	"contend/workload/plan"
	"contend/workload/scenario"
)

// saved is what the user named: a run, or a matrix with its runs.
type saved struct {
	path   string
	matrix *report.Matrix // nil of a single run
	runs   []savedRun
}

// savedRun is one run with all that it left.
type savedRun struct {
	compare.Run
	settings []report.Setting
	scenario *scenario.Scenario // nil if its file cannot be read
}

// loadSaved reads the folder of a run or of a matrix, or a report.json.
func loadSaved(path string) (*saved, error) {
	m, err := folder.LoadMatrix(path)
	if errors.Is(err, fs.ErrNotExist) {
		return loadSingle(path)
	}
	if err != nil {
		return nil, err
	}
	dir := path
	if filepath.Base(path) == report.MatrixFile {
		dir = filepath.Dir(path)
	}
	s := &saved{path: dir, matrix: m}
	limits := m.Thresholds()
	for _, v := range m.Variants {
		var r *report.Report
		if v.Verdict != "" {
			if r, err = folder.Load(filepath.Join(dir, v.Folder)); err != nil {
				return nil, err
			}
		}
		s.runs = append(s.runs, savedRun{compared(v, r).Digest(limits), v.Settings, scenarioOf(filepath.Join(dir, v.Folder))})
	}
	return s, nil
}

func compared(v report.MatrixRun, r *report.Report) compare.Run {
	return compare.Run{Folder: v.Folder, Verdict: string(v.Verdict), Error: v.Error, Report: r}
}

func loadSingle(path string) (*saved, error) {
	r, err := folder.Load(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usage(err, lacking(path))
	}
	if err != nil {
		return nil, err
	}
	folder := path
	if filepath.Base(path) == report.ReportFile {
		folder = filepath.Dir(path)
	}
	run := compare.Run{Folder: ".", Verdict: string(r.Verdict.Status), Error: r.Error, Report: r}
	return &saved{path: folder, runs: []savedRun{{Run: run, scenario: scenarioOf(folder)}}}, nil
}

// lacking is advice on a folder that holds no report: it may be of a matrix that
// was killed.
func lacking(folder string) string {
	path := filepath.Join(folder, report.ScenarioFile)
	if text, err := os.ReadFile(path); err == nil {
		if plan, err := plan.Decode(path, text); err == nil && !plan.Single() {
			return fmt.Sprintf("contend run --resume %s goes on with the matrix, which did not come to its end", folder)
		}
	}
	return "RUN is the folder that a run wrote, or its report.json"
}

// scenarioOf reads the scenario of a run; nil if it is not there, or was written
// by a version whose scenarios are no longer read.
func scenarioOf(folder string) *scenario.Scenario {
	path := filepath.Join(folder, report.ScenarioFile)
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

// variants puts the runs of each variant together, in the order of the matrix.
func variants(runs []savedRun) []compare.Candidate {
	var list []compare.Candidate
	for _, run := range runs {
		i := slices.IndexFunc(list, func(v compare.Candidate) bool { return slices.Equal(v.Settings, run.settings) })
		if i < 0 {
			i = len(list)
			list = append(list, compare.Candidate{Settings: run.settings})
		}
		list[i].Runs = append(list[i].Runs, run.Run)
	}
	return list
}

// comparison holds the variants of a matrix against each other.
func (s *saved) comparison() *compare.Comparison {
	c := compare.Compare(variants(s.runs), compare.Options{ToolVersion: version()})
	if s.matrix.Interrupted {
		c.Warnings = append(c.Warnings, fmt.Sprintf("the matrix was interrupted: of %d runs %d were begun", s.matrix.Planned, len(s.runs)))
	}
	return c
}
