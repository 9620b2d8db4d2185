package compare

import (
	"fmt"
	"slices"

	"contend/report"
	"contend/workload/scenario"
)

// Saved is a run by itself or a campaign with its runs, as it was saved.
type Saved struct {
	Path   string         // of the folder
	Matrix *report.Matrix // nil of a run by itself
	Runs   []SavedRun
}

// SavedRun is one run, with what a comparison needs beside its report.
type SavedRun struct {
	Run
	// RealPath is that of the run's folder, with no link in it, so that no other run
	// has the same; "" if it is not known.
	RealPath string
	Settings []report.Setting
	Scenario *scenario.Scenario // nil if it cannot be read
}

// Compare holds the variants of a campaign against each other.
func (s *Saved) Compare(o Options) *Comparison {
	c := Compare(candidates(s.Runs), o)
	if s.Matrix != nil && s.Matrix.Interrupted {
		c.Warnings = append(c.Warnings, fmt.Sprintf("the matrix was interrupted: of %d runs %d were begun", s.Matrix.Planned, len(s.Runs)))
	}
	return c
}

// candidates puts the runs of each variant together, in the order of the matrix.
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
