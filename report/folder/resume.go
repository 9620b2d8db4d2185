package folder

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"contend/report"
	"contend/workload/plan"
	"contend/workload/scenario"
)

// ErrSingle means that the folder holds a single run, which cannot be resumed.
var ErrSingle = errors.New("a single run")

// ErrOtherScenario means that a saved run of a campaign has another scenario than the campaign
// now gives it.
var ErrOtherScenario = errors.New("not of the scenario that the campaign now has")

// RefusedError says why a campaign cannot be resumed. Nothing was removed from its folder.
type RefusedError struct {
	Err    error
	Remedy string // what the user can do; "" if the error says that
}

func (e *RefusedError) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e *RefusedError) Unwrap() error { return e.Err }

// The hints.
const (
	nothingRemoved = "nothing was removed"
	removeTheRun   = nothingRemoved + "; remove the run's folder to repeat the run"
)

// Resume locks the folder of a campaign that was stopped or killed, and continues it. Finished
// runs stay, and unfinished runs are removed. Before that, clean must delete the tables that
// they may have left. Resume fails if clean does, or if a table may be left and clean is nil.
//
// The error matches [ErrSingle], [ErrRunning] or [ErrOtherScenario], or is a
// [*RefusedError], or a [*NothingError] if there is no campaign.
func Resume(folder string, about report.About, clean func(left []*TableRecord) error) (*Campaign, error) {
	path := filepath.Join(folder, report.ScenarioFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, &NothingError{err}
	}
	p, err := plan.Decode(path, text)
	if err != nil {
		return nil, err
	}
	if p.Single() {
		return nil, ErrSingle
	}
	lock, err := Acquire(folder)
	if err != nil {
		return nil, err
	}
	c := newCampaign(folder, p, about)
	c.Lock, c.Resumed = lock, true
	if err := c.takeUp(clean); err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	return c, nil
}

// CountDone returns the number of finished runs.
func (c *Campaign) CountDone() int {
	n := 0
	for i := range c.outcomes {
		if c.Done(i) {
			n++
		}
	}
	return n
}

// takeUp finds the runs that are done, has the tables of stopped runs deleted, and
// removes these runs. If the campaign cannot be resumed, it removes nothing.
func (c *Campaign) takeUp(clean func([]*TableRecord) error) error {
	before, err := LoadMatrix(c.Folder)
	switch {
	case err == nil:
		c.matrix.StartedAt, c.matrix.ElapsedS, c.matrix.Target = before.StartedAt, before.ElapsedS, before.Target
	case !errors.Is(err, fs.ErrNotExist): // a killed campaign left none
		return err
	}
	var stopped []string // folders of stopped runs
	var left []*TableRecord
	for i := range c.Runs {
		folder := c.RunFolder(i)
		r, err := finished(folder, c.Runs[i].Scenario)
		if err != nil {
			return err
		}
		record, err := LoadTable(folder)
		if err != nil {
			return &RefusedError{err, nothingRemoved}
		}
		if record != nil && record.MayBeLeft() {
			left = append(left, record)
		}
		if c.keep(i, r); r != nil {
			c.describe(r)
			continue
		}
		if err := removable(folder, record); err != nil {
			return err
		}
		stopped = append(stopped, folder)
	}
	if err := cleanUp(left, clean); err != nil {
		return err
	}
	for _, folder := range stopped {
		if err := os.RemoveAll(folder); err != nil {
			return fmt.Errorf("run folder: %w", err)
		}
	}
	return nil
}

func cleanUp(left []*TableRecord, clean func([]*TableRecord) error) error {
	if len(left) > 0 && clean == nil {
		return &RefusedError{fmt.Errorf("table %q on %s may be left", left[0].Table, left[0].Endpoint), nothingRemoved}
	}
	if len(left) == 0 {
		return nil
	}
	return clean(left)
}

// describe takes from a run's report what a killed campaign did not write.
func (c *Campaign) describe(r *report.Report) {
	if c.matrix.Target.Kind == "" {
		c.matrix.Target = r.Target
	}
	if r.StartedAt.Before(c.matrix.StartedAt) {
		c.matrix.StartedAt = r.StartedAt
	}
}

// finished is the report of a run that ended normally; nil if there is none. An
// unreadable report is an error. So is a run of another scenario, because it may have
// been expensive and is not removed without asking.
func finished(folder string, s scenario.Scenario) (*report.Report, error) {
	r, err := Load(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, &RefusedError{err, removeTheRun}
	case r.Interrupted || r.Error != "":
		return nil, nil
	}
	text, err := os.ReadFile(filepath.Join(folder, report.ScenarioFile))
	if err != nil {
		return nil, &RefusedError{fmt.Errorf("the run in %q: %w", folder, err), removeTheRun}
	}
	if !bytes.Equal(text, scenario.Encode(s)) {
		return nil, &RefusedError{fmt.Errorf("the run in %q is %w", folder, ErrOtherScenario),
			"undo what was changed in " + report.ScenarioFile + ", or remove the run's folder to repeat the run"}
	}
	return r, nil
}

// removable is an error if a folder must not be removed: it holds a file that no run
// writes, or does not say which table its run created.
func removable(folder string, record *TableRecord) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("run folder: %w", err)
	}
	for _, e := range entries {
		if !report.IsRunFile(e.Name()) || !e.Type().IsRegular() {
			return &RefusedError{fmt.Errorf("run folder: %q holds %q, which no run writes: remove it to resume", folder, e.Name()), ""}
		}
		begun := e.Name() != report.TableFile && !(strings.HasPrefix(e.Name(), report.TableFile) && report.IsPartial(e.Name()))
		if record == nil && begun {
			return &RefusedError{fmt.Errorf("run folder: %q holds no %s, which would name the table that its run created", folder, report.TableFile),
				nothingRemoved + "; remove the folder to repeat the run"}
		}
	}
	return nil
}
