package folder

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"contend/internal/crash"
	"contend/internal/format"
	"contend/report"
	"contend/report/compare"
	"contend/workload/plan"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// Campaign saves all runs of a plan, each in a folder below the campaign's, and the tables and
// the page of all runs. It is the [trial.Keeper] of a [trial.Campaign]. It must not be used by
// several goroutines at once.
type Campaign struct {
	Folder string
	Plan   *plan.Plan
	Runs   []plan.Run // the runs of the plan, in their order
	// Resumed is true if [Resume] returned the campaign.
	Resumed bool
	// Lock keeps other processes out until Release is called.
	Lock *Lock

	about    report.About
	outcomes []runOutcome // by index of the run
	matrix   report.Matrix
	began    time.Time    // when this process began its first run
	running  map[int]*Run // by index
}

var _ trial.Keeper = (*Campaign)(nil)

// runOutcome is the outcome of a planned run; the zero value is a run that was not
// started. It does not keep the run's report, because a campaign of thousands has no
// room for them.
type runOutcome struct {
	ran *ran   // nil if it could not be run
	err string // why it could not be run
}

// ran is the part of a run that the tables need.
type ran struct {
	entry    report.MatrixRun
	compared compare.Run
}

func (o *runOutcome) begun() bool { return o.ran != nil || o.err != "" }

// NewCampaign starts a campaign in a folder made by [Create], and writes the plan to
// [report.ScenarioFile]. If that fails, the error is a [*FileError].
func NewCampaign(lock *Lock, p *plan.Plan, about report.About) (*Campaign, error) {
	c := newCampaign(lock.Folder, p, about)
	c.Lock = lock
	if err := SaveFile(filepath.Join(c.Folder, report.ScenarioFile), p.Text); err != nil {
		return nil, fileError(fmt.Errorf("run folder: %w", err))
	}
	return c, nil
}

func newCampaign(folder string, p *plan.Plan, about report.About) *Campaign {
	runs, first, now := p.Runs(), p.Variants[0].Scenario, time.Now()
	return &Campaign{
		Folder: folder, Plan: p, Runs: runs, about: about, outcomes: make([]runOutcome, len(runs)), running: map[int]*Run{},
		matrix: report.Matrix{
			Version: report.Version, ToolVersion: about.ToolVersion, Scenario: first.Name, Description: first.Description,
			StartedAt: now.UTC().Round(0), Planned: len(runs), Repeat: p.Repeat,
			Simulated: first.Target == scenario.TargetSimulated, // no plan varies the target
		},
	}
}

// Title returns a name of run i for people.
func (c *Campaign) Title(i int) string { return runTitle(c.Plan, &c.Runs[i]) }

// RunFolder returns the folder of run i.
func (c *Campaign) RunFolder(i int) string {
	return filepath.Join(c.Folder, runName(c.Plan, &c.Runs[i]))
}

// Done implements [trial.Keeper].
func (c *Campaign) Done(i int) bool { return c.outcomes[i].begun() }

// Start implements [trial.Keeper].
func (c *Campaign) Start(i int, o *trial.Options) error {
	if c.began.IsZero() {
		c.began = time.Now()
	}
	folder := c.RunFolder(i)
	if err := os.Mkdir(folder, 0o755); err != nil {
		return fmt.Errorf("run folder: %w", err)
	}
	run := &Run{Folder: folder, Scenario: c.Runs[i].Scenario, About: c.about}
	run.Keep(o)
	c.running[i] = run
	return nil
}

// End implements [trial.Keeper].
func (c *Campaign) End(i int, _ *trial.Outcome, err error) error {
	run := c.running[i]
	delete(c.running, i)
	if run == nil {
		c.outcomes[i].err = format.OneLine(err.Error())
		return nil
	}
	tidied := run.End(err)
	err = errors.Join(err, tidied)
	if errors.Is(err, trial.ErrStopped) {
		c.matrix.Interrupted = true
		return tidied
	}
	if run.Place.Kind != "" {
		c.matrix.Target = report.Target{Kind: run.Place.Kind, Endpoint: run.Place.Endpoint}
	}
	c.keep(i, run.Report)
	switch {
	case run.Report != nil:
		c.matrix.Interrupted = c.matrix.Interrupted || run.Report.Interrupted
	case err != nil:
		c.outcomes[i].err = format.OneLine(err.Error())
	}
	return tidied
}

