package folder

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"contend/internal/crash"
	"contend/report"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// Run keeps one run in a folder: the record of its table, its history, and once its
// load has ended, its report and the other files.
type Run struct {
	Folder   string // it must exist, and be empty
	Scenario scenario.Scenario
	About    report.About
	// Report is nil until the load has ended.
	Report *report.Report
	// Saved is true if the report and its files are in the folder.
	Saved bool
	// Place is where the run is; the zero value until that is known.
	Place trial.Place

	table *TableRecord // once it is asked for
}

// FileError is an error of writing the files of a run or a campaign.
type FileError struct{ Err error }

func (e *FileError) Error() string { return e.Err.Error() }

// Unwrap returns what went wrong.
func (e *FileError) Unwrap() error { return e.Err }

func fileError(err error) error {
	if err == nil {
		return nil
	}
	return &FileError{err}
}

// Keep adds to the options of the run what keeps it. The functions that are there
// are still called: OnOutcome when the report is saved. If it cannot be saved in the
// folder, it is saved in one for temporary files, and OnWarning is told which.
//
// The caller must call End when the run has ended.
func (r *Run) Keep(o *trial.Options) {
	o.History = filepath.Join(r.Folder, report.HistoryFile)
	o.Picture = filepath.Join(r.Folder, report.PictureFile)
	onTarget, onTable, onOutcome, warn := o.OnTarget, o.OnTable, o.OnOutcome, o.OnWarning
	o.OnTarget = func(at trial.Place) error {
		r.Place = at
		if onTarget == nil {
			return nil
		}
		return onTarget(at)
	}
	o.OnTable = func(t trial.Table) error {
		if err := r.keepTable(t); err != nil || onTable == nil {
			return err
		}
		return onTable(t)
	}
	o.OnOutcome = func(outcome *trial.Outcome) error {
		r.Place = outcome.Place
		err := crash.Catch(func() error { r.Report = report.New(outcome, r.About); return nil })
		if err == nil {
			err = r.save(warn)
		}
		if onOutcome == nil {
			return err
		}
		return errors.Join(err, onOutcome(outcome))
	}
}

// keepTable writes down what is known of the run's table.
func (r *Run) keepTable(t trial.Table) error {
	if r.table == nil {
		r.table = NewTableRecord(t.Place)
		r.table.Own, r.table.AskedAt = t.Own, t.AskedAt
		return fileError(r.table.SaveIn(r.Folder))
	}
	r.table.Identify(t.Identity)
	return r.table.Become(t.State)
}

// save writes the run's files; if that fails, into a folder for temporary files
// instead, so that what was measured is not lost.
func (r *Run) save(warn func(string)) error {
	text := scenario.Encode(r.Scenario)
	err := Save(r.Folder, r.Report, text)
	r.Saved = err == nil
	if err == nil || isCrash(err) { // elsewhere it would be no better
		return fileError(err)
	}
	rescue, rescueErr := os.MkdirTemp("", "contend-"+r.Scenario.Name+"-")
	if rescueErr == nil {
		rescueErr = Save(rescue, r.Report, text)
	}
	if rescueErr != nil {
		return errors.Join(fileError(err), fmt.Errorf("rescue: %w", rescueErr))
	}
	if warn != nil {
		warn(fmt.Sprintf("the files were saved to %s instead", rescue))
	}
	return fileError(err)
}

// End tidies up after a run that ended with err. A run that measured nothing leaves
// no file, unless one names a table which may be left. One that ended in a panic
// leaves what it takes to make it again.
func (r *Run) End(err error) error {
	var failures []error
	if isCrash(err) && r.Report == nil {
		failures = append(failures, fileError(os.WriteFile(filepath.Join(r.Folder, report.ScenarioFile), scenario.Encode(r.Scenario), 0o666)))
	}
	if t := r.table; r.Report == nil && t != nil && (t.State == trial.TableDeleted || t.State == trial.TableFound || t.Target == scenario.TargetEmbedded) {
		failures = append(failures, t.Remove())
	}
	return errors.Join(append(failures, removeIfEmpty(r.Folder))...)
}

// isCrash reports whether a panic is, or is among, what an error tells.
func isCrash(err error) bool {
	var caught *crash.Error
	return errors.As(err, &caught)
}
