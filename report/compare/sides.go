package compare

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"contend/report"
	"contend/workload/scenario"
)

// sidePath is the setting in which runs of different sides differ. No field of a
// scenario has this name.
const sidePath = "run"

// Side is one of the things that are compared: runs that repeat each other, or
// campaigns of the same scenario.
type Side struct {
	Name  string
	Saved []*Saved // at least one
}

// NewSide is a side with the path of its first folder as its name.
func NewSide(saved ...*Saved) Side {
	name := filepath.ToSlash(filepath.Clean(saved[0].Path))
	if more := len(saved) - 1; more > 0 {
		name += fmt.Sprintf(" and %d more", more)
	}
	return Side{Name: name, Saved: saved}
}

// Twice is the folder of a run that the side has more than once; "" if there is
// none.
func (s *Side) Twice() string { return twice(s.runs()) }

// Has reports whether a run of the side has a setting. In addition to those of its
// matrix, each has one called "run", whose value is the side's name.
func (s *Side) Has(setting report.Setting) bool {
	return slices.ContainsFunc(s.runs(), func(run SavedRun) bool { return slices.Contains(run.Settings, setting) })
}

// NameSides removes the folders that all names have in common, and makes equal names
// different.
func NameSides(sides []Side) {
	for allBelowSame(sides) {
		for i := range sides {
			_, sides[i].Name, _ = strings.Cut(sides[i].Name, "/")
		}
	}
	seen := map[string]int{}
	for i := range sides {
		if seen[sides[i].Name]++; seen[sides[i].Name] > 1 {
			sides[i].Name += fmt.Sprintf(" (%d)", seen[sides[i].Name])
		}
	}
}

func allBelowSame(sides []Side) bool {
	if len(sides) == 0 {
		return false
	}
	first, _, ok := strings.Cut(sides[0].Name, "/")
	return ok && !slices.ContainsFunc(sides, func(s Side) bool {
		folder, _, ok := strings.Cut(s.Name, "/")
		return !ok || folder != first
	})
}

// Sides makes each side a variant, or as many variants as its matrices have. It warns
// of sides whose scenarios differ, and of runs on more than one side.
func Sides(sides []Side, o Options) *Comparison {
	var runs []SavedRun
	for i := range sides {
		runs = append(runs, sides[i].runs()...)
	}
	c := Compare(candidates(runs), o)
	c.Warnings = append(c.Warnings, differences(sides)...)
	if run := twice(runs); run != "" {
		c.Warnings = append(c.Warnings, fmt.Sprintf("%s is on more than one side: samples that share runs are not independent, and p means little", run))
	}
	return c
}

// runs are all runs of a side, with its name.
func (s *Side) runs() []SavedRun {
	var list []SavedRun
	for _, one := range s.Saved {
		for _, run := range one.Runs {
			run.Settings = append([]report.Setting{{Path: sidePath, Value: s.Name}}, run.Settings...)
			run.Folder = filepath.Join(one.Path, run.Folder)
			list = append(list, run)
		}
	}
	return list
}

// twice is the folder of a run that occurs more than once; "" if there is none.
func twice(runs []SavedRun) string {
	seen := map[string]bool{}
	for _, run := range runs {
		if run.RealPath == "" {
			continue
		}
		if seen[run.RealPath] {
			return run.Folder
		}
		seen[run.RealPath] = true
	}
	return ""
}

// differences describes how the scenarios of the sides differ from the first one,
// beyond the fields that their matrices vary.
func differences(sides []Side) []string {
	if len(sides) == 0 {
		return nil
	}
	var found []string
	first := sides[0].Saved[0]
	add := func(name, text string) {
		if text != "" && name != sides[0].Name {
			found = append(found, fmt.Sprintf("the scenario of %s is not that of %s: %s", name, sides[0].Name, text))
		}
	}
	for _, s := range sides {
		texts := make([]string, len(s.Saved))
		for i, one := range s.Saved {
			texts[i] = first.difference(one)
		}
		if len(slices.Compact(slices.Clone(texts))) == 1 {
			add(s.Name, texts[0])
			continue
		}
		for i, one := range s.Saved {
			add(one.Path, texts[i])
		}
	}
	return found
}

// difference describes how the scenario of another run differs; "" if it does not.
func (s *Saved) difference(other *Saved) string {
	if len(s.Runs) == 0 || len(other.Runs) == 0 {
		return ""
	}
	b := other.Runs[0]
	a := s.Runs[0]
	if i := slices.IndexFunc(s.Runs, func(run SavedRun) bool { return slices.Equal(run.Settings, b.Settings) }); i >= 0 {
		a = s.Runs[i]
	}
	if a.Scenario == nil || b.Scenario == nil {
		return "one of them cannot be read"
	}
	told := []string{"description", "seed", "target"} // these differ without meaning, or the reports show them
	for _, setting := range slices.Concat(a.Settings, b.Settings) {
		told = append(told, setting.Path)
	}
	var found []string
	for _, d := range scenario.Differences(*a.Scenario, *b.Scenario) {
		ofSimulation := strings.HasPrefix(d.Path, "simulated.") && a.Scenario.Target != b.Scenario.Target // without meaning for one of them
		if !slices.Contains(told, d.Path) && !ofSimulation {
			found = append(found, fmt.Sprintf("%s is %s, not %s", d.Path, orNone(d.B), orNone(d.A)))
		}
	}
	return strings.Join(found, "; ")
}

func orNone(value string) string {
	if value == "" {
		return "none"
	}
	return value
}