// keep takes from a run's report what the tables need. r may be nil.
func (c *Campaign) keep(i int, r *report.Report) {
	if r == nil {
		c.outcomes[i].ran = nil
		return
	}
	entry := c.newEntry(i, r)
	c.outcomes[i].ran = &ran{entry, comparedRun(entry, r).Digest(nil)}
}

func (c *Campaign) newEntry(i int, r *report.Report) report.MatrixRun {
	run := &c.Runs[i]
	var settings []report.Setting
	for _, s := range c.Plan.Variants[run.Variant].Values {
		settings = append(settings, report.Setting{Path: s.Path, Value: s.Value})
	}
	entry := report.NewMatrixRun(settings, runName(c.Plan, run), r)
	entry.Repeat = run.Repeat
	return entry
}

// Untold returns the errors of [trial.Campaign.Run] that no report and no table shows, such as
// a table that was not deleted.
func (c *Campaign) Untold(err error) []*trial.RunError {
	var untold []*trial.RunError
	for _, part := range trial.Parts(err) {
		var of *trial.RunError
		if !errors.As(part, &of) {
			continue
		}
		told := trial.ErrStopped.Error()
		switch outcome := &c.outcomes[of.Run]; {
		case outcome.ran != nil:
			told = outcome.ran.entry.Error
		case outcome.err != "":
			continue
		}
		for _, one := range trial.Parts(of.Err) {
			if !strings.Contains(told, one.Error()) {
				untold = append(untold, &trial.RunError{Run: of.Run, Err: one})
			}
		}
	}
	return untold
}

// Finish writes the tables and the page of all runs that were started. If there is no
// comparison, it is nil and the error says why. If files cannot be written, the error is a
// [*FileError]. If no run was started, all results are nil and the folder stays empty.
func (c *Campaign) Finish() (*report.Matrix, *compare.Comparison, error) {
	if !c.began.IsZero() {
		c.matrix.ElapsedS += time.Since(c.began).Seconds()
	}
	c.matrix.Interrupted = c.matrix.Interrupted || c.CountDone() < len(c.Runs)
	all := c.collect()
	if len(all.Runs) == 0 {
		return nil, nil, c.Discard()
	}
	var comparison *compare.Comparison
	err := crash.Catch(func() error {
		comparison = all.Compare(compare.Options{ToolVersion: c.about.ToolVersion})
		return nil
	})
	saved := SaveMatrix(c.Folder, &c.matrix)
	if comparison != nil {
		saved = errors.Join(saved, SaveComparison(c.Folder, comparison))
	}
	saved = errors.Join(saved, saveSuites(c.Folder, &c.matrix))
	return &c.matrix, comparison, errors.Join(fileError(saved), err)
}

// collect enters every started run in the matrix, variant by variant.
func (c *Campaign) collect() *compare.Saved {
	s := &compare.Saved{Path: c.Folder, Matrix: &c.matrix}
	order := make([]int, len(c.Runs))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		a, b := &c.Runs[i], &c.Runs[j]
		return cmp.Or(a.Variant-b.Variant, a.Repeat-b.Repeat)
	})
	for _, i := range order {
		outcome := &c.outcomes[i]
		if !outcome.begun() {
			continue
		}
		entry := c.newEntry(i, nil)
		entry.Error = outcome.err
		run := comparedRun(entry, nil)
		if outcome.ran != nil {
			entry, run = outcome.ran.entry, outcome.ran.compared
		}
		c.matrix.Variants = append(c.matrix.Variants, entry)
		s.Runs = append(s.Runs, compare.SavedRun{Run: run, Settings: entry.Settings})
	}
	return s
}

// Discard removes the plan of a campaign that measured nothing, so that its folder can be
// removed. It does nothing if the campaign was resumed, or if the folder holds anything else.
func (c *Campaign) Discard() error {
	entries, err := os.ReadDir(c.Folder)
	if err != nil || c.Resumed {
		return nil
	}
	for _, e := range entries {
		if e.Name() != report.ScenarioFile && e.Name() != lockFile {
			return nil
		}
	}
	return os.Remove(filepath.Join(c.Folder, report.ScenarioFile))
}
