package folder

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"contend/report"
	"contend/workload/check"
	"contend/workload/plan"
	"contend/workload/trial"
)

const fourRuns = `
name: small
load: { workers: 2, operations: 40 }
matrix: { strategy: [atomic-add, sharded] }
repeat: 2
`

func decodePlan(t *testing.T, text string) *plan.Plan {
	t.Helper()
	p, err := plan.Decode("small.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// stoppedHalfWay is a campaign of four runs whose context ended with the second.
func stoppedHalfWay(t *testing.T) *Campaign {
	t.Helper()
	lock, err := Create(filepath.Join(t.TempDir(), "campaign"), "", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	kept, err := NewCampaign(lock, decodePlan(t, fourRuns), report.About{ToolVersion: "v1"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	course, err := (&trial.Campaign{Runs: kept.Runs, Keeper: kept, Options: func(i int) trial.Options {
		return trial.Options{OnOutcome: func(*trial.Outcome) error {
			if i == 1 {
				cancel()
			}
			return nil
		}}
	}}).Run(ctx)
	if err != nil || !course.Stopped || len(course.NotRun) != 2 {
		t.Fatalf("%+v, %v", course, err)
	}
	m, comparison, err := kept.Finish()
	if err != nil || comparison == nil || !m.Interrupted || len(m.Variants) != 2 {
		t.Fatalf("%+v, %v", m, err)
	}
	return kept
}

// TestACampaignIsResumed: a program other than contend can stop a campaign half-way,
// resume it, and read it again.
func TestACampaignIsResumed(t *testing.T) {
	stopped := stoppedHalfWay(t)
	dir := stopped.Folder
	if _, err := Resume(dir, report.About{}, nil); !errors.Is(err, ErrRunning) {
		t.Errorf("while it is locked: %v", err)
	}
	if err := stopped.Lock.Release(); err != nil {
		t.Fatal(err)
	}
	before := map[int][]byte{}
	for i := range 2 {
		text, err := os.ReadFile(filepath.Join(stopped.RunFolder(i), report.ReportFile))
		if err != nil {
			t.Fatal(err)
		}
		before[i] = text
	}
	kept, err := Resume(dir, report.About{ToolVersion: "v1"}, nil)
	if err != nil || kept.CountDone() != 2 {
		t.Fatalf("%+v, %v", kept, err)
	}
	if course, err := (&trial.Campaign{Runs: kept.Runs, Keeper: kept}).Run(t.Context()); err != nil || course.Stopped {
		t.Errorf("%+v, %v", course, err)
	}
	m, _, err := kept.Finish()
	if err != nil || m.Interrupted || m.Status() != check.Pass || len(m.Variants) != 4 {
		t.Errorf("%+v, %v", m, err)
	}
	if err := kept.Lock.Release(); err != nil {
		t.Error(err)
	}
	for i := range kept.Runs {
		r, err := Load(kept.RunFolder(i))
		if err != nil || r.Tally.Applied != 40 || r.Strategy != kept.Runs[i].Scenario.Strategy {
			t.Errorf("run %d: %+v, %v", i, r, err)
		}
		if text, err := os.ReadFile(filepath.Join(kept.RunFolder(i), report.ReportFile)); before[i] != nil && string(text) != string(before[i]) {
			t.Errorf("run %d was made again: %v", i, err)
		}
	}
	s, err := Open(dir)
	if err != nil || len(s.Runs) != 4 || s.Matrix.Repeat != 2 {
		t.Errorf("read again it is %+v, %v", s, err)
	}
	if _, err := os.Stat(filepath.Join(dir, lockFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the lock stays: %v", err)
	}
}

// TestNothingIsRemovedOfACampaignThatCannotBeResumed checks that a refused resume
// leaves all files in place.
func TestNothingIsRemovedOfACampaignThatCannotBeResumed(t *testing.T) {
	c := stoppedHalfWay(t)
	if err := c.Lock.Release(); err != nil {
		t.Fatal(err)
	}
	halfDone := c.RunFolder(2)
	record := &TableRecord{Version: recordVersion, Table: "left", Target: "url", Endpoint: "http://127.0.0.1:1", State: trial.TableMade}
	if err := errors.Join(os.Mkdir(halfDone, 0o755), record.SaveIn(halfDone)); err != nil {
		t.Fatal(err)
	}
	refused := new(RefusedError)
	if _, err := Resume(c.Folder, report.About{}, nil); !errors.As(err, &refused) || refused.Remedy == "" {
		t.Errorf("a table that nobody deletes: %v", err)
	}
	mine := errors.New("no")
	if _, err := Resume(c.Folder, report.About{}, func(left []*TableRecord) error {
		if len(left) != 1 || left[0].Table != "left" {
			t.Errorf("left are %+v", left)
		}
		return mine
	}); !errors.Is(err, mine) {
		t.Errorf("a table that could not be deleted: %v", err)
	}
	other := strings.Replace(fourRuns, "operations: 40", "operations: 41", 1)
	if err := SaveFile(filepath.Join(c.Folder, report.ScenarioFile), decodePlan(t, other).Text); err != nil {
		t.Fatal(err)
	}
	if _, err := Resume(c.Folder, report.About{}, nil); !errors.Is(err, ErrOtherScenario) {
		t.Errorf("another scenario: %v", err)
	}
	for i := range 3 {
		if _, err := os.Stat(c.RunFolder(i)); err != nil {
			t.Error(err)
		}
	}
	if _, err := Resume(c.RunFolder(0), report.About{}, nil); !errors.Is(err, ErrSingle) {
		t.Errorf("a single run: %v", err)
	}
	if _, err := Resume(t.TempDir(), report.About{}, nil); !errors.As(err, new(*NothingError)) {
		t.Errorf("nothing: %v", err)
	}
}

// TestWhatWentWrongAroundARunIsUntold: Untold returns the errors that no table shows,
// such as one from after a run.
func TestWhatWentWrongAroundARunIsUntold(t *testing.T) {
	c := newCampaign("x", decodePlan(t, fourRuns), report.About{})
	c.outcomes[1].ran = &ran{entry: report.MatrixRun{Error: "run: no connection"}}
	c.outcomes[2].err = "not made"
	got := c.Untold(errors.Join(
		&trial.RunError{Run: 1, Err: errors.Join(errors.New("no connection"), errors.New("the table was not deleted"))},
		&trial.RunError{Run: 2, Err: errors.New("not made")},
		&trial.RunError{Run: 3, Err: errors.Join(trial.ErrStopped, errors.New("the table was not deleted"))}))
	if len(got) != 2 || got[0].Run != 1 || got[1].Run != 3 || got[0].Err.Error() != "the table was not deleted" {
		t.Errorf("got %q, want what no table tells", got)
	}
	if c.Untold(nil) != nil {
		t.Error("there is something without an error")
	}
}

// TestACampaignThatMeasuredNothingLeavesNoFolder checks that an empty campaign leaves
// no folder behind.
func TestACampaignThatMeasuredNothingLeavesNoFolder(t *testing.T) {
	lock, err := Create(filepath.Join(t.TempDir(), "campaign"), "", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	kept, err := NewCampaign(lock, decodePlan(t, fourRuns), report.About{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if course, err := (&trial.Campaign{Runs: kept.Runs, Keeper: kept}).Run(ctx); err != nil || len(course.NotRun) != 4 {
		t.Errorf("%+v, %v", course, err)
	}
	if m, _, err := kept.Finish(); m != nil || err != nil {
		t.Errorf("%+v, %v", m, err)
	}
	if err := lock.Release(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(kept.Folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder stays: %v", err)
	}
}
