package compare

import (
	"fmt"
	"slices"

	"contend/report"
	"contend/workload/scenario"
)

// Saved is a saved run, or a saved campaign with its runs.
type Saved struct {
	Path   string         // the folder's path
	Matrix *report.Matrix // nil for a single run
	Runs   []SavedRun
}

// SavedRun is one run, with what a comparison needs beside its report.
type SavedRun struct {
	Run
	// RealPath is the path of the run's folder without links, so that every run has a
	// different one; "" if it is not known.
	RealPath string
	Settings []report.Setting
	Scenario *scenario.Scenario // nil if it cannot be read
}

// Compare compares the variants of a campaign with each other.
func (s *Saved) Compare(o Options) *Comparison {
	c := Compare(candidates(s.Runs), o)
	if s.Matrix != nil && s.Matrix.Interrupted {
		c.Warnings = append(c.Warnings, fmt.Sprintf("the campaign was interrupted: of %d runs, %d were started", s.Matrix.Planned, len(s.Runs)))
	}
	return c
}

// candidates groups the runs by variant, in the order of the matrix.
func candidates(runs []SavedRun) []Candidate {
	var list []Candidate
	for _, run := range runs {
		i := slices.IndexFunc(list, func(v Candidate) bool { return slices.Equal(v.Settings, run.Settings) })
		if i < 0 {
			i = len(list)
			list = append(list, Candidate{Settings: run.Settings})
		}
		list[i].Runs = append(list[i].Runs, run.Run)
	}
	return list
}
