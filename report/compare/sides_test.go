package compare

import (
	"slices"
	"strings"
	"testing"

	"contend/report"
	"contend/workload/scenario"
)

// savedRuns are runs in a folder, all of one scenario.
func savedRuns(path string, s scenario.Scenario, names ...string) *Saved {
	saved := &Saved{Path: path}
	for _, name := range names {
		saved.Runs = append(saved.Runs, SavedRun{Run: Run{Folder: name, Values: map[string]float64{}}, RealPath: "/" + path + "/" + name, Scenario: &s})
	}
	return saved
}

func TestSidesAreNamedByWhatTheyDifferIn(t *testing.T) {
	s := scenario.Default()
	for _, c := range []struct{ paths, want []string }{
		{[]string{"runs/a", "runs/b"}, []string{"a", "b"}},
		{[]string{"runs/x/a", "runs/x/b", "runs/y"}, []string{"x/a", "x/b", "y"}},
		{[]string{"a", "./a"}, []string{"a", "a (2)"}},
		{[]string{"a", "b/c"}, []string{"a", "b/c"}},
	} {
		var sides []Side
		for _, path := range c.paths {
			sides = append(sides, NewSide(savedRuns(path, s, ".")))
		}
		NameSides(sides)
		var got []string
		for _, side := range sides {
			got = append(got, side.Name)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.paths, got, c.want)
		}
	}
	NameSides(nil)
	if side := NewSide(savedRuns("a", s, "."), savedRuns("b", s, ".")); side.Name != "a and 1 more" {
		t.Errorf("two folders are %q", side.Name)
	}
}

func TestSidesWarnOfWhatIsNotAlike(t *testing.T) {
	s := scenario.Default()
	s.Load.Workers = 8
	other := s
	other.Load.Workers, other.Seed, other.Description = s.Load.Workers+1, 7, "another"
	a, b := savedRuns("a", s, "."), savedRuns("b", other, ".")
	sides := []Side{NewSide(a), NewSide(b), NewSide(a)}
	NameSides(sides)
	c := Sides(sides, Options{Baseline: "run=b"})
	warned := strings.Join(c.Warnings, "\n")
	for _, want := range []string{"the scenario of b is not that of a: load.workers is 9, not 8\n", "a is on more than one side"} {
		if !strings.Contains(warned+"\n", want) {
			t.Errorf("no %q in:\n%s", want, warned)
		}
	}
	if strings.Contains(warned, "seed") || len(c.Variants) != 3 || !c.Variants[1].Baseline {
		t.Errorf("got %+v", c)
	}
	if !sides[1].Has(report.Setting{Path: "run", Value: "b"}) || sides[0].Has(report.Setting{Path: "run", Value: "b"}) {
		t.Error("a side is not called as its runs are")
	}
	twice := NewSide(a, b, a)
	if sides[0].Twice() != "" || twice.Twice() != "a" {
		t.Errorf("twice are %q and %q", sides[0].Twice(), twice.Twice())
	}
}
